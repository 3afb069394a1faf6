import { ethers } from "../shared/house.ts";

export const { ZeroAddress, ZeroHash, id } = ethers;
export const MINUTE = 60n;
export const HOUR = 60n * MINUTE;
export const DAY = 24n * HOUR;
export const BOND = 1_000n;
export const DEPOSIT = 10n * BOND;
export const CEILING = 750_000n;
export const STANDSTILL = 10n * DAY;
export const EVIDENCE = id("statement of reasons");
export const MAX_PRICE = 2n ** 59n - 1n;
export const MAX_UINT40 = 2n ** 40n - 1n;

export const Permission = {
  Publish: 1n,
  Reject: 2n,
  Award: 4n,
  Cancel: 8n,
  Extend: 1n << 13n,
  Sit: 1n << 14n,
  Review: 1n << 15n,
  /** All acts on tenders; no seat of a committee. */
  All: 15n | (1n << 13n),
} as const;
export const Status = {
  None: 0n,
  Sealed: 1n,
  Withdrawn: 2n,
  Standing: 3n,
  Unplaced: 4n,
  OverCeiling: 5n,
  Malformed: 6n,
  Rejected: 7n,
  Forfeited: 8n,
  PartOpened: 9n,
  UnderMinimum: 10n,
  Duplicate: 11n,
  Voided: 12n,
} as const;
export const Outcome = { Undecided: 0n, Awarded: 1n, NoWinner: 2n, OverCeiling: 3n, Annulled: 4n } as const;
export const Phase = { Forming: 0n, Sealing: 1n, Stopped: 2n, Opened: 3n, Scored: 4n, PriceOpened: 5n } as const;
/** The bits of Tender.rules. */
export const Rules = {
  Bonded: 1n,
  CommitteeSealed: 2n,
  TwoParts: 4n,
  Lottery: 8n,
  OpenByBidders: 16n,
  SealedCeilings: 32n,
  Minimums: 64n,
  Rebid: 128n,
} as const;
/** What marks the payer of a bid whose bond a guarantee stands for. */
export const GUARANTEED = "0x0000000000000000000000000000000000000001";
