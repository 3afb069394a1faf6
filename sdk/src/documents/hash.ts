import canonicalize from "canonicalize";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes, randomBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { InputError } from "../shared/errors.ts";
import type { Keccak } from "../shared/keccak.ts";

/** Bytes of a hash, of a secret and of most salts. */
export const WORD = 32;
const HOLDER_SALT = 16;
/** The most fields of a document beside `holder`: a proof in a bid has one byte for their number. */
export const MAX_FIELDS = 255;
/** The name under which a document's holder is salted; no field has it. */
export const HOLDER = "holder";

const tag = (name: string): Uint8Array => keccak_256(utf8ToBytes(`CommonSeal.Document.${name}.v1`));
const FILE_TAG = tag("File");
const HOLDER_TAG = tag("Holder");
const PERSON_TAG = tag("Person");
const FIELD_TAG = tag("Field");
const FIELDS_TAG = tag("Fields");
const LEAF_TAG = tag("Leaf");
const NODE_TAG = tag("Node");
const SALT_TAG = tag("Salt");

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Whom a document is bound to: an account, or a person by a 32-byte key that only the person and the issuer know. */
export type Holder = string | { person: string };

/** A file's content, whole or piece by piece. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** Bytes as `0x…`. */
export function toHex(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`;
}

/** The bytes of `0x…`. @throws InputError if it is no hex, or of another length than `length` */
export function fromHex(hex: string, length = WORD): Uint8Array {
  if (!new RegExp(`^0x[0-9a-fA-F]{${length * 2}}$`).test(hex)) {
    throw new InputError(`Not ${length} bytes in hex: ${hex.slice(0, 80)}`);
  }
  return hexToBytes(hex.slice(2).toLowerCase());
}

/** 32 random bytes: a document's secret, a file's salt, a person's key. */
export function newSecret(): Uint8Array {
  return randomBytes(WORD);
}

/** A number as uint256. */
export function uint256(value: number): Uint8Array {
  const word = new Uint8Array(WORD);
  new DataView(word.buffer).setBigUint64(WORD - 8, BigInt(value));
  return word;
}

/** A value as RFC 8785 JSON. @throws InputError where JSON has no such value */
export function canonicalJson(value: Json): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (error) {
    throw new InputError(`This value has no canonical JSON: ${(error as Error).message}.`);
  }
  throw new InputError("A value is missing where JSON needs one.");
}

/** FILE: the hash of a file of any type. */
export async function fileHash(salt: Uint8Array, content: Content): Promise<Uint8Array> {
  const hash = keccak_256.create().update(FILE_TAG).update(salt);
  if (content instanceof Uint8Array) hash.update(content);
  else for await (const chunk of content) hash.update(chunk);
  return hash.digest();
}

/** The salt of a field, by its name; all of them derive from the document's secret, and none tells of another. */
export function fieldSalt(secret: Uint8Array, name: string): Uint8Array {
  return keccak_256(concatBytes(SALT_TAG, secret, nameHash(name)));
}

/** The salt of the field `holder`: 16 bytes, so that a bid carries less. */
export function holderSalt(secret: Uint8Array): Uint8Array {
  return fieldSalt(secret, HOLDER).slice(0, HOLDER_SALT);
}

/** The hash of a person's key, which stands for the person in HOLDER. */
export function personHash(person: string): Uint8Array {
  return keccak_256(concatBytes(PERSON_TAG, fromHex(person)));
}

/** What HOLDER holds: an address as uint256, or the hash of a person's key. */
export function holderWord(holder: Holder): Uint8Array {
  if (typeof holder !== "string") return personHash(holder.person);
  const word = new Uint8Array(WORD);
  word.set(fromHex(holder, 20), 12);
  return word;
}

/** HOLDER: the leaf of the field `holder`. */
export function holderLeaf(salt: Uint8Array, word: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(HOLDER_TAG, salt, word));
}

/** keccak256 of a field's name. */
export function nameHash(name: string): Uint8Array {
  return keccak_256(utf8ToBytes(name));
}

/** keccak256 of a field's value as RFC 8785 JSON. */
export function valueHash(value: Json): Uint8Array {
  return keccak_256(utf8ToBytes(canonicalJson(value)));
}

/** FIELD: the leaf of a field. */
export function fieldLeaf(name: string, salt: Uint8Array, value: Json): Uint8Array {
  return keccak_256(keccak_256(concatBytes(FIELD_TAG, nameHash(name), salt, valueHash(value))));
}

/** FIELDS: the hash of a document of fields. */
export function fieldsHash(holder: Uint8Array | undefined, count: number, root: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(FIELDS_TAG, holder ?? new Uint8Array(WORD), uint256(count), root));
}

// A million leaves take three million hashes: these two reuse their input, which nothing else sees.
const leafInput = concatBytes(LEAF_TAG, new Uint8Array(2 * WORD));
const nodeInput = concatBytes(NODE_TAG, new Uint8Array(2 * WORD));
const leafIndex = new DataView(leafInput.buffer, 2 * WORD - 4, 4);

/** LEAF: the leaf of a document under a root. */
export function leafHash(index: number, docHash: Uint8Array, keccak: Keccak = keccak_256): Uint8Array {
  leafIndex.setUint32(0, index);
  leafInput.set(docHash, 2 * WORD);
  return keccak(keccak(leafInput));
}

/** NODE: an inner node. */
export function nodeHash(left: Uint8Array, right: Uint8Array, keccak: Keccak = keccak_256): Uint8Array {
  nodeInput.set(left, WORD);
  nodeInput.set(right, 2 * WORD);
  return keccak(nodeInput);
}
