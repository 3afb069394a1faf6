import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { getAddress } from "ethers";
import { z } from "zod";
import { parseExact, readText } from "../documents/json.ts";
import { address, originShape } from "../documents/placement.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { getJson } from "../shared/files.ts";
import type { Cost } from "../shared/vault.ts";
import { keepAttachmentKey, readAttachmentKey } from "./attachmentKey.ts";
import { newAttachmentKey, openAttachment, sealAttachment } from "./attachments.ts";
import { parseNotice } from "./notice.ts";
import { type Attachment, attachmentSchema, findQuotation } from "./quotation.ts";
import { bidAt, readTender } from "./read.ts";
import { lotAt } from "./model.ts";
import { placeFor } from "./seal.ts";

const receiptSchema = z.strictObject({
  format: z.literal("common-seal/sealed-attachment/1"),
  chainId: originShape.chainId,
  house: address,
  tender: z.string().regex(/^\d{1,20}$/),
  lot: z.int().min(0).max(65_535),
  bidder: address,
  attachment: attachmentSchema,
});

/** What a bidder keeps of an attachment that was sealed for its bid. Nothing in it is confidential. */
export type AttachmentReceipt = z.infer<typeof receiptSchema>;

/**
 * Makes an agency's key for attachments, and keeps it in a folder, locked under a pass phrase. The public key goes into
 * the notice.
 */
export async function makeAttachmentKey(
  context: Context,
  { agency, folder, passPhrase, cost }: { agency: number; folder: string; passPhrase: string; cost?: Cost },
): Promise<{ publicKey: string; file: string }> {
  const key = newAttachmentKey();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = keyPath(folder, key.publicKey);
  const { chainId, genesisHash, addresses } = context;
  await keepAttachmentKey(file, { chainId, genesisHash, house: addresses.TenderHouse, agency }, key, passPhrase, cost);
  return { publicKey: key.publicKey, file };
}

/**
 * Seals an attachment of the actor's bid to the key that the tender's notice names, and puts the sealed file into the
 * store of public files. It counts if it stands there before the deadline, and the bid's quotation lists it.
 * @throws InputError if the notice is not in the store, or names no key
 */
export async function attach(
  context: Context,
  { tender, lot, content, title }: { tender: bigint; lot: number; content: Uint8Array; title?: string },
): Promise<AttachmentReceipt> {
  const place = await placeFor(context, tender, lot);
  const sealed = sealAttachment(place, await noticeKey(context, tender, lot), content);
  await context.files.put(sealed.ciphertext);
  return {
    format: "common-seal/sealed-attachment/1",
    chainId: place.chainId.toString(),
    house: getAddress(place.house),
    tender: tender.toString(),
    lot,
    bidder: getAddress(place.bidder),
    attachment: { ...(title === undefined ? {} : { title }), file: sealed.file, digest: sealed.digest },
  };
}

/** Reads what a bidder kept of an attachment, of its bid in this lot. @throws InputError in one line */
export async function readReceipt(context: Context, path: string, tender: bigint, lot: number): Promise<Attachment> {
  const text = await readText(path, "attachment's receipt");
  const receipt = parseExact(text, `The receipt ${path}`, "receipt of an attachment", receiptSchema);
  const place = await placeFor(context, tender, lot);
  const here = BigInt(receipt.chainId) === place.chainId && getAddress(receipt.house) === getAddress(place.house);
  const own = BigInt(receipt.tender) === tender && receipt.lot === lot;
  if (here && own && getAddress(receipt.bidder) === getAddress(place.bidder)) return receipt.attachment;
  throw new InputError(`The attachment of ${path} was sealed for another bid: the agency could not open it.`);
}

export interface OpenAttachmentParameters {
  tender: bigint;
  lot: number;
  bidder: string;
  /** Digest of the sealed file in the store, or the file itself. */
  sealed: string | Uint8Array;
  /** Where the agency's keys are kept. */
  folder: string;
  passPhrase: string;
}

/** An attachment as the agency reads it. */
export interface AttachmentRead {
  content: Uint8Array;
  /** With salt and content anyone can compute the digest. */
  salt: string;
  digest: string;
  /** Whether the bid's quotation lists it; absent while that is not public. */
  listed?: boolean;
}

/**
 * Opens an attachment of a bid with the agency's key.
 * @throws InputError if the key or the sealed file is not here, or the file was sealed for another bid or to another key
 */
export async function readAttachment(
  context: Context,
  { tender, lot, bidder, sealed, folder, passPhrase }: OpenAttachmentParameters,
): Promise<AttachmentRead> {
  const key = await readAttachmentKey(keyPath(folder, await noticeKey(context, tender, lot)), passPhrase);
  const bytes = typeof sealed === "string" ? await context.files.get(sealed) : sealed;
  if (!bytes) throw new InputError("The sealed file is not in the store of files here.");
  const place = { chainId: context.chainId, house: context.addresses.TenderHouse, tender, lot, bidder };
  const opened = openAttachment(place, key.secret, bytes);
  const listed = await listedIn(context, tender, lot, bidder, opened.digest);
  return { ...opened, ...(listed === undefined ? {} : { listed }) };
}

/** The key for attachments of a tender's notice. */
async function noticeKey(context: Context, tender: bigint, lot: number): Promise<string> {
  const model = await readTender(context, tender);
  lotAt(model, lot);
  const notice = await getJson(context.files, model.documents);
  if (notice === null) throw new InputError(`The notice of tender ${tender} is not in the store of files here.`);
  const { attachmentKey } = parseNotice(notice);
  if (attachmentKey !== undefined) return attachmentKey;
  throw new InputError(`The notice of tender ${tender} names no key for confidential attachments.`);
}

async function listedIn(context: Context, tender: bigint, lot: number, bidder: string, digest: string) {
  const model = await readTender(context, tender);
  const found = await findQuotation(context, model, lot, bidAt(model, lot, bidder));
  if (!found || "problem" in found) return undefined;
  return (found.quotation.attachments ?? []).some((one) => one.digest === digest);
}

function keyPath(folder: string, publicKey: string): string {
  return join(folder, `${publicKey.slice(2, 18)}.json`);
}
