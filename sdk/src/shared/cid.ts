import { createHash } from "node:crypto";
import { CID } from "multiformats/cid";
import * as Digest from "multiformats/hashes/digest";
import { hexToBytes } from "@noble/hashes/utils.js";
import { InputError } from "./errors.ts";

const RAW = 0x55;
const SHA2_256 = 0x12;

/** SHA-256 digest of a file as `0x…`, which is what goes on chain. */
export function digestOf(bytes: Uint8Array): string {
  return `0x${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The CIDv1 (codec raw, SHA-256) of a digest: the name IPFS gives a file stored as one block. */
export function cidOf(digest: string): string {
  if (!/^0x[0-9a-fA-F]{64}$/.test(digest)) throw new InputError(`Not a SHA-256 digest: ${digest}`);
  return CID.createV1(RAW, Digest.create(SHA2_256, hexToBytes(digest.slice(2).toLowerCase()))).toString();
}
