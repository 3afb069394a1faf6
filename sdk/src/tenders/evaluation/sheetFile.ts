import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { getAddress, hexlify, toBeHex } from "ethers";
import { z } from "zod";
import { parseExact, readText, writePrivate } from "../../documents/json.ts";
import { address, hex } from "../../documents/placement.ts";
import { InputError } from "../../shared/errors.ts";
import type { SheetPlace } from "./hashes.ts";
import { byAddress } from "./read.ts";
import { packWord } from "./terms.ts";

const sheetSchema = z.strictObject({
  format: z.literal("common-seal/score-sheet/1"),
  chainId: z.string().regex(/^\d{1,78}$/),
  evaluation: address,
  tender: z.string().regex(/^\d{1,20}$/),
  lot: z.int().min(0).max(65_535),
  generation: z.int().min(0).max(65_535),
  stage: z.int().min(0).max(3),
  evaluator: address,
  salt: hex(32),
  /** For each bidder its points, basis points, in the order of the criteria. */
  points: z.record(address, z.array(z.int().min(0).max(10_000)).max(16)),
});

/** An evaluator's scores of a stage with the salt that hides them until they are revealed. */
export type SheetFile = z.infer<typeof sheetSchema>;

/** The words of a sheet, by the bidders' addresses. */
export const wordsOf = ({ points }: SheetFile): string[] =>
  byAddress(Object.keys(points)).map((bidder) => toBeHex(packWord(points[bidder] ?? []), 32));

export const placeOf = (file: SheetFile): SheetPlace => ({
  ...file,
  chainId: BigInt(file.chainId),
  tender: BigInt(file.tender),
});

/** A folder of score sheets, for its owner's eyes. A sheet is on disk before its commitment is sent. */
export class SheetStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Keeps a sheet with a fresh salt; it is on disk once this is done. One that is kept already is given back.
   * @throws InputError if another one is kept for the same stage
   */
  async keep(place: SheetPlace, points: Record<string, number[]>): Promise<SheetFile> {
    const file = sheetSchema.parse({
      format: "common-seal/score-sheet/1",
      ...place,
      chainId: place.chainId.toString(),
      evaluation: getAddress(place.evaluation),
      tender: place.tender.toString(),
      evaluator: getAddress(place.evaluator),
      salt: hexlify(randomBytes(32)),
      points: Object.fromEntries(Object.entries(points).map(([bidder, values]) => [getAddress(bidder), values])),
    });
    const path = this.#pathOf(place);
    if (!existsSync(path)) {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writePrivate(path, file);
      return file;
    }
    const kept = await this.read(place);
    if (wordsOf(kept).join() === wordsOf(file).join()) return kept;
    throw new InputError(`Other scores are kept in ${path}; if they were not committed to, move that file away.`);
  }

  /** The sheet of a place. @throws InputError if it is not kept here */
  async read(place: SheetPlace): Promise<SheetFile> {
    const path = this.#pathOf(place);
    const file = parseExact(await readText(path, "score sheet"), `The score sheet ${path}`, "score sheet", sheetSchema);
    const same = file.evaluation.toLowerCase() === place.evaluation.toLowerCase();
    if (!same || BigInt(file.chainId) !== place.chainId) throw new InputError(`${path} is of another house or chain.`);
    return file;
  }

  #pathOf({ chainId, tender, lot, generation, stage, evaluator }: SheetPlace): string {
    const name = [chainId, tender, lot, generation, stage, getAddress(evaluator)].join("-");
    return join(this.folder, `${name}.json`);
  }
}
