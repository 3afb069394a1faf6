import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { held, issuer, requiring } from "./evidence.ts";
import { flipped, POINT_LENGTH } from "./sealed.ts";
import {
  bidding,
  fails,
  identityOf,
  judge,
  judgementOf,
  openingOf,
  publish,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  statusOf,
} from "./sealedScene.ts";
import { id, Status } from "./values.ts";

const { concat, dataLength } = ethers;
const BODY = POINT_LENGTH + 5 * 32;
const spoilt = (envelope: string): string => flipped(envelope, BODY + 32);

/** Why a call was refused. */
function reasonOf(s: SealedScene, error: unknown): string {
  const { data: given } = error as { data?: string | { data?: string } | null };
  const data = (typeof given === "object" ? given?.data : given) ?? "0x";
  if (data === "0x") return "out of gas";
  return [s.house, s.committee].map((contract) => contract.interface.parseError(data)?.name).find(Boolean) ?? data;
}

async function scene(garble?: (envelope: string) => string): Promise<SealedScene & { bid: SealedBid }> {
  const s = await bidding();
  const bid = await seal(s, s.a, 500n, garble ? { garble } : {});
  await publish(s);
  return { ...s, bid };
}

describe("TenderHouse: garbage and lack of gas", () => {
  it("of 1,000 mutations of an envelope each is seen by exactly the subsets whose shares it touches", async function () {
    this.timeout(120_000);
    const s = await bidding();
    const bid = await seal(s, s.a, 500n);
    await publish(s, [0, 1, 2, 3, 4]);
    const [part] = bid.parts;
    if (!part) throw new Error("no part");
    const text = concat([part.salt, part.bid]);
    const length = dataLength(part.envelope);
    const wrong: number[] = [];
    for (let i = 0; i < 1000; i++) {
      // As many in U and in each share as in the body.
      const random = Number(BigInt(id(`mutation ${i}`)) % (1n << 48n));
      const field = i % 7;
      const place = [
        random % POINT_LENGTH,
        ...[0, 1, 2, 3, 4].map((seat) => POINT_LENGTH + 32 * seat + (random % 32)),
        BODY + (random % (length - BODY)),
      ][field];
      const envelope = flipped(part.envelope, place ?? 0);
      const seats = i % 2 === 0 ? [0, 1, 2] : [1, 3, 4];
      const found = await s.committee.decrypt(s.house, s.tender, 0, 0, s.a, seats, envelope);
      const touched = field === 0 || field === 6 || seats.includes(field - 1);
      if ((found !== text) !== touched) wrong.push(i);
    }
    expect(wrong).to.deep.equal([]);
  });

  describe("judge", () => {
    const least = async (s: SealedScene, bid: SealedBid): Promise<bigint> =>
      s.house.judge.estimateGas(s.tender, 0, bid.bidder, judgementOf(bid, [0, 1, 2]));

    it("never convicts an honest envelope, whatever the gas", async function () {
      this.timeout(120_000);
      const garbage = await scene(spoilt);
      const enough = await least(garbage, garbage.bid);
      const s = await scene();
      const j = judgementOf(s.bid, [0, 1, 2]);
      const reasons = new Set<string>();
      for (let gasLimit = 40_000n; gasLimit < enough + 60_000n; gasLimit += 331n) {
        const reason = await s.house.judge.staticCall(s.tender, 0, s.a, j, { gasLimit }).then(
          () => "convicted",
          (error: unknown) => reasonOf(s, error),
        );
        reasons.add(reason);
      }
      expect(reasons).not.to.include("convicted");
      expect(reasons).to.include("BlsGasShort");
      expect(reasons).to.include("TenderEnvelopeSound");
    });

    it("convicts no garbage either, and leaves it as it was", async () => {
      const s = await scene(spoilt);
      const enough = await least(s, s.bid);
      for (const gasLimit of [(enough * 6n) / 10n, (enough * 8n) / 10n]) {
        const act = s.house.connect(s.stranger).judge(s.tender, 0, s.a, judgementOf(s.bid, [0, 1, 2]), { gasLimit });
        expect(await fails(act)).to.equal(true);
        expect(await statusOf(s, s.a)).to.equal(Status.Sealed);
      }
      await judge(s, s.bid);
      expect(await statusOf(s, s.a)).to.equal(Status.Voided);
    });
  });

  it("an opening starved of gas is refused; it never makes a bid Malformed, marked, or another's", async function () {
    this.timeout(120_000);
    const stage = await networkHelpers.loadFixture(sealedStage);
    const tax = await issuer(stage);
    const s = await bidding({ terms: { required: [requiring({ schema: tax.schema })] } }, stage);
    const vendor = new ethers.Wallet(id("vendor"));
    const { proof } = await held(s, tax, vendor.address);
    const bid = await seal(s, s.a, 500n, { identity: await identityOf(s, vendor, s.a.address), proofs: proof });
    await publish(s);
    const opening = openingOf(bid);
    const enough = await s.house.open.estimateGas(s.tender, 0, s.a, opening);
    const snapshot = await networkHelpers.takeSnapshot();
    let [refusals, openings] = [0, 0];
    for (let gasLimit = (enough * 5n) / 10n; gasLimit < enough + 20_000n; gasLimit += 497n) {
      const done = await s.house.open(s.tender, 0, s.a, opening, { gasLimit }).then(
        () => true,
        () => false,
      );
      const { status, marks, vendor: named } = await s.house.bidOf(s.tender, 0, s.a);
      if (done) expect([status, marks, named]).to.deep.equal([Status.Standing, 0n, vendor.address]);
      else expect(status).to.equal(Status.Sealed);
      if (done) openings++;
      else refusals++;
      await snapshot.restore();
    }
    expect(refusals).to.be.greaterThan(50);
    expect(openings).to.be.greaterThan(5);
  });
});
