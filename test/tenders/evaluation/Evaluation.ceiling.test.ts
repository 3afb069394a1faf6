import { expect } from "chai";
import { Evaluation__factory } from "../../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { newAccount, pass, UNBONDED } from "../helpers.ts";
import { commitmentOf, envelopeOf, pointOf } from "../sealed.ts";
import {
  bidding,
  handedIn,
  newSalt,
  openAll,
  openingOf,
  placeOf,
  publish,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  toAwards,
} from "../sealedScene.ts";
import { Status, ZeroAddress } from "../values.ts";
import { BY_PRICE_ONLY, Formula, judgingOf, type Judged, list, load, order, rank, selected } from "./scene.ts";

/** The agency seals a ceiling of 600 and a minimum of 200. */
async function sealCeiling(s: SealedScene): Promise<SealedBid> {
  const house = await s.house.getAddress();
  const place = await placeOf(s, house);
  const [salt, bid] = [newSalt(), ethers.solidityPacked(["uint64", "uint64"], [600n, 200n])];
  const envelope = envelopeOf(place, (s.secrets[0] ?? []).map(pointOf), 3, salt, bid);
  const own = { bid, salt, envelope, commitment: commitmentOf(place, bid, salt) };
  const sealed = ethers.concat([own.commitment, own.envelope]);
  const one = { tender: s.tender, lot: 0n, bidder: house, parts: [own], price: 0n, sealed, number: 0n, time: 0n };
  return handedIn(s, one, await s.house.connect(s.officer).sealCeiling(s.tender, 0, sealed));
}

/** Bids at 600, 601, 200 and 199 are listed; the ceiling is opened. */
async function scene(): Promise<Judged> {
  const base = await sealedStage();
  const evaluation = Evaluation__factory.connect(ethers.getAddress(await base.evaluation.getAddress()), base.stranger);
  const evaluators: Judged["evaluators"] = [await newAccount(), await newAccount(), await newAccount()];
  const panel = { ...base, evaluation, evaluators };
  const judging = judgingOf(panel, { ...BY_PRICE_ONLY, formula: Formula.Linear });
  const terms = { ...UNBONDED, ceilings: [0n], judging };
  const s = await bidding({ sealing: { sealedCeilings: true }, terms }, base);
  const ceiling = await sealCeiling(s);
  const bids: SealedBid[] = [];
  for (const [i, bidder] of [s.a, s.b, s.c, s.d].entries()) {
    bids.push(await seal(s, bidder, [600n, 601n, 200n, 199n][i] ?? 0n));
  }
  await publish(s);
  await openAll(s, bids);
  await pass(s.revealDeadline);
  await s.house.openCeiling(s.tender, 0, openingOf(ceiling, 0, { before: ZeroAddress }));
  await toAwards(s);
  const judged = { ...panel, ...s, evaluation, evaluators, bids: [], bidders: bids.map(({ bidder }) => bidder) };
  await list(judged);
  return judged;
}

describe("Evaluation: a sealed ceiling", () => {
  it("drops bids outside ceiling and minimum once prices are loaded; prices are scored by it", async () => {
    const s = await networkHelpers.loadFixture(scene);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await expect(load(s))
      .to.emit(s.evaluation, "BidDropped")
      .withArgs(s.tender, 0, b, Status.OverCeiling)
      .and.to.emit(s.evaluation, "BidDropped")
      .withArgs(s.tender, 0, d, Status.UnderMinimum)
      .and.to.emit(s.evaluation, "PricesLoaded")
      .withArgs(s.tender, 0, 2, 200, 600, true, 0);
    expect((await s.evaluation.candidateOf(s.tender, 0, a)).total).to.equal(0n);
    expect(await order(s, [a, c])).to.deep.equal([c, a]);
    await rank(s, [c, a]);
    expect(await selected(s)).to.deep.equal([c]);
    await s.house.connect(s.officer).award(s.tender, 0, c);
  });
});
