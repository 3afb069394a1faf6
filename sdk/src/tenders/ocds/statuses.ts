import { type BidModel, committeeFailed, failureDeadline, type LotModel } from "../model.ts";
import { awardDeadlineOf, type Complained, lotStatus, openingMissed, type TenderModel } from "../model.ts";

const LOT_STATUS = {
  open: "active",
  "under review": "active",
  awarded: "complete",
  final: "complete",
  "no winner": "unsuccessful",
  annulled: "cancelled",
  cancelled: "cancelled",
  lapsed: "unsuccessful",
} as const;

/** What has become of a lot, in OCDS. One that a complaint stops is not done with. */
export function statusOfLot(model: TenderModel, lot: LotModel, now: number, complaints: readonly Complained[] = []) {
  return LOT_STATUS[lotStatus(model, lot, now, complaints)];
}

/** What has become of a tender, in OCDS: what its lots have come to. */
export function statusOfTender(model: TenderModel, now: number, complaints: readonly Complained[] = []): string {
  const lots = model.lots.map((lot) => statusOfLot(model, lot, now, complaints));
  if (lots.includes("active")) return "active";
  if (lots.includes("complete")) return "complete";
  return lots.includes("cancelled") ? "cancelled" : "unsuccessful";
}

/** What has become of a bid, in OCDS. One that cannot win any more is disqualified, whoever's fault it is. */
export function statusOfBid(model: TenderModel, lot: LotModel, bid: BidModel, now: number): string {
  switch (bid.state) {
    case "sealed":
    case "part opened":
      return tooLate(model, bid, now) ? "disqualified" : "pending";
    case "withdrawn":
      return "withdrawn";
    case "standing":
    case "unplaced":
      return withinLimits(lot, bid) ? "valid" : "disqualified";
    default:
      return "disqualified";
  }
}

/** Whether a bid was not opened in time, though it could have been. */
function tooLate(model: TenderModel, { state }: BidModel, now: number): boolean {
  const { sealing, revealDeadline, cancelled } = model;
  if (!sealing) return openingMissed(model, now);
  // The price part's times run from the scores; a bid still sealed then has missed those of the technical part.
  if (sealing.scored && state === "sealed") return true;
  if (!sealing.scored && state === "part opened") return false;
  if (committeeFailed(model, revealDeadline) || (cancelled && cancelled.time <= revealDeadline)) return false;
  return now > revealDeadline;
}

/** Whether a bid's price can win: a sealed ceiling is opened after the bids. */
function withinLimits({ ceiling, minimum }: LotModel, { price = 0n }: BidModel): boolean {
  return (ceiling === 0n || price <= ceiling) && price >= minimum;
}

/** The seconds at which, without any act, what is told of a tender became another: a stage of it was over. */
export function silentChanges(model: TenderModel, now: number): number[] {
  const ends = model.lots.flatMap((lot) => {
    if (lot.award) return [lot.award, ...(lot.furtherAwards ?? [])].map(({ standstillEnd }) => standstillEnd + 1);
    const lapse = Math.min(failureDeadline(model) ?? Infinity, awardDeadlineOf(model, lot)) + 1;
    return lotStatus(model, lot, now) === "lapsed" ? [lapse] : [];
  });
  const missed = model.lots.some(({ bids }) => bids.some((bid) => isShut(bid) && tooLate(model, bid, now)));
  return [...ends, ...(missed ? [model.revealDeadline + 1] : [])].filter((end) => end <= now);
}

const isShut = ({ state }: BidModel): boolean => state === "sealed" || state === "part opened";
