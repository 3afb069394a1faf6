import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { getBytes, id } from "ethers";
import { InputError } from "../shared/errors.ts";
import { type BidPlace, placeWords } from "./bid.ts";

// A sealed quotation is a file of
//
//     "common-seal/sealed-quotation/1\n" (31) ‖ XChaCha20-Poly1305 of [length of the text (4) ‖ text ‖ zero bytes]
//
// with the first 31 bytes authenticated. What is encrypted has a multiple of 256 bytes, so that the file's length tells
// little. The cipher's key (32) and nonce (24) are HKDF-SHA256 of the salt of the bid's price, with the info
// TAG ‖ chain ‖ house ‖ tender ‖ lot ‖ bidder in words of 32 bytes, TAG being keccak256 of "CommonSeal.Quotation.v1".
// No salt is used for a second bid, hence no key for a second text.

const HEAD = utf8ToBytes("common-seal/sealed-quotation/1\n");
const TAG = getBytes(id("CommonSeal.Quotation.v1"));
const [KEY, NONCE] = [32, 24];
const SIZE = 4;
const BLOCK = 256;

/** Seals the text of a quotation to whoever opens the bid of this salt. The same again for the same. */
export function sealQuotation(place: BidPlace, salt: string, text: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((SIZE + text.length) / BLOCK) * BLOCK);
  new DataView(padded.buffer).setUint32(0, text.length);
  padded.set(text, SIZE);
  return concatBytes(HEAD, cipherOf(place, salt).encrypt(padded));
}

/**
 * Opens the quotation of an opened bid with the bid's salt.
 * @throws InputError if it is none, was changed, or was sealed for another bid
 */
export function openQuotation(place: BidPlace, salt: string, file: Uint8Array): Uint8Array {
  if (HEAD.some((byte, i) => file[i] !== byte)) throw new InputError("This is no sealed quotation.");
  const padded = decrypted(place, salt, file.subarray(HEAD.length));
  const length = padded.length < SIZE ? Infinity : new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length > padded.length - SIZE) throw new InputError("The sealed quotation is cut off.");
  return padded.subarray(SIZE, SIZE + length);
}

function decrypted(place: BidPlace, salt: string, box: Uint8Array): Uint8Array {
  try {
    return cipherOf(place, salt).decrypt(box);
  } catch {
    throw new InputError("The sealed quotation was changed, or sealed for another bid.");
  }
}

function cipherOf(place: BidPlace, salt: string) {
  const bytes = hkdf(sha256, getBytes(salt), undefined, concatBytes(TAG, placeWords(place)), KEY + NONCE);
  return xchacha20poly1305(bytes.subarray(0, KEY), bytes.subarray(KEY), HEAD);
}
