import { chmod, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { getAddress, hexlify } from "ethers";
import { z } from "zod";
import { parseExact, readText, writePrivate } from "../../documents/json.ts";
import { address, hex } from "../../documents/placement.ts";
import { InputError } from "../../shared/errors.ts";
import { syncFolder } from "../../shared/files.ts";
import { type Cost, COST, lock, lockSchema, unlock } from "../../shared/vault.ts";
import { POINT_LENGTH, word } from "./curve.ts";
import { type KeyPlace, publicPoint, type SeatPlace } from "./key.ts";

const uint = (bits: bigint) =>
  z
    .string()
    .regex(/^\d{1,78}$/)
    .refine((text) => BigInt(text) < 1n << bits, `must be below 2^${bits}`);

const secretFileSchema = z.strictObject({
  format: z.literal("common-seal/committee-key/1"),
  chainId: uint(256n),
  genesisHash: hex(32),
  committee: address,
  house: address,
  tender: uint(64n),
  part: z.int().min(0).max(1),
  seat: z.int().min(0).max(255),
  member: address,
  /** The public key that the secret belongs to. */
  point: hex(POINT_LENGTH),
  created: z.iso.datetime(),
  lock: lockSchema,
});

/** A member's secret for one seat, locked. All but the secret can be read by whoever has the file. */
export type SecretFile = z.infer<typeof secretFileSchema>;

/** A secret's file and where it is kept. */
export interface KeptSecret {
  path: string;
  file: SecretFile;
}

/** What the key in a file is for. */
export function keyPlaceOf(file: SecretFile): KeyPlace {
  const { committee, house, part, seat, member } = file;
  return { chainId: BigInt(file.chainId), committee, house, tender: BigInt(file.tender), part, seat, member };
}

/** Reads a file of a secret, which stays locked. @throws InputError in one line */
export async function readSecretFile(path: string): Promise<KeptSecret> {
  const text = await readText(path, "key file");
  return { path, file: parseExact(text, `The key file ${path}`, "committee's key file", secretFileSchema) };
}

/** The secret scalar of a file. @throws InputError in one line, also where the pass phrase is wrong */
export async function unlockSecret({ path, file }: KeptSecret, passPhrase: string): Promise<bigint> {
  const secret = BigInt(hexlify(await unlock(file, passPhrase, `the key file ${path}`)));
  if (publicPoint(secret) !== file.point) throw new InputError(`The secret in ${path} is not that of its point.`);
  return secret;
}

/**
 * A folder of a member's secrets, for its owner's eyes. A secret is on disk before its point is sent, and its file is
 * never written again. A seat can have several: one whose secret was lost gets a new key before bidding opens.
 */
export class SecretStore {
  readonly folder: string;
  readonly #cost: Cost;

  constructor(folder: string, cost = COST) {
    this.folder = folder;
    this.#cost = cost;
  }

  /** Keeps a secret; it is on disk once this is done. */
  async keep(place: KeyPlace, genesisHash: string, secret: bigint, passPhrase: string): Promise<KeptSecret> {
    const { chainId, tender, part, seat } = place;
    const plain = {
      format: "common-seal/committee-key/1" as const,
      chainId: chainId.toString(),
      genesisHash: genesisHash.toLowerCase(),
      committee: getAddress(place.committee),
      house: getAddress(place.house),
      tender: tender.toString(),
      part,
      seat,
      member: getAddress(place.member),
      point: publicPoint(secret),
      created: new Date().toISOString(),
    };
    const file = await lock(plain, word(secret), passPhrase, this.#cost);
    const made = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
    await chmod(this.folder, 0o700);
    const name = `${chainId}-${file.house.slice(2, 10)}-tender${tender}-part${part}-seat${seat}`;
    return { path: await writePrivate(join(this.folder, `${name}-${file.point.slice(2, 18)}.json`), file), file };
  }

  /** All files of the folder, oldest first; those that cannot be read are told apart, never skipped silently. */
  async list(): Promise<{ kept: KeptSecret[]; broken: { path: string; reason: string }[] }> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const kept: KeptSecret[] = [];
    const broken: { path: string; reason: string }[] = [];
    for (const name of names.filter((entry) => entry.endsWith(".json"))) {
      const path = join(this.folder, name);
      try {
        kept.push(await readSecretFile(path));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        broken.push({ path, reason: error.message });
      }
    }
    kept.sort((a, b) => (a.file.created < b.file.created ? -1 : 1));
    return { kept, broken };
  }

  /** The secrets for a seat, on this very chain, oldest first. */
  async find(place: SeatPlace, genesisHash: string): Promise<KeptSecret[]> {
    const { kept } = await this.list();
    return kept.filter(
      ({ file }) =>
        file.genesisHash === genesisHash.toLowerCase() &&
        BigInt(file.chainId) === place.chainId &&
        getAddress(file.house) === getAddress(place.house) &&
        BigInt(file.tender) === place.tender &&
        file.part === place.part &&
        file.seat === place.seat,
    );
  }

  /** The secret of a point, which is the one that counts once it stands on chain. */
  async ofPoint(place: SeatPlace, genesisHash: string, point: string): Promise<KeptSecret | undefined> {
    return (await this.find(place, genesisHash)).find(({ file }) => file.point === point.toLowerCase());
  }
}
