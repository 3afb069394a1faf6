import { p256 } from "@noble/curves/nist.js";
import { concat, dataLength, dataSlice, getAddress, getBytes, isHexString, keccak256 } from "ethers";

/** Bytes of a key: its point's coordinates. */
export const KEY_LENGTH = 64;
/** Bytes of a signature: r and s. */
export const SIGNATURE_LENGTH = 64;

/** The vendor whose key this is: the last 20 bytes of keccak256(verifier | key), as the house has it. */
export function keyVendor(verifier: string, key: string): string {
  return getAddress(dataSlice(keccak256(concat([verifier, key])), 12));
}

/** Whether a signature is the key's over a digest, with s in the lower half: what the house's verifier takes. */
export function keySigned(key: string, digest: string, signature: string): boolean {
  if (!isHexString(key, KEY_LENGTH) || dataLength(signature) < SIGNATURE_LENGTH) return false;
  const bytes = getBytes(dataSlice(signature, 0, SIGNATURE_LENGTH));
  try {
    const point = getBytes(concat(["0x04", key]));
    return p256.verify(bytes, getBytes(digest), point, { prehash: false, lowS: true, format: "compact" });
  } catch {
    return false;
  }
}
