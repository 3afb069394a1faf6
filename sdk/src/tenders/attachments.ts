import { randomBytes } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { getBytes, hexlify, id, isHexString } from "ethers";
import { digestOf } from "../shared/cid.ts";
import { InputError } from "../shared/errors.ts";
import { type BidPlace, placeWords } from "./bid.ts";

// A sealed attachment is a file of
//
//     "common-seal/attachment/1\n" (25) ‖ ephemeral key E (32) ‖ nonce (24) ‖ XChaCha20-Poly1305 of [salt (16) ‖ content]
//
// with the first 57 bytes authenticated. The cipher's key is HKDF-SHA256 of X25519(E, agency's key A), with the salt
// E ‖ A and the info TAG ‖ chain ‖ house ‖ tender ‖ lot ‖ bidder in words of 32 bytes, TAG being keccak256 of
// "CommonSeal.Attachment.v1". The content's digest is SHA-256 of TAG ‖ salt ‖ content. The file's length shows the
// content's length.

const HEAD = utf8ToBytes("common-seal/attachment/1\n");
const TAG = getBytes(id("CommonSeal.Attachment.v1"));
const KEY = 32;
const NONCE = 24;
const SALT = 16;
const BOX_TAG = 16;
const NONCE_AT = HEAD.length + KEY;
const BOX_AT = NONCE_AT + NONCE;

/** An agency's pair of X25519 keys for the attachments of bids. */
export interface AttachmentKey {
  secret: Uint8Array;
  /** 32 bytes in hex; it stands in the tender's notice. */
  publicKey: string;
}

/** An attachment that only the agency can read, and what the public gets to see of it. */
export interface SealedAttachment {
  ciphertext: Uint8Array;
  /** SHA-256 digest of the ciphertext, by which stores name it. */
  file: string;
  /** Salted digest of the content: with the salt, the agency can show anyone that it is this content. */
  digest: string;
}

/** An attachment as the agency reads it. */
export interface OpenedAttachment {
  content: Uint8Array;
  salt: string;
  digest: string;
}

/** A fresh pair of keys. */
export function newAttachmentKey(): AttachmentKey {
  const secret = x25519.utils.randomSecretKey();
  return { secret, publicKey: publicKeyOf(secret) };
}

/** The public key of an agency's secret. */
export function publicKeyOf(secret: Uint8Array): string {
  return hexlify(x25519.getPublicKey(secret));
}

/** The salted digest of an attachment's content. */
export function attachmentDigest(content: Uint8Array, salt: Uint8Array): string {
  return digestOf(concatBytes(TAG, salt, content));
}

/** Seals an attachment of a bid to an agency's public key. @throws InputError if that is no key */
export function sealAttachment(place: BidPlace, agencyKey: string, content: Uint8Array): SealedAttachment {
  if (!isHexString(agencyKey, KEY)) throw new InputError(`An agency's key for attachments has ${KEY} bytes in hex.`);
  const ephemeral = newAttachmentKey();
  const [start, agency] = [getBytes(ephemeral.publicKey), getBytes(agencyKey)];
  const [nonce, salt] = [randomBytes(NONCE), randomBytes(SALT)];
  const key = keyFrom(place, sharedSecret(ephemeral.secret, agency), start, agency);
  const head = concatBytes(HEAD, start);
  const box = xchacha20poly1305(key, nonce, head).encrypt(concatBytes(salt, content));
  const ciphertext = concatBytes(head, nonce, box);
  return { ciphertext, file: digestOf(ciphertext), digest: attachmentDigest(content, salt) };
}

/**
 * Opens an attachment with the agency's secret.
 * @throws InputError if it is none, was changed, or was sealed for another bid or to another key
 */
export function openAttachment(place: BidPlace, secret: Uint8Array, ciphertext: Uint8Array): OpenedAttachment {
  const head = ciphertext.subarray(0, NONCE_AT);
  if (ciphertext.length < BOX_AT + SALT + BOX_TAG || HEAD.some((byte, i) => head[i] !== byte)) {
    throw new InputError("This is no sealed attachment.");
  }
  const start = head.subarray(HEAD.length);
  const key = keyFrom(place, sharedSecret(secret, start), start, getBytes(publicKeyOf(secret)));
  const plain = decrypted(key, ciphertext.subarray(NONCE_AT, BOX_AT), head, ciphertext.subarray(BOX_AT));
  const [salt, content] = [plain.subarray(0, SALT), plain.subarray(SALT)];
  return { content, salt: hexlify(salt), digest: attachmentDigest(content, salt) };
}

function decrypted(key: Uint8Array, nonce: Uint8Array, head: Uint8Array, box: Uint8Array): Uint8Array {
  try {
    return xchacha20poly1305(key, nonce, head).decrypt(box);
  } catch {
    throw new InputError("The attachment was changed, or sealed for another bid or to another key.");
  }
}

function sharedSecret(secret: Uint8Array, peer: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(secret, peer);
  } catch {
    throw new InputError("This X25519 key cannot be used: with it, everyone would know the secret.");
  }
}

function keyFrom(place: BidPlace, shared: Uint8Array, start: Uint8Array, agency: Uint8Array): Uint8Array {
  return hkdf(sha256, shared, concatBytes(start, agency), concatBytes(TAG, placeWords(place)), KEY);
}
