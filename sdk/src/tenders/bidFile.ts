import { chmod, mkdir, open, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { getAddress, isAddress } from "ethers";
import { z } from "zod";
import { digestOf } from "../shared/cid.ts";
import { InputError } from "../shared/errors.ts";
import { parseJson, syncFolder } from "../shared/files.ts";
import { type BidPlace, commitmentOf, decodePrice, type PriceSection } from "./bid.ts";
import { sealQuotation } from "./sealedQuotation.ts";

const address = z.string().refine((text) => isAddress(text), "is not an address");
const uint = (bits: bigint) =>
  z
    .string()
    .regex(/^\d{1,78}$/)
    .refine((text) => BigInt(text) < 1n << bits, `must be below 2^${bits}`);
const hex = (bytes: number) =>
  z
    .string()
    .toLowerCase()
    .regex(new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`));

const part = z.strictObject({
  bid: z
    .string()
    .toLowerCase()
    .regex(/^0x([0-9a-f]{2})*$/),
  salt: hex(32),
  commitment: hex(32),
});

const bidFileSchema = z.strictObject({
  format: z.literal("common-seal/bid/1"),
  chainId: uint(256n),
  genesisHash: hex(32),
  house: address,
  tender: uint(64n),
  lot: z.int().min(0).max(65_535),
  part: z.literal(0),
  bidder: address,
  ...part.shape,
  /** The price part, where the tender has two; the first one is the technical part then. */
  second: part.optional(),
  created: z.iso.datetime(),
  /** The text of the quotation whose digest, or that of its sealed file, the bid holds. */
  quotation: z.string().optional(),
});

/** All that is needed to open a sealed bid. Who has it knows the price. */
export type BidFile = z.infer<typeof bidFileSchema>;

/** A bid file and where it is kept. */
export interface KeptBid {
  path: string;
  file: BidFile;
}

/** Makes the bid file of a bid; of two parts `second` is the price part, which needs a salt of its own. */
export function makeBidFile(
  place: BidPlace,
  genesisHash: string,
  bid: string,
  salt: string,
  quotation?: string,
  second?: { bid: string; salt: string },
): BidFile {
  if (second?.salt === salt) throw new InputError("Two parts of a bid need a salt each: one opened would open both.");
  return {
    format: "common-seal/bid/1",
    chainId: place.chainId.toString(),
    genesisHash,
    house: getAddress(place.house),
    tender: place.tender.toString(),
    lot: place.lot,
    part: 0,
    bidder: getAddress(place.bidder),
    bid,
    salt,
    commitment: commitmentOf({ ...place, part: 0 }, bid, salt),
    ...(second
      ? { second: { ...second, commitment: commitmentOf({ ...place, part: 1 }, second.bid, second.salt) } }
      : {}),
    created: new Date().toISOString(),
    ...(quotation === undefined ? {} : { quotation }),
  };
}

/** The parts of a bid file's bid: the only one, or the technical one and the price. */
export function partsOf(file: BidFile): { bid: string; salt: string; commitment: string }[] {
  const { bid, salt, commitment, second } = file;
  return [{ bid, salt, commitment }, ...(second ? [second] : [])];
}

/** What the price section of a bid file's bid says; null where it is malformed. */
export function priceSectionOf(file: BidFile): PriceSection | null {
  return decodePrice(file.second?.bid ?? file.bid);
}

/**
 * The file that the quotation's digest in a bid names: the text kept in the bid file, which a committee's bid names by
 * its sealed form. Undefined where no text is kept, or that of another quotation.
 */
export function quotationFileOf(file: BidFile): Uint8Array | undefined {
  if (file.quotation === undefined) return undefined;
  const promised = priceSectionOf(file)?.quotation;
  const text = new TextEncoder().encode(file.quotation);
  if (digestOf(text) === promised) return text;
  const sealed = sealQuotation(placeOf(file), (file.second ?? file).salt, text);
  return digestOf(sealed) === promised ? sealed : undefined;
}

/** Where a bid file's bid belongs. */
export function placeOf(file: BidFile): BidPlace {
  return {
    chainId: BigInt(file.chainId),
    house: file.house,
    tender: BigInt(file.tender),
    lot: file.lot,
    bidder: file.bidder,
  };
}

/** Reads a bid file and checks that bid and salt still yield its commitment. @throws InputError in one line */
export async function readBidFile(path: string): Promise<KeptBid> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The bid file ${path} cannot be read: ${error.code ?? error.message}`);
  });
  const parsed = bidFileSchema.safeParse(parseJson(text, `The bid file ${path}`));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(`${path} is not a bid file: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  const file = parsed.data;
  if (file.quotation !== undefined && !quotationFileOf(file)) {
    throw new InputError(`The bid file ${path} was changed: its quotation is not the one of its bid.`);
  }
  const yields = partsOf(file).every(({ bid, salt, commitment }, part) => {
    return commitmentOf({ ...placeOf(file), part }, bid, salt) === commitment;
  });
  if (!yields) {
    throw new InputError(`The bid file ${path} was changed: its bid and salt do not yield its commitment.`);
  }
  return { path, file };
}

/**
 * A folder of bid files, readable by its owner only. A file is on disk before its commitment is sent, and is never
 * written twice, so that whatever stands on chain can be opened.
 */
export class BidStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps a bid file; returns its path once it is on disk. */
  async keep(file: BidFile): Promise<string> {
    const made = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
    await chmod(this.folder, 0o700);
    const name = `${file.chainId}-${file.house.slice(2, 10)}-tender${file.tender}-lot${file.lot}`;
    const path = join(this.folder, `${name}-${file.commitment.slice(2, 18)}.json`);
    const handle = await open(path, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(this.folder);
    return path;
  }

  /** All bid files of the folder, oldest first; those that cannot be read are told apart, never skipped silently. */
  async list(): Promise<{ kept: KeptBid[]; broken: { path: string; reason: string }[] }> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const kept: KeptBid[] = [];
    const broken: { path: string; reason: string }[] = [];
    for (const name of names.filter((entry) => entry.endsWith(".json"))) {
      const path = join(this.folder, name);
      try {
        kept.push(await readBidFile(path));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        broken.push({ path, reason: error.message });
      }
    }
    kept.sort((a, b) => (a.file.created < b.file.created ? -1 : 1));
    return { kept, broken };
  }

  /** The bid file of a commitment, among those for its place. */
  async ofCommitment(place: BidPlace, genesisHash: string, commitment: string): Promise<KeptBid | undefined> {
    return (await this.find(place, genesisHash)).find(({ file }) => file.commitment === commitment);
  }

  /** The bid files for a place, on this very chain, oldest first. */
  async find(place: BidPlace, genesisHash: string): Promise<KeptBid[]> {
    const { kept } = await this.list();
    return kept.filter(
      ({ file }) =>
        file.genesisHash === genesisHash &&
        BigInt(file.chainId) === place.chainId &&
        getAddress(file.house) === getAddress(place.house) &&
        BigInt(file.tender) === place.tender &&
        file.lot === place.lot &&
        getAddress(file.bidder) === getAddress(place.bidder),
    );
  }
}
