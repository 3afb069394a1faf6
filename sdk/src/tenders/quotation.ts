import { z } from "zod";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, getChecked } from "../shared/files.ts";
import type { BidPlace } from "./bid.ts";
import type { BidModel, TenderModel } from "./model.ts";
import { openQuotation } from "./sealedQuotation.ts";

const digest = z.string().regex(/^0x[0-9a-f]{64}$/, "must be a SHA-256 digest");

/** What the public gets to see of a confidential attachment. */
export const attachmentSchema = z.strictObject({
  /** What it is, in words that tell nothing confidential. */
  title: z.string().min(1).optional(),
  /** Of the sealed file, by which stores name it. */
  file: digest,
  /** Of the content, salted. */
  digest,
});

/** Who bids, in words, and the details of the price: the file that a bid's quotation digest names. Public once opened. */
export const quotationSchema = z.strictObject({
  format: z.literal("common-seal/quotation/1"),
  /** The bidding organisation; never a natural person's data. */
  tenderer: z.strictObject({
    name: z.string().min(1),
    identifier: z.strictObject({ scheme: z.string().min(1).optional(), id: z.string().min(1) }).optional(),
  }),
  items: z
    .array(
      z.strictObject({
        /** Id of the notice's item. */
        id: z.string().min(1),
        unitPrice: z.string().regex(/^\d+(\.\d+)?$/),
      }),
    )
    .optional(),
  /** Confidential attachments, which only the agency can read: their digests alone are public. */
  attachments: z.array(attachmentSchema).min(1).optional(),
});

export type Quotation = z.infer<typeof quotationSchema>;
export type Attachment = z.infer<typeof attachmentSchema>;

/** An opened bid's quotation, or why it cannot be read. */
export type FoundQuotation = { quotation: Quotation } | { problem: string };

/**
 * Reads the sealed quotation of an opened bid from the store of public files.
 * @returns the problem where it is missing, changed, or no quotation: whoever bids may have stored anything
 */
export async function findSealed(
  files: FileStore,
  place: BidPlace,
  { quotation, salt }: { quotation: string; salt: string },
): Promise<FoundQuotation> {
  try {
    const file = await files.get(quotation);
    if (!file) return { problem: "It is not in the store." };
    const found = quotationSchema.safeParse(JSON.parse(new TextDecoder().decode(openQuotation(place, salt, file))));
    return found.success ? { quotation: found.data } : { problem: "The file is no quotation." };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    if (error instanceof SyntaxError) return { problem: "The file is no quotation." };
    throw error;
  }
}

/** Reads the quotation of a bid; undefined where it names none, or is not opened. */
export async function findQuotation(
  { chainId, addresses, files }: Context,
  { tender, sealing }: TenderModel,
  lot: number,
  { bidder, quotation, opened }: BidModel,
): Promise<FoundQuotation | undefined> {
  if (quotation === undefined || !opened) return undefined;
  if (sealing) {
    const place = { chainId, house: addresses.TenderHouse, tender, lot, bidder };
    return findSealed(files, place, { quotation, salt: opened.salt });
  }
  const found = await getChecked(files, quotation, quotationSchema);
  return found ? { quotation: found } : { problem: "The store has no such quotation." };
}

/** The quotations of all opened bids of a tender. */
export async function readQuotations(context: Context, model: TenderModel): Promise<Map<BidModel, FoundQuotation>> {
  const quotations = new Map<BidModel, FoundQuotation>();
  for (const { lot, bids } of model.lots) {
    for (const bid of bids) {
      const found = await findQuotation(context, model, lot, bid);
      if (found) quotations.set(bid, found);
    }
  }
  return quotations;
}
