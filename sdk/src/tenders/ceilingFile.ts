import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { getAddress, solidityPacked } from "ethers";
import { z } from "zod";
import { parseExact, readText, writePrivate } from "../documents/json.ts";
import { address, hex, originShape } from "../documents/placement.ts";
import { InputError } from "../shared/errors.ts";
import { syncFolder } from "../shared/files.ts";
import { MAX_PRICE } from "./amount.ts";
import { commitmentOf, type PartPlace } from "./bid.ts";

const amount = z.string().regex(/^\d{1,18}$/);
const ceilingFileSchema = z.strictObject({
  format: z.literal("common-seal/ceiling/1"),
  chainId: originShape.chainId,
  genesisHash: hex(32),
  house: address,
  tender: z.string().regex(/^\d{1,20}$/),
  lot: z.int().min(0).max(65_535),
  /** The last part of the tender's bids. */
  part: z.int().min(0).max(1),
  /** Minor units; 0 = none. */
  ceiling: amount,
  minimum: amount,
  salt: hex(32),
  commitment: hex(32),
  created: z.iso.datetime(),
});

/** A ceiling as its agency keeps it. Who has it knows the ceiling. */
export type CeilingFile = z.infer<typeof ceilingFileSchema>;

/** A ceiling and a minimum in minor units; 0 = none. */
export interface Ceiling {
  ceiling: bigint;
  minimum: bigint;
}

/** What is sealed of a ceiling: ceiling and minimum, 8 bytes each. @throws InputError unless they fit each other */
export function encodeCeiling({ ceiling, minimum }: Ceiling): string {
  if (ceiling < 0n || ceiling > MAX_PRICE) throw new InputError(`A ceiling must be 0 to 2^59-1 minor units.`);
  const most = ceiling === 0n ? MAX_PRICE : ceiling;
  if (minimum < 0n || minimum > most) throw new InputError("A minimum cannot be higher than its ceiling.");
  return solidityPacked(["uint64", "uint64"], [ceiling, minimum]);
}

/** Makes the file of a ceiling. A ceiling is sealed as the house's own bid. */
export function makeCeilingFile(
  { chainId, house, tender, lot, part }: Omit<PartPlace, "bidder">,
  genesisHash: string,
  ceiling: Ceiling,
  salt: string,
): CeilingFile {
  const place = { chainId, house, tender, lot, part, bidder: house };
  return {
    format: "common-seal/ceiling/1",
    chainId: chainId.toString(),
    genesisHash: genesisHash.toLowerCase(),
    house: getAddress(house),
    tender: tender.toString(),
    lot,
    part,
    ceiling: ceiling.ceiling.toString(),
    minimum: ceiling.minimum.toString(),
    salt,
    commitment: commitmentOf(place, encodeCeiling(ceiling), salt),
    created: new Date().toISOString(),
  };
}

/** A folder of ceilings, for its owner's eyes. A file is on disk before its commitment is sent, and never written over. */
export class CeilingStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps a ceiling; returns its path once it is on disk. */
  async keep(file: CeilingFile): Promise<string> {
    const made = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
    return writePrivate(join(this.folder, `${prefixOf(file)}-${file.commitment.slice(2, 18)}.json`), file);
  }

  /** The kept ceilings of a lot, on this very chain. @throws InputError if one of them cannot be read */
  async find(place: Omit<PartPlace, "bidder">, genesisHash: string): Promise<{ path: string; file: CeilingFile }[]> {
    const start = prefixOf({ ...place, chainId: place.chainId.toString(), tender: place.tender.toString() });
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const kept = await Promise.all(
      names
        .filter((name) => name.startsWith(`${start}-`) && name.endsWith(".json"))
        .map(async (name) => {
          const path = join(this.folder, name);
          const source = `The ceiling file ${path}`;
          return {
            path,
            file: parseExact(await readText(path, "ceiling file"), source, "ceiling file", ceilingFileSchema),
          };
        }),
    );
    return kept.filter(
      ({ file }) =>
        file.genesisHash === genesisHash.toLowerCase() && getAddress(file.house) === getAddress(place.house),
    );
  }
}

function prefixOf({ chainId, house, tender, lot }: Pick<CeilingFile, "chainId" | "house" | "tender" | "lot">): string {
  return `${chainId}-${getAddress(house).slice(2, 10)}-tender${tender}-lot${lot}`;
}
