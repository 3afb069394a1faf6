import type { Moment } from "../../shared/logs.ts";

/** What a comparison is about. */
export interface Where {
  lot?: number;
  bidder?: string;
  /** The act's transaction. */
  tx?: string;
}

/** Something told that is not so by the rules, or that cannot be told here. */
export interface Finding extends Where {
  detail: string;
}

/** What a check compared. */
export class Comparison {
  /** How many things were compared. */
  compared = 0;
  /** What differs. */
  readonly findings: Finding[] = [];
  /** What could not be compared: a file that the store does not have. */
  readonly unseen: Finding[] = [];

  /** Something is so, or else is found not to be. */
  expect(holds: boolean, where: Where & Partial<Moment>, detail: string): void {
    this.compared++;
    if (!holds) this.findings.push(finding(where, detail));
  }

  /** Something cannot be compared. */
  miss(where: Where & Partial<Moment>, detail: string): void {
    this.unseen.push(finding(where, detail));
  }
}

function finding({ lot, bidder, tx }: Where, detail: string): Finding {
  return {
    ...(lot === undefined ? {} : { lot }),
    ...(bidder === undefined ? {} : { bidder }),
    ...(tx === undefined ? {} : { tx }),
    detail,
  };
}

/** Seconds, UTC, as ISO time. */
export const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
