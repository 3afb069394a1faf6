import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type MockJudge, MockJudge__factory } from "../../../typechain-types/index.ts";
import { networkHelpers } from "../../shared/house.ts";
import { bidBytes, openAll, seal } from "../bids.ts";
import { at, pass, publish, UNBONDED } from "../helpers.ts";
import { DAY, EVIDENCE, id, STANDSTILL, ZeroHash } from "../values.ts";
import {
  BY_PRICE_ONLY,
  chain,
  identityOf,
  judgingOf,
  type Judged,
  list,
  load,
  type Options,
  panelStage,
  progress,
  rank,
  rankedByPrice,
  selected,
} from "./scene.ts";

const SIGN_PERIOD = 5n * DAY;
const TERMS = { winners: 2, signPeriod: SIGN_PERIOD, budgets: [450n] };
/** c and d, of 200 and 100, are selected and awarded; b and a are the reserve. */
const scene = async (terms = TERMS, judging?: Options["judging"]) => {
  const s = await rankedByPrice({ terms, ...(judging ? { judging } : {}) });
  const awards: bigint[] = [];
  for (const bidder of [s.d, s.c]) {
    await s.house.connect(s.officer).award(s.tender, 0, bidder);
    awards.push((await s.house.bidOf(s.tender, 0, bidder)).awardedAt);
  }
  return { ...s, finalAfter: (awards[1] ?? 0n) + STANDSTILL };
};
const awarded = () => scene();
const DOCUMENT = id("contract");

const call = (s: Judged, bidder: string) => s.evaluation.callToSign(s.tender, 0, bidder);
const yieldPlace = (s: Judged, bidder: string) => s.evaluation.yieldPlace(s.tender, 0, bidder);
const sign = (s: Judged, by: HardhatEthersSigner, bidder = by.address, document = DOCUMENT) =>
  s.evaluation.connect(by).sign(s.tender, 0, bidder, document, by, "0x");

async function signatureOf(
  s: Judged,
  by: HardhatEthersSigner,
  bidder: string,
  { tender = s.tender, generation = 0 } = {},
): Promise<string> {
  const verifyingContract = await s.evaluation.getAddress();
  const domain = { name: "Common Seal Evaluation", version: "1", chainId: 31_337n, verifyingContract };
  const fields = [
    { name: "tender", type: "uint64" },
    { name: "lot", type: "uint16" },
    { name: "generation", type: "uint16" },
    { name: "bidder", type: "address" },
    { name: "document", type: "bytes32" },
  ];
  const values = { tender, lot: 0, generation, bidder, document: DOCUMENT };
  return by.signTypedData(domain, { SignContract: fields }, values);
}

describe("Evaluation.callToSign", () => {
  it("reverts until the standstill's last second is over, and for who is not selected", async () => {
    const s = await networkHelpers.loadFixture(awarded);
    await at(s.finalAfter);
    await expect(call(s, s.c.address))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationAwardOpen")
      .withArgs(s.c.address);
    await expect(sign(s, s.c)).to.be.revertedWithCustomError(s.evaluation, "EvaluationAwardOpen");
    await expect(call(s, s.b.address))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationUnselected")
      .withArgs(s.b.address);
    await pass(s.finalAfter);
    await expect(call(s, s.c.address)).to.emit(s.evaluation, "SignatureDue");
    await expect(call(s, s.c.address))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationCallNeedless")
      .withArgs(s.c.address);
  });

  it("reverts where nobody has to sign", async () => {
    const s = await scene({ ...TERMS, signPeriod: 0n });
    await pass(s.finalAfter);
    await expect(call(s, s.c.address)).to.be.revertedWithCustomError(s.evaluation, "EvaluationCallNeedless");
    await expect(yieldPlace(s, s.c.address))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationSigning")
      .withArgs(s.c.address, 0);
    await sign(s, s.c);
  });
});

describe("Evaluation.sign", () => {
  it("is the operator's: by its account, or with its signature by anyone", async () => {
    const s = await networkHelpers.loadFixture(awarded);
    await pass(s.finalAfter);
    const only = [s.evaluation, "EvaluationBidderOnly"] as const;
    for (const by of [s.officer, s.stranger, s.d]) {
      await expect(sign(s, by, s.c.address))
        .to.be.revertedWithCustomError(...only)
        .withArgs(s.c.address, by.address);
    }
    await expect(sign(s, s.c, s.c.address, ZeroHash)).to.be.revertedWithCustomError(
      s.evaluation,
      "EvaluationDigestMissing",
    );
    const relay = (signature: string, document = DOCUMENT) =>
      s.evaluation.connect(s.stranger).sign(s.tender, 0, s.c, document, s.c, signature);
    const signature = await signatureOf(s, s.c, s.c.address);
    const wrong = [
      relay("0x"),
      relay(await signatureOf(s, s.d, s.c.address)),
      relay(await signatureOf(s, s.c, s.d.address)),
      relay(await signatureOf(s, s.c, s.c.address, { tender: s.tender + 1n })),
      relay(await signatureOf(s, s.c, s.c.address, { generation: 1 })),
      relay(signature, EVIDENCE),
    ];
    for (const act of wrong)
      await expect(act)
        .to.be.revertedWithCustomError(...only)
        .withArgs(s.c.address, s.c.address);
    await expect(relay(signature))
      .to.emit(s.evaluation, "ContractSigned")
      .withArgs(s.tender, 0, s.c.address, DOCUMENT, s.c.address);
    await expect(sign(s, s.c)).to.be.revertedWithCustomError(s.evaluation, "EvaluationUnselected");
    expect((await s.evaluation.candidateOf(s.tender, 0, s.c)).signed).to.equal(true);
    expect(await s.evaluation.selects(s.tender, 0, s.c)).to.equal(true);
  });

  it("is not hindered, once it was called for, by a complaint that stops the lot", async () => {
    let judge: MockJudge | undefined;
    const s = await scene(TERMS, async ({ platform }) => {
      judge = await new MockJudge__factory(platform).deploy();
      return { complaints: await judge.getAddress() };
    });
    await pass(s.finalAfter);
    await call(s, s.c.address);
    await judge?.stop(true);
    expect(await s.house.isFinal(s.tender, 0, s.c)).to.equal(false);
    await expect(sign(s, s.d)).to.be.revertedWithCustomError(s.evaluation, "EvaluationAwardOpen").withArgs(s.d.address);
    await expect(sign(s, s.c)).to.emit(s.evaluation, "ContractSigned");
  });

  it("is the vendor's on whose behalf an account bid, too", async () => {
    const s = await networkHelpers.loadFixture(panelStage);
    const published = await publish(s, { ...UNBONDED, judging: judgingOf(s, BY_PRICE_ONLY) });
    const identity = await identityOf({ house: s.house, tender: published.tender }, s.b, s.a.address);
    const bid = await seal(s, published.tender, s.a, bidBytes(300n, id("quotation"), 0n, identity));
    await pass(published.commitDeadline);
    await openAll(s, [bid]);
    await pass(published.revealDeadline);
    const judged = { ...s, ...published, bids: [bid], bidders: [s.a.address] };
    await list(judged);
    await load(judged);
    await rank(judged, judged.bidders);
    await s.house.connect(s.officer).award(judged.tender, 0, s.a);
    await networkHelpers.time.increase(STANDSTILL + 1n);
    await expect(sign(judged, s.b, s.a.address))
      .to.emit(s.evaluation, "ContractSigned")
      .withArgs(judged.tender, 0, s.a.address, DOCUMENT, s.b.address);
  });
});

describe("Evaluation.yieldPlace", () => {
  it("reverts until an operator was called to sign and its time is over; it signs until then", async () => {
    const s = await networkHelpers.loadFixture(awarded);
    await pass(s.finalAfter);
    const signing = [s.evaluation, "EvaluationSigning"] as const;
    await expect(yieldPlace(s, s.c.address))
      .to.be.revertedWithCustomError(...signing)
      .withArgs(s.c.address, 0);
    await call(s, s.c.address);
    const { calledAt } = await s.evaluation.candidateOf(s.tender, 0, s.c);
    const until = calledAt + SIGN_PERIOD;
    const snapshot = await networkHelpers.takeSnapshot();
    await at(until);
    await expect(yieldPlace(s, s.c.address))
      .to.be.revertedWithCustomError(...signing)
      .withArgs(s.c.address, until);
    await snapshot.restore();
    await at(until);
    await sign(s, s.c);
    await pass(until);
    await expect(yieldPlace(s, s.c.address)).to.be.revertedWithCustomError(s.evaluation, "EvaluationUnselected");
    await snapshot.restore();
    await pass(until);
    await expect(sign(s, s.c))
      .to.be.revertedWithCustomError(...signing)
      .withArgs(s.c.address, until);
    await expect(yieldPlace(s, s.c.address)).to.emit(s.evaluation, "PlaceYielded").withArgs(s.tender, 0, s.c.address);
    await expect(yieldPlace(s, s.c.address)).to.be.revertedWithCustomError(s.evaluation, "EvaluationUnselected");
  });

  it("gives the place and its share of the budget to the next, whom the agency awards; others keep theirs", async () => {
    const s = await networkHelpers.loadFixture(awarded);
    const [a = "", b = "", , d = ""] = s.bidders;
    await pass(s.finalAfter);
    await sign(s, s.d);
    await call(s, s.c.address);
    await networkHelpers.time.increase(SIGN_PERIOD + 1n);
    await yieldPlace(s, s.c.address);
    expect(await selected(s)).to.deep.equal([d]);
    const finals = await Promise.all([s.c, s.d].map((bidder) => s.house.isFinal(s.tender, 0, bidder)));
    expect(finals).to.deep.equal([false, true]);
    await expect(s.evaluation.select(s.tender, 0, [b], chain([a])))
      .to.emit(s.evaluation, "BidSelected")
      .withArgs(s.tender, 0, b, 300, 400);
    expect(await selected(s)).to.deep.equal([b, d]);
    expect((await progress(s)).spent).to.equal(400n);
    await s.house.connect(s.officer).award(s.tender, 0, b);
    await expect(s.house.connect(s.officer).award(s.tender, 0, s.c)).to.be.revertedWithCustomError(
      s.house,
      "TenderLotDecided",
    );
  });
});
