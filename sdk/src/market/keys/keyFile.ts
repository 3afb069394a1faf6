import { randomBytes, scrypt } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { fromHex, newSecret, toHex, WORD } from "../../documents/hash.ts";
import { parseExact, readText, writePrivate } from "../../documents/json.ts";
import { hex } from "../../documents/placement.ts";
import { InputError } from "../../shared/errors.ts";

/** Cost of one guess of the pass phrase: 128 MiB, and half a second. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
const TAG_BYTES = 16;
const NONCE_BYTES = 24;

const keyFileSchema = z.strictObject({
  format: z.literal("common-seal/market-keys/1"),
  kdf: z.strictObject({
    name: z.literal("scrypt"),
    N: z.literal(COST.N),
    r: z.literal(COST.r),
    p: z.literal(COST.p),
    salt: hex(WORD),
  }),
  cipher: z.strictObject({ name: z.literal("xchacha20-poly1305"), nonce: hex(NONCE_BYTES) }),
  /** The secret of 32 bytes under the pass phrase. */
  sealed: hex(WORD + TAG_BYTES),
});

/** The format is part of what is authenticated. */
const FORMAT = utf8ToBytes("common-seal/market-keys/1");

/**
 * Makes the key file of a seller or buyer whose wallet cannot give its keys again, and returns its secret. The file is
 * for its owner's eyes, and is never written over.
 * @throws InputError if the pass phrase is empty, or there is such a file
 */
export async function createKeyFile(path: string, passPhrase: string): Promise<Uint8Array> {
  const [secret, salt, nonce] = [newSecret(), newSecret(), randomBytes(NONCE_BYTES)];
  const sealed = xchacha20poly1305(await stretch(passPhrase, salt), nonce, FORMAT).encrypt(secret);
  const file: z.infer<typeof keyFileSchema> = {
    format: "common-seal/market-keys/1",
    kdf: { name: "scrypt", ...COST, salt: toHex(salt) },
    cipher: { name: "xchacha20-poly1305", nonce: toHex(nonce) },
    sealed: toHex(sealed),
  };
  await writePrivate(path, file);
  return secret;
}

/** The secret of a key file. @throws InputError in one line, also where the pass phrase is wrong */
export async function readKeyFile(path: string, passPhrase: string): Promise<Uint8Array> {
  const text = await readText(path, "key file");
  const { kdf, cipher, sealed } = parseExact(text, `The key file ${path}`, "key file", keyFileSchema);
  const key = await stretch(passPhrase, fromHex(kdf.salt));
  try {
    return xchacha20poly1305(key, fromHex(cipher.nonce, NONCE_BYTES), FORMAT).decrypt(
      fromHex(sealed, WORD + TAG_BYTES),
    );
  } catch {
    throw new InputError(`The pass phrase is not that of the key file ${path}, or the file was changed.`);
  }
}

/** The pass phrase as a key. One phrase has one form, however a keyboard composes its characters. */
async function stretch(passPhrase: string, salt: Uint8Array): Promise<Uint8Array> {
  if (passPhrase === "") throw new InputError("A key file needs a pass phrase.");
  const options = { ...COST, maxmem: 2 * 128 * COST.N * COST.r };
  return new Promise((resolve, reject) => {
    scrypt(passPhrase.normalize("NFKC"), salt, WORD, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
