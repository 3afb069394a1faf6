import { z } from "zod";

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

/** The file a bid's quotation digest names: who bids, in words, and the details of the price. Public once opened. */
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
