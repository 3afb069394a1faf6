import type {
  CeilingOpenedEvent,
  CeilingSealedEvent,
} from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { Moment } from "../../shared/logs.ts";
import type { SealedPart } from "../committee/envelope.ts";
import type { BidModel, CommitModel, LotModel } from "../model.ts";
import { partLengths, sealedPart } from "../sealedPart.ts";
import { type AuditCase, named, placeOf } from "./case.ts";

/** A sealed ceiling is ceiling and minimum, 8 bytes each. */
const CEILING_LENGTH = 16;

/** What stands of a bid's part since its last sealing: its commitment and, for a committee, its envelope. */
export interface Sealing {
  commitment: string;
  envelope?: string;
}

/** A part of a sealing; undefined where it is shorter than its parts are. */
export function partOf(of: AuditCase, commit: CommitModel, part: number): Sealing | undefined {
  const { sealing } = of.model;
  if (sealing && commit.sealed !== undefined) return sealedPart(sealing, commit.sealed, part);
  return part === 0 ? { commitment: commit.commitment } : undefined;
}

/** How long a sealing must be. */
export function sealedLength({ model: { sealing } }: AuditCase): number {
  return sealing ? partLengths(sealing).reduce((sum, length) => sum + length, 0) : 32;
}

/** An envelope as it is judged; absent where there is none. */
export function envelopeOf(of: AuditCase, lot: LotModel, bid: BidModel, part: number): Enveloped | undefined {
  const commit = bid.commits.at(-1);
  const own = commit && partOf(of, commit, part);
  return own && enveloped(of, lot, bid, part, own);
}

/** A sealed part with the commitment beside it. */
export type Enveloped = SealedPart & { commitment: string };

function enveloped(of: AuditCase, lot: LotModel, bid: BidModel, part: number, own: Sealing): Enveloped | undefined {
  const { sealing } = of.model;
  if (!sealing || own.envelope === undefined) return undefined;
  const quorum = { seats: sealing.seats.length, threshold: sealing.threshold };
  return { place: { ...placeOf(of, lot, bid), part }, quorum, envelope: own.envelope, commitment: own.commitment };
}

/** A lot's sealed ceiling, like a bid of the house's own address; absent where none was sealed. */
export interface SealedCeiling {
  lot: number;
  envelope: Enveloped | undefined;
  sealed: Moment;
  opened?: { ceiling: bigint; minimum: bigint; bytes: string; salt: string; moment: Moment };
  voided?: { seats: number[]; moment: Moment };
}

/** The ceilings that were sealed, each as sealed last. */
export function sealedCeilings(of: AuditCase): SealedCeiling[] {
  const { acts, context, model } = of;
  const byLot = <T extends { lot: bigint }>(name: string, lot: number) =>
    named<T>(acts, name)
      .filter(({ args }) => Number(args.lot) === lot)
      .at(-1);
  return model.lots.flatMap((lot) => {
    const last = byLot<CeilingSealedEvent.OutputObject>("CeilingSealed", lot.lot);
    if (!last) return [];
    const { seats } = model.sealing ?? { seats: [] };
    const own = sealedPart({ seats, bidLengths: [CEILING_LENGTH] }, last.args.sealed_, 0);
    const bid: BidModel = { bidder: context.addresses.TenderHouse, state: "sealed", commits: [] };
    const opened = byLot<CeilingOpenedEvent.OutputObject>("CeilingOpened", lot.lot);
    const voided = byLot<{ lot: bigint; seats: bigint[] }>("CeilingVoided", lot.lot);
    const envelope = own && enveloped(of, lot, bid, of.parts - 1, own);
    const { ceiling, minimum, bid: bytes = "0x", salt = "0x" } = opened?.args ?? {};
    return [
      {
        ...{ lot: lot.lot, envelope, sealed: last.moment },
        ...(opened && ceiling !== undefined && minimum !== undefined
          ? { opened: { ceiling, minimum, bytes, salt, moment: opened.moment } }
          : {}),
        ...(voided ? { voided: { seats: [...voided.args.seats].map(Number), moment: voided.moment } } : {}),
      },
    ];
  });
}
