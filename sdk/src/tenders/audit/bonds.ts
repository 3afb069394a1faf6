import type { BidModel, LotModel, TenderModel } from "../model.ts";
import { awardDeadlineOf, committeeFailed, openingMissed } from "../model.ts";
import { lotAt } from "../model.ts";
import { type AuditCase, replay, stopAt } from "./case.ts";
import { Comparison, iso } from "./comparison.ts";

const OUTCOMES = ["BondReleased", "BondForfeited", "GuaranteeForfeited"];

/** Each bond that was settled against what its bid has come to: once, to whom it is due, and not before its time. */
export function bonds(of: AuditCase): Comparison {
  const found = new Comparison();
  replay(of, (before, { name, args, moment }) => {
    if (!OUTCOMES.includes(name)) return;
    const { lot: number, bidder, treasury } = args as { lot: bigint; bidder: string; treasury?: string };
    const lot = lotAt(before, Number(number));
    const bid = lot.bids.find((one) => one.bidder === bidder);
    const where = { lot: lot.lot, bidder, tx: moment.tx };
    found.expect(before.bond !== undefined, where, "a bond was settled in a tender without bonds");
    const bonded = bid !== undefined && bid.state !== "withdrawn" && bid.bond === undefined;
    found.expect(bonded, where, `a bond was settled of a bid that is ${bid?.state ?? "none"}, or twice`);
    if (!bid || !before.bond) return;
    const lost = isLost(before, lot, bid, moment.time);
    const told = name !== "BondReleased";
    found.expect(lost === told, where, `${name} of a bid that is ${bid.state}`);
    const held = lost ? undefined : heldUntil(before, lot, bid, moment.time);
    found.expect(held === undefined, where, `${name} at ${iso(moment.time)}: ${held}`);
    const stop = lost || isFree(before, lot, moment.time) ? undefined : stopAt(of, lot.lot, moment);
    found.expect(stop === undefined, where, `${name} while complaint ${stop?.complaint} stopped the lot`);
    if (!told) return;
    const guaranteed = isGuaranteed(of, lot, bid);
    found.expect(
      guaranteed === (name === "GuaranteeForfeited"),
      where,
      `${name}, but it was ${guaranteed ? "a guarantee" : "paid"}`,
    );
    found.expect(treasury === before.bond.treasury, where, `${name} to ${treasury} instead of ${before.bond.treasury}`);
  });
  return found;
}

/** Whether a bid loses its bond: its envelope was convicted, or without a committee it was not opened in time. */
function isLost(tender: TenderModel, { annulled }: LotModel, { state }: BidModel, time: number): boolean {
  return state === "void" || (state === "sealed" && annulled === undefined && openingMissed(tender, time));
}

/** Whether nothing holds the bonds of a lot any more: it ended without being decided. */
function isFree(tender: TenderModel, { award, closed, annulled }: LotModel, time: number): boolean {
  if (annulled) return true;
  return !award && !closed && (tender.cancelled !== undefined || committeeFailed(tender, time));
}

/** Why a bond is still held. */
function heldUntil(tender: TenderModel, lot: LotModel, { bidder, state }: BidModel, time: number): string | undefined {
  const { award, furtherAwards = [], closed, annulled } = lot;
  const own = [award, ...furtherAwards].find((one) => one?.winner === bidder);
  if (own) return time > own.standstillEnd ? undefined : `the winner's is held until ${iso(own.standstillEnd)}`;
  const stopped = tender.cancelled !== undefined && tender.cancelled.time <= tender.revealDeadline;
  if (!tender.sealing && state === "sealed" && !stopped && !annulled) {
    return `the bid can be opened until ${iso(tender.revealDeadline)}`;
  }
  if (isFree(tender, lot, time)) return undefined;
  const decided = award ?? closed;
  if (!decided) {
    const deadline = awardDeadlineOf(tender, lot);
    return time > deadline ? undefined : `held until the lot is decided, or until ${iso(deadline)}`;
  }
  const end = decided.time + tender.standstill;
  if (tender.complaints === undefined || time > end) return undefined;
  return `held while complaints can be filed, until ${iso(end)}`;
}

/** Whether a guarantee was shown for the bid, since it was last withdrawn. */
function isGuaranteed({ acts }: AuditCase, { lot }: LotModel, { bidder }: BidModel): boolean {
  const own = acts.filter(({ name, args }) => {
    const told = args as { lot: bigint; bidder: string };
    return ["GuaranteeShown", "BidWithdrawn"].includes(name) && Number(told.lot) === lot && told.bidder === bidder;
  });
  return own.at(-1)?.name === "GuaranteeShown";
}
