/** What a reviewer decides, as the contract numbers it (IComplaints.ComplaintStatus). */
export const decisions = { reject: 2, uphold: 3, reevaluate: 4, annul: 5 } as const;
export type Decision = keyof typeof decisions;

/** How complaints stand, by the contract's numbers. */
export const COMPLAINT_STATES = [
  "none",
  "open",
  "rejected",
  "upheld",
  "reevaluated",
  "annulled",
  "withdrawn",
  "lapsed",
] as const;
export type ComplaintState = (typeof COMPLAINT_STATES)[number];
