import { InputError } from "../shared/errors.ts";
import { committeeOf, type Notice } from "./notice.ts";
import { PRICE_LENGTH } from "./bid.ts";
import { IDENTITY_LENGTH, KEY_IDENTITY_LENGTH } from "./identity.ts";
import type { Schedule } from "./schedule.ts";

const NOBODY = `0x${"0".repeat(40)}`;
/** Bytes of a proof of a document under a root of depth 14, which 10,000 documents need. */
const PROOF_LENGTH = 54 + 3 + 14 * 32;
/** Bytes of a quotation's digest, and of the length of an identity. */
const [DIGEST, SIZE] = [32, 2];

/** Of a tender whose bids are opened by their bidders. */
const PLAIN = {
  seats: [],
  threshold: 0,
  bidLengths: [],
  bidsFrom: 0,
  scalarsDeadline: 0,
  judgeDeadline: 0,
  scoresDeadline: 0,
  scorer: NOBODY,
  sealedCeilings: false,
  openByBidders: false,
  earliest: false,
};

/** What a notice says of sealing, as the house takes it (ITenderHouse.SealingTerms). */
export function sealingTerms(notice: Notice, { sealed }: Schedule, evaluation: string): typeof PLAIN | SealingTerms {
  const sealing = committeeOf(notice);
  if (!sealing || !sealed) return PLAIN;
  // Where a panel judges, its contract tells when the scores are out.
  const scorer = notice.evaluation && sealing.parts === 2 ? evaluation : sealing.scorer;
  if (sealing.parts === 2 && scorer === undefined) {
    throw new InputError(
      "A tender of two parts has an evaluation, or names a scorer, who reveals the technical scores.",
    );
  }
  return {
    seats: sealing.seats,
    threshold: sealing.threshold,
    bidLengths: bidLengths(notice),
    bidsFrom: sealed.bidsFrom,
    scalarsDeadline: sealed.scalarsDeadline,
    judgeDeadline: sealed.judgeDeadline,
    scoresDeadline: sealed.scoresDeadline ?? 0,
    scorer: scorer ?? NOBODY,
    sealedCeilings: sealing.sealedCeilings ?? false,
    openByBidders: sealing.openByBidders ?? false,
    earliest: sealing.ties === "earliest",
  };
}

interface SealingTerms extends Omit<typeof PLAIN, "seats" | "bidLengths"> {
  seats: number[];
  bidLengths: number[];
}

/** The length of each part of a bid: all bids of a tender have the same, so that it tells nothing. */
function bidLengths(notice: Notice): number[] {
  const sealing = committeeOf(notice);
  const documents = Math.max(...notice.lots.map(({ requiredDocuments = [] }) => requiredDocuments.length));
  const proofs = sealing?.proofBytes ?? documents * PROOF_LENGTH;
  const identities = { none: 0, accounts: IDENTITY_LENGTH, p256: KEY_IDENTITY_LENGTH };
  const named = sealing?.identities === "p256" ? "p256" : sealing?.identities === true ? "accounts" : "none";
  const vendor = SIZE + identities[named] + proofs;
  return sealing?.parts === 2 ? [DIGEST + vendor, PRICE_LENGTH] : [PRICE_LENGTH + vendor];
}
