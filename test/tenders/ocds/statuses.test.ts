import { expect } from "chai";
import type { BidModel, BidState, LotModel, SealingModel, TenderModel } from "../../../sdk/src/tenders/model.ts";
import { silentChanges, statusOfBid, statusOfLot } from "../../../sdk/src/tenders/ocds/statuses.ts";

const at = (time: number) => ({ block: time, time, logIndex: 0, tx: "" });
/** Deadlines of the models below: sealing, scalars, opening, judging, scores, awards. */
const [SCALARS, REVEAL, JUDGE, SCORES, AWARD] = [20, 30, 40, 50, 60];

const sealing = (changes: Partial<SealingModel> = {}): SealingModel => ({
  seats: [2, 2, 3, 3, 4],
  threshold: 3,
  bidLengths: [44],
  bidsFrom: 0,
  scalarsDeadline: SCALARS,
  judgeDeadline: JUDGE,
  sealedCeilings: false,
  openByBidders: false,
  ties: "lottery",
  opened: [at(15)],
  ...changes,
});

function modelOf(state: BidState, changes: Partial<TenderModel> = {}, lot: Partial<LotModel> = {}, price?: bigint) {
  const bid: BidModel = { bidder: "0x01", state, commits: [], ...(price === undefined ? {} : { price }) };
  const one: LotModel = { lot: 0, ceiling: 0n, minimum: 0n, required: [], bids: [bid], ...lot };
  const model = {
    ...{ commitDeadline: 10, revealDeadline: REVEAL, awardDeadline: AWARD, standstill: 0 },
    ...{ sealing: sealing(), lots: [one], latest: at(15) },
    ...changes,
  } as unknown as TenderModel;
  return { model, one, bid };
}

describe("statuses of a committee's tender in OCDS", () => {
  const statusAt = (made: ReturnType<typeof modelOf>, now: number) => statusOfBid(made.model, made.one, made.bid, now);

  it("a bid still shut is pending until the last second of opening, whatever part it lacks", () => {
    const scored = {
      ...sealing({ bidLengths: [44, 42], scoresDeadline: SCORES, opened: [at(15), at(25)] }),
      scored: { ...at(18), evidence: "" },
    };
    for (const [state, changes] of [
      ["sealed", {}],
      ["part opened", { sealing: scored }],
      ["sealed", { sealing: sealing({ opened: [], openByBidders: true }) }],
      ["sealed", { cancelled: { ...at(REVEAL + 1), key: 0, reason: 20, evidence: "" } }],
    ] as [BidState, Partial<TenderModel>][]) {
      const made = modelOf(state, changes);
      expect([REVEAL, REVEAL + 1].map((now) => statusAt(made, now))).to.deep.equal(["pending", "disqualified"]);
      expect(silentChanges(made.model, REVEAL)).to.deep.equal([]);
      expect(silentChanges(made.model, REVEAL + 1)).to.deep.equal([REVEAL + 1]);
    }
    expect(statusAt(modelOf("sealed", { sealing: scored }), 19)).to.equal("disqualified");
  });

  it("a bid that could never be opened stays pending", () => {
    const unscored = sealing({ bidLengths: [44, 42], scoresDeadline: SCORES });
    for (const [state, changes] of [
      ["sealed", { sealing: sealing({ opened: [] }) }],
      ["part opened", { sealing: unscored }],
      ["sealed", { cancelled: { ...at(REVEAL), key: 0, reason: 20, evidence: "" } }],
    ] as [BidState, Partial<TenderModel>][]) {
      expect(statusAt(modelOf(state, changes), AWARD + 1)).to.equal("pending");
    }
  });

  it("a lot lapses with the scalars, the scores or the time of awards, whichever is over first", () => {
    for (const [changes, deadline] of [
      [{ sealing: sealing({ opened: [] }) }, SCALARS],
      [{ sealing: sealing({ bidLengths: [44, 42], scoresDeadline: SCORES }) }, SCORES],
      [{ sealing: sealing({ opened: [], openByBidders: true }) }, AWARD],
      [{}, AWARD],
    ] as [Partial<TenderModel>, number][]) {
      const { model, one } = modelOf("rejected", changes);
      expect([deadline, deadline + 1].map((now) => statusOfLot(model, one, now))).to.deep.equal([
        ...["active", "unsuccessful"],
      ]);
      expect(silentChanges(model, deadline)).to.deep.equal([]);
      expect(silentChanges(model, AWARD + 9)).to.deep.equal([deadline + 1]);
    }
  });

  it("a bid over a ceiling, or under a minimum, that was opened after it is disqualified", () => {
    const limits = { ceiling: 10n, minimum: 5n };
    for (const [price, status] of [
      [4n, "disqualified"],
      [5n, "valid"],
      [10n, "valid"],
      [11n, "disqualified"],
    ] as const) {
      expect(statusAt(modelOf("standing", {}, limits, price), JUDGE)).to.equal(status);
      expect(statusAt(modelOf("unplaced", {}, {}, price), JUDGE)).to.equal("valid");
    }
  });
});
