import { randomBytes, scrypt } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { z } from "zod";
import { InputError } from "./errors.ts";

/** What one guess of a pass phrase costs: N * r * 128 bytes of memory. */
export interface Cost {
  /** A power of two. */
  N: number;
}

/** 128 MiB, and half a second. */
export const COST: Cost = { N: 2 ** 17 };
/** A file that asks for more than 1 GiB was not made by us. */
const MAX_N = 2 ** 20;
const R = 8;
const P = 1;
const SALT = 32;
const NONCE = 24;
const KEY = 32;

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`));

/** How a secret is locked, and the locked secret. It stands in a file's field `lock`. */
export const lockSchema = z.strictObject({
  kdf: z.strictObject({
    name: z.literal("scrypt"),
    N: z
      .int()
      .min(2)
      .max(MAX_N)
      .refine((n) => Number.isInteger(Math.log2(n)), "must be a power of two"),
    r: z.literal(R),
    p: z.literal(P),
    salt: hex(SALT),
  }),
  cipher: z.strictObject({ name: z.literal("xchacha20-poly1305"), nonce: hex(NONCE) }),
  sealed: z.string().regex(/^0x([0-9a-f]{2})+$/),
});

/** A file of ours whose other fields anyone may read, and none may change. */
export interface Locked {
  lock: z.infer<typeof lockSchema>;
}

/**
 * Locks a secret under a pass phrase: XChaCha20-Poly1305, its key by scrypt, and all of the file's other fields
 * authenticated with it (as RFC 8785 JSON).
 * @throws InputError if the pass phrase is empty
 */
export async function lock<T extends object>(
  plain: T,
  secret: Uint8Array,
  passPhrase: string,
  { N }: Cost = COST,
): Promise<T & Locked> {
  const kdf = { name: "scrypt" as const, N, r: R, p: P, salt: toHex(randomBytes(SALT)) } as const;
  const cipher = { name: "xchacha20-poly1305" as const, nonce: toHex(randomBytes(NONCE)) };
  const file = { ...plain, lock: { kdf, cipher, sealed: "" } };
  const box = await cipherOf(file, passPhrase);
  return { ...file, lock: { ...file.lock, sealed: toHex(box.encrypt(secret)) } };
}

/** The secret of a locked file. @throws InputError in one line, also where the pass phrase is wrong */
export async function unlock(file: Locked, passPhrase: string, source: string): Promise<Uint8Array> {
  const box = await cipherOf(file, passPhrase);
  try {
    return box.decrypt(fromHex(file.lock.sealed));
  } catch {
    throw new InputError(`The pass phrase is not that of ${source}, or the file was changed.`);
  }
}

async function cipherOf(file: Locked, passPhrase: string) {
  const { kdf, cipher } = file.lock;
  const plain = utf8ToBytes(canonicalize({ ...file, lock: { kdf, cipher } }) ?? "");
  return xchacha20poly1305(await stretch(passPhrase, kdf), fromHex(cipher.nonce), plain);
}

/** The pass phrase as a key. One phrase has one form, however a keyboard composes its characters. */
async function stretch(passPhrase: string, { N, r, p, salt }: Locked["lock"]["kdf"]): Promise<Uint8Array> {
  if (passPhrase === "") throw new InputError("A secret needs a pass phrase.");
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(passPhrase.normalize("NFKC"), fromHex(salt), KEY, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function toHex(bytes: Uint8Array): string {
  return `0x${bytesToHex(bytes)}`;
}

function fromHex(text: string): Uint8Array {
  return hexToBytes(text.slice(2));
}
