import {
  concat,
  getAddress,
  id,
  keccak256,
  toBeHex,
  TypedDataEncoder,
  type TypedDataField,
  zeroPadValue,
} from "ethers";
import { z } from "zod";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";

/** The access log that everything signed or hashed in this room names. */
export interface AccessPlace {
  chainId: bigint;
  /** Address of AccessLog. */
  accessLog: string;
}

export type TypedFields = Record<string, TypedDataField[]>;

export const ZERO = `0x${"0".repeat(64)}`;
/** Largest value of the uint40 in which times are kept. */
export const MAX_TIME = 2 ** 40 - 1;

export const hex32 = z
  .string()
  .toLowerCase()
  .regex(/^0x[0-9a-f]{64}$/, "is not 32 bytes as 0x…");
export const account = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "is not an address")
  .transform((text) => getAddress(text.toLowerCase()));
export const agencyNumber = z
  .int()
  .min(1)
  .max(2 ** 32 - 1);
export const seconds = z.int().min(0).max(MAX_TIME);

export function placeOf(context: Context): AccessPlace {
  return { chainId: context.chainId, accessLog: getAddress(context.addresses.AccessLog) };
}

/** The EIP-712 domain of all that is signed in this room. */
export function domainOf({ chainId, accessLog }: AccessPlace) {
  return { name: "Common Seal Access", version: "1", chainId, verifyingContract: accessLog };
}

const encoders = new WeakMap<TypedFields, TypedDataEncoder>();
const domains = new Map<string, string>();

/** The EIP-712 digest of a struct: what is signed, and the name by which other parts refer to it. */
export function typedHash(place: AccessPlace, types: TypedFields, value: Record<string, unknown>): string {
  const encoder = encoders.get(types) ?? TypedDataEncoder.from(types);
  encoders.set(types, encoder);
  const key = `${place.chainId} ${place.accessLog}`;
  const domain = domains.get(key) ?? TypedDataEncoder.hashDomain(domainOf(place));
  domains.set(key, domain);
  return keccak256(concat(["0x1901", domain, encoder.hash(value)]));
}

/** keccak256(abi.encode(tag, chainid, access log, words…)), each word 32 bytes. */
export function taggedHash(tag: string, { chainId, accessLog }: AccessPlace, ...words: string[]): string {
  return keccak256(concat([tag, toBeHex(chainId, 32), zeroPadValue(getAddress(accessLog), 32), ...words]));
}

/** A number as a word of 32 bytes. */
export const word = (value: number | bigint): string => toBeHex(value, 32);

/** The hash by which a text (a purpose, a statute, a named scope, a log) is known in signatures and on chain. */
export const textHash = (text: string): string => id(text);

/** What a schema says of a value. @throws InputError in one line that names the source */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown, source: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(`${source}: ${[issue?.path.join("."), issue?.message].filter(Boolean).join(" ")}`);
}

/** Seconds, UTC, of the latest block: by them revocations and the validity of keys are dated. */
export async function chainTime(context: Context): Promise<number> {
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  return block.timestamp;
}
