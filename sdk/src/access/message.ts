import { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { consentSchema } from "./consent.ts";
import { hex32 } from "./place.ts";
import { receiptSchema, requestSchema, responseSchema } from "./record.ts";

/** What the consumer asks, told to the provider only: whose record, and details where needed. */
export const querySchema = z.strictObject({
  reference: z.string().min(1).max(200),
  detail: z.string().max(2000).optional(),
});
export type Query = z.infer<typeof querySchema>;

/** A request as it is sent, with what is not published. */
export const askSchema = z.strictObject({
  request: requestSchema,
  query: querySchema,
  salt: hex32,
  consent: consentSchema.optional(),
});
export type Ask = z.infer<typeof askSchema>;

/** A response as it is sent. `payload` is canonical JSON; it is sent until the receipt has come. */
export const answerSchema = z.strictObject({
  response: responseSchema,
  payload: z.string().optional(),
  salt: hex32.optional(),
});
export type Answer = z.infer<typeof answerSchema>;

export const deliverySchema = z.strictObject({ receipt: receiptSchema });

/** Something that is no request, or nobody's: it is turned away and not logged, for nobody is shown to have asked. */
export class Unacceptable extends InputError {
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
