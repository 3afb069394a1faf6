import { z } from "zod";

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
});

export type Quotation = z.infer<typeof quotationSchema>;
