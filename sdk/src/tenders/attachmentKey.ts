import { getAddress } from "ethers";
import { z } from "zod";
import { parseExact, readText, writePrivate } from "../documents/json.ts";
import { address, hex, originShape } from "../documents/placement.ts";
import { InputError } from "../shared/errors.ts";
import { type Cost, lock, lockSchema, unlock } from "../shared/vault.ts";
import { type AttachmentKey, publicKeyOf } from "./attachments.ts";

const keyFileSchema = z.strictObject({
  format: z.literal("common-seal/attachment-key/1"),
  chainId: originShape.chainId,
  genesisHash: hex(32),
  house: address,
  agency: originShape.agency,
  publicKey: hex(32),
  created: z.iso.datetime(),
  lock: lockSchema,
});

/** Whose key for attachments it is. */
export interface AttachmentKeyPlace {
  chainId: bigint;
  genesisHash: string;
  /** Address of the tender house. */
  house: string;
  agency: number;
}

/**
 * Keeps an agency's key for attachments in a file for its owner's eyes, locked under a pass phrase.
 * @throws InputError if the pass phrase is empty, or there is such a file: it is never written over
 */
export async function keepAttachmentKey(
  path: string,
  place: AttachmentKeyPlace,
  { secret, publicKey }: AttachmentKey,
  passPhrase: string,
  cost?: Cost,
): Promise<void> {
  const plain = {
    format: "common-seal/attachment-key/1" as const,
    chainId: place.chainId.toString(),
    genesisHash: place.genesisHash.toLowerCase(),
    house: getAddress(place.house),
    agency: place.agency,
    publicKey,
    created: new Date().toISOString(),
  };
  await writePrivate(path, await lock(plain, secret, passPhrase, cost));
}

/** Reads an agency's key for attachments. @throws InputError in one line, also where the pass phrase is wrong */
export async function readAttachmentKey(path: string, passPhrase: string): Promise<AttachmentKey> {
  const source = `The key file ${path}`;
  const file = parseExact(await readText(path, "key file"), source, "key file for attachments", keyFileSchema);
  const secret = await unlock(file, passPhrase, `the key file ${path}`);
  if (publicKeyOf(secret) === file.publicKey) return { secret, publicKey: file.publicKey };
  throw new InputError(`The secret in ${path} is not that of its public key.`);
}
