/** Why a lot is not played, in the order in which the reasons are first tested. */
export type LeftOutReason =
  | "no active award"
  | "awarded item by item"
  | "no value"
  | "contradicting currency"
  | "contradicting tax basis"
  | "above the ceiling"
  | "not awarded by price"
  | "winner not among the bids"
  | "suppliers not told apart"
  | "too many in one bid"
  | "one bidder awarded twice";

/** Ends the planning of a lot. */
export class LeaveOut extends Error {
  readonly reason: LeftOutReason;
  readonly detail: string | undefined;

  constructor(reason: LeftOutReason, detail?: string) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}
