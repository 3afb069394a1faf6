import { commitmentOf } from "../bid.ts";
import { decryptWith, judgeEnvelope, type Scalars } from "../committee/envelope.ts";
import { productsOf } from "../committee/products.ts";
import { scalarsOf } from "../committee/read.ts";
import type { BidModel } from "../model.ts";
import { type AuditCase, named, scalarsOut } from "./case.ts";
import { Comparison, type Where } from "./comparison.ts";
import { type Enveloped, envelopeOf, sealedCeilings } from "./sealed.ts";

interface Voided {
  lot: bigint;
  bidder: string;
  part: bigint;
  seats: bigint[];
}

/** What became of a sealed part. */
interface Fate {
  where: Where;
  /** What it is, for people. */
  what: string;
  opened: boolean;
  /** With which seats it was convicted. */
  convicted: number[] | undefined;
  /** Whether it could be opened at all, and whether the time for it is over. */
  openable: boolean;
  tooLateToOpen: boolean;
  tooLateToJudge: boolean;
}

/**
 * Every envelope against its commitment, once the scalars of its part are out: one that is sound is opened and never
 * convicted, one that is not is convicted by the judge deadline.
 */
export function envelopes(of: AuditCase): Comparison {
  const found = new Comparison();
  const { committee, model } = of;
  if (!committee) return found;
  const voided = named<Voided>(of.acts, "BidVoided");
  for (let part = 0; part < of.parts; part++) {
    const scalars = scalarsOf(committee, part);
    if (!scalarsOut(of, part) || scalars.size < committee.threshold) continue;
    const times = timesOf(of, part);
    for (const lot of model.lots) {
      for (const bid of lot.bids.filter(({ state }) => state !== "withdrawn")) {
        const sealed = envelopeOf(of, lot, bid, part);
        const own = voided.filter(({ args }) => Number(args.lot) === lot.lot && args.bidder === bid.bidder);
        const earlier = own.some(({ args }) => Number(args.part) < part);
        const seats = own.find(({ args }) => Number(args.part) === part)?.args.seats;
        if (!sealed || earlier) continue;
        judged(found, sealed, scalars, {
          where: { lot: lot.lot, bidder: bid.bidder },
          what: `the envelope of part ${part}`,
          opened: of.openings.some((one) => one.bid === bid && one.part === part),
          convicted: seats && [...seats].map(Number),
          openable: part === 0 || hasTechnical(of, bid),
          ...times,
        });
      }
    }
    if (part === of.parts - 1) judgedCeilings(found, of, scalars, times);
  }
  return found;
}

/** Whether a bid's technical part was opened and neither malformed nor rejected, so that its price can be opened. */
function hasTechnical(of: AuditCase, bid: BidModel): boolean {
  const told = of.openings.find((one) => one.bid === bid && one.part === 0)?.told;
  const priced = of.openings.some((one) => one.bid === bid && one.part === 1);
  return told === "part opened" && (priced || bid.state === "part opened");
}

/** Which times of a part are over; none once the tender was cancelled, which ends opening and judging. */
function timesOf({ model, now, parts }: AuditCase, part: number): Pick<Fate, "tooLateToOpen" | "tooLateToJudge"> {
  const { cancelled, sealing, revealDeadline } = model;
  const judgeDeadline = sealing?.judgeDeadline ?? 0;
  const scored = sealing?.scored;
  // Those of the technical part are over before the scores are revealed, and lie as much earlier than the price part's.
  const past = part === 0 && parts === 2 && scored !== undefined;
  const by = Math.min(now, cancelled?.time ?? now);
  return { tooLateToOpen: past || by > revealDeadline, tooLateToJudge: past || by > judgeDeadline };
}

function judged(found: Comparison, sealed: Enveloped, scalars: Scalars, fate: Fate): void {
  const { where, what, opened, convicted, openable, tooLateToOpen, tooLateToJudge } = fate;
  const products = productsOf();
  const judgement = judgeEnvelope(sealed, scalars, sealed.commitment, products);
  if (convicted) {
    const opening = decryptsTo(sealed, convicted, scalars);
    const wrong = `${what} was convicted with seats ${convicted.join()}, which acquit it`;
    found.expect(opening !== sealed.commitment, where, wrong);
    return;
  }
  if (judgement.honest) {
    const missed = openable && !opened && tooLateToOpen;
    found.expect(!missed, where, `${what} could be opened by anyone, and was not`);
    return;
  }
  const shown = `${what} is not what was committed to, as seats ${judgement.seats.join()} show, and was not convicted`;
  found.expect(!tooLateToJudge, where, shown);
}

/** The commitment of what these seats decrypt; undefined where that is nothing. */
function decryptsTo(sealed: Enveloped, seats: number[], scalars: Scalars): string | undefined {
  const opening = decryptWith(sealed, seats, scalars);
  return opening ? commitmentOf(sealed.place, opening.bid, opening.salt) : undefined;
}

function judgedCeilings(
  found: Comparison,
  of: AuditCase,
  scalars: Scalars,
  { tooLateToJudge }: Pick<Fate, "tooLateToJudge">,
): void {
  for (const { lot, envelope, opened, voided } of sealedCeilings(of)) {
    const fate = { what: "the sealed ceiling", openable: true, opened: opened !== undefined, convicted: voided?.seats };
    // A ceiling is opened until the judge deadline.
    const times = { tooLateToOpen: tooLateToJudge, tooLateToJudge };
    if (envelope) judged(found, envelope, scalars, { where: { lot }, ...fate, ...times });
  }
}
