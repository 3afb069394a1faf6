import { dataSlice, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { describeError } from "../shared/decode.ts";
import { InputError } from "../shared/errors.ts";
import { newSalt, type PartPlace } from "./bid.ts";
import { type Ceiling, type CeilingStore, encodeCeiling, makeCeilingFile } from "./ceilingFile.ts";
import { judgeEnvelope } from "./committee/envelope.ts";
import { sealedParts } from "./envelopes.ts";
import type { CeilingModel, LotModel, TenderModel } from "./model.ts";
import { productsOf } from "./committee/products.ts";
import { chargeOf, keysOf, type OpeningModel, readOpening } from "./opening.ts";
import { lotAt } from "./model.ts";
import { readTender } from "./read.ts";

export interface SealCeilingParameters extends Ceiling {
  tender: bigint;
  lot: number;
  ceilings: CeilingStore;
}

export interface SealedCeiling {
  commitment: string;
  number: number;
  /** Path of the file in which the ceiling is kept. */
  file: string;
}

/**
 * Seals a lot's ceiling, or seals it anew. Its file is on disk before anything is sent; run again, it finds that this
 * very ceiling is sealed. A key of the agency with `tender.publish`.
 * @throws InputError if the tender's ceilings are not sealed
 */
export async function sealCeiling(
  context: Context,
  { tender, lot, ceilings, ...ceiling }: SealCeilingParameters,
): Promise<{ act: Act<SealedCeiling> } | { done: SealedCeiling }> {
  const model = await readTender(context, tender);
  const { sealedCeiling } = lotAt(model, lot);
  if (model.sealing?.sealedCeilings !== true) throw new InputError(`The ceilings of tender ${tender} are not sealed.`);
  const bid = encodeCeiling(ceiling);
  const place = placeOf(context, model, lot);
  const kept = (await ceilings.find(place, context.genesisHash)).filter(
    ({ file }) => BigInt(file.ceiling) === ceiling.ceiling && BigInt(file.minimum) === ceiling.minimum,
  );
  const standing = sealedCeiling && dataSlice(sealedCeiling.sealed, 0, 32);
  const same = kept.find(({ file }) => file.commitment === standing);
  if (same && sealedCeiling) {
    return { done: { commitment: same.file.commitment, number: sealedCeiling.number, file: same.path } };
  }
  const file = makeCeilingFile(place, context.genesisHash, ceiling, newSalt());
  const sealed = await sealedParts(context, [{ place, bid, salt: file.salt, commitment: file.commitment }]);
  const act = prepare(context.house.sealCeiling, [tender, lot, sealed], (receipt) =>
    Number(eventOf<{ number: bigint }>(receipt, context.house, "CeilingSealed").number),
  );
  return {
    act: {
      estimate: act.estimate,
      async send() {
        await act.estimate();
        const path = await ceilings.keep(file);
        const done = await act.send();
        return { ...done, result: { commitment: file.commitment, number: done.result, file: path } };
      },
    },
  };
}

/** What became of a sealed ceiling. */
export interface CeilingRow {
  lot: number;
  ceiling: CeilingModel["state"];
  /** What this run did. */
  did: "opened" | "convicted" | "nothing";
  /** When it can be opened, in seconds, UTC, where it is too early. */
  from?: number;
  /** Why it could not be done. */
  failed?: string;
}

/**
 * Opens every sealed ceiling of a tender once the time of its bids is over, and convicts those whose envelopes do not
 * hold what the agency committed to: anyone can. What was done before is not done again.
 * @throws InputError if too few scalars of the last part are out, or it is too late
 */
export async function openCeilings(context: Context, tender: bigint): Promise<CeilingRow[]> {
  const opening = await readOpening(context, tender);
  const { model, part } = opening;
  if (part < lastPart(model) && model.lots.some(({ sealedCeiling }) => sealedCeiling)) {
    throw new InputError(`The ceilings of tender ${tender} are sealed with the prices, whose scalars are not out.`);
  }
  const rows: CeilingRow[] = [];
  for (const lot of model.lots) {
    if (!lot.sealedCeiling) continue;
    const row = { lot: lot.lot, ceiling: lot.sealedCeiling.state, did: "nothing" as const };
    const done = await openOne(context, opening, lot, lot.sealedCeiling).catch((error: unknown) => ({
      failed: describeError(error),
    }));
    rows.push({ ...row, ...done });
  }
  return rows;
}

/** Opens or convicts a ceiling, unless that was done. */
async function openOne(
  context: Context,
  { model, committee, quorum, scalars, now }: OpeningModel,
  { lot }: LotModel,
  { state, sealed, number, time }: CeilingModel,
): Promise<Partial<CeilingRow>> {
  if (state === "void") return {};
  const { tender, revealDeadline } = model;
  const [commitment, envelope] = [dataSlice(sealed, 0, 32), dataSlice(sealed, 32)];
  const [part, keys] = [{ place: placeOf(context, model, lot), quorum, envelope }, keysOf(committee, lastPart(model))];
  const judgement = judgeEnvelope(part, scalars, commitment, productsOf(), keys);
  if (!judgement.honest) {
    const charge = chargeOf(judgement, { envelope, commitment, other: ZeroHash, number, time }, keys);
    await prepare(context.house.judgeCeiling, [tender, lot, charge], () => ({})).send();
    return { ceiling: "void", did: "convicted" };
  }
  if (state === "opened") return {};
  if (now <= revealDeadline) return { from: revealDeadline + 1 };
  const { bid, salt } = judgement;
  const [before, next] = [ZeroAddress, ZeroAddress];
  const opening = { bid, salt, envelope: keccak256(envelope), other: ZeroHash, number, time, before, next };
  await prepare(context.house.openCeiling, [tender, lot, opening], () => ({})).send();
  return { ceiling: "opened", did: "opened" };
}

/** A ceiling is sealed as the last part of a bid of the house. */
function placeOf({ chainId, addresses }: Context, model: TenderModel, lot: number): PartPlace {
  const house = addresses.TenderHouse;
  return { chainId, house, tender: model.tender, lot, part: lastPart(model), bidder: house };
}

function lastPart({ sealing }: TenderModel): number {
  return (sealing?.bidLengths.length ?? 1) - 1;
}
