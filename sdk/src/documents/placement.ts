import { getAddress, isAddress } from "ethers";
import { z } from "zod";
import type { Deployment } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { fromHex, toHex } from "./hash.ts";
import { MAX_LEAVES, rootOf } from "./tree.ts";

export const hex = (bytes: number) =>
  z
    .string()
    .toLowerCase()
    .regex(new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`), `must be ${bytes} bytes in hex`);
export const address = z.string().refine((text) => isAddress(text), "is not an address");
const below = (limit: number) =>
  z
    .int()
    .min(0)
    .max(limit - 1);

/** Where a document stands: the chain, the registry, the issuing body and the number of its kind. */
export const originShape = {
  chainId: z
    .string()
    .regex(/^\d{1,78}$/)
    .refine((text) => BigInt(text) < 1n << 256n, "must be below 2^256"),
  genesisHash: hex(32),
  registry: address,
  agency: z
    .int()
    .min(1)
    .max(2 ** 32 - 1),
  schema: z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
};

export interface Origin {
  chainId: string;
  genesisHash: string;
  registry: string;
  agency: number;
  schema: number;
}

export const placementSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("record") }),
  z.strictObject({
    kind: z.literal("leaf"),
    root: hex(32),
    index: below(MAX_LEAVES),
    count: z.int().min(1).max(MAX_LEAVES),
    proof: z.array(hex(32)).max(20),
  }),
  z.strictObject({
    kind: z.literal("signed"),
    list: hex(32),
    index: below(2 ** 32),
    /** Last second of validity, UTC; 0 = it does not expire. */
    expires: below(2 ** 40),
    signer: address,
    signature: z
      .string()
      .toLowerCase()
      .regex(/^0x([0-9a-f]{2}){1,4096}$/),
  }),
]);

/** How a document is on chain: by a record of its own, under a root, or not at all but signed. */
export type Placement = z.infer<typeof placementSchema>;
export type LeafPlacement = Extract<Placement, { kind: "leaf" }>;
export type SignedPlacement = Extract<Placement, { kind: "signed" }>;

/** A registry, and the chain it stands on. */
export interface Place {
  chainId: bigint;
  genesisHash: string;
  /** Address of the DocumentRegistry. */
  registry: string;
}

/** The registry of a house. */
export function placeIn({ chainId, genesisHash, addresses }: Deployment): Place {
  return { chainId, genesisHash, registry: addresses.DocumentRegistry };
}

/** The origin of a body's documents of one kind. */
export function originOf({ chainId, genesisHash, registry }: Place, agency: number, schema: number): Origin {
  const place = { chainId: chainId.toString(), genesisHash: genesisHash.toLowerCase(), registry: getAddress(registry) };
  return { ...place, agency, schema };
}

/** Checks that a file is of this registry. @throws InputError in one line */
export function checkOrigin({ chainId, genesisHash, registry }: Place, origin: Origin): void {
  const other = (what: string) => new InputError(`The document is of another ${what}.`);
  if (BigInt(origin.chainId) !== chainId) throw other(`chain: ${origin.chainId}, not ${chainId}`);
  if (origin.genesisHash !== genesisHash.toLowerCase()) throw other(`chain ${chainId}, which began anew since`);
  if (origin.registry.toLowerCase() !== registry.toLowerCase()) throw other(`registry: ${origin.registry}`);
}

/** Checks that a document's proof leads to its root. @throws InputError in one line that names the source */
export function checkPlacement(docHash: string, placement: Placement, source: string): void {
  if (placement.kind !== "leaf") return;
  const { root, index, count, proof } = placement;
  const climbed = rootOf(
    index,
    count,
    fromHex(docHash),
    proof.map((sibling) => fromHex(sibling)),
  );
  if (!climbed) {
    throw new InputError(
      `${source} was changed: index ${index} and ${proof.length} siblings do not fit ${count} leaves.`,
    );
  }
  if (toHex(climbed) !== root) throw new InputError(`${source} was changed: its proof does not lead to its root.`);
}
