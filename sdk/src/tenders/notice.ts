import { z } from "zod";
import { evaluationSchema } from "./evaluation/notice.ts";
import { InputError } from "../shared/errors.ts";
import { parsePrice } from "./amount.ts";

const text = z.string().min(1);
const decimalText = z.string().regex(/^\d{1,60}(\.\d{1,60})?$/, "must be plain decimal text, such as 7500.00");
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be 0x and 40 hexadecimal digits");
const instant = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/,
    "must be an ISO 8601 time in UTC, such as 2027-01-31T12:00:00Z",
  )
  .refine(isRealTime, "is not a date of the calendar");

const classification = z.strictObject({ scheme: text.optional(), id: text.optional(), description: text.optional() });

const itemSchema = z.strictObject({
  id: text,
  description: text.optional(),
  quantity: decimalText.optional(),
  unit: z.strictObject({ scheme: text.optional(), id: text.optional(), name: text.optional() }).optional(),
  classification: classification.optional(),
  additionalClassifications: z.array(classification).optional(),
});

const requiredDocument = z.strictObject({
  schema: z.int().min(1).max(0xff_ff_ff),
  issuer: z.int().min(1).max(0x7f_ff_ff).optional(),
  atAward: z.boolean().optional(),
});

/** How bids are sealed for an opening committee. What is absent has a default. */
const committeeSchema = z.strictObject({
  /** The body of each seat of the committee. */
  seats: z.array(z.int().min(1).max(0xff_ff_ff_ff)).min(3).max(15, "can be 15 at most"),
  /** Number of scalars that open a bid: 2t-1 seats at least. */
  threshold: z.int().min(2).max(8),
  /** Two = a technical part, opened first, and a price part. */
  parts: z.union([z.literal(1), z.literal(2)]).optional(),
  /** Whether a bid has room for the identity of a vendor on whose behalf a fresh account bids. */
  identities: z.union([z.boolean(), z.literal("p256")]).optional(),
  /** Bytes for the proofs of required documents; without it, enough for documents under roots of depth 14. */
  proofBytes: z.int().min(0).max(8192).optional(),
  ties: z.enum(["lottery", "earliest"]).optional(),
  /** Where the committee fails, whoever can opens the bids; otherwise the tender lapses. */
  openByBidders: z.boolean().optional(),
  sealedCeilings: z.boolean().optional(),
  /** Contract or account that reveals the technical scores, where there are two parts. */
  scorer: address.optional(),
});

const lotSchema = z.strictObject({
  id: text,
  title: text.optional(),
  description: text.optional(),
  ceiling: decimalText.optional(),
  /** Lowest price that can win. */
  minimum: decimalText.optional(),
  /** The most that the prices of the winners may be together, where a panel judges. */
  budget: decimalText.optional(),
  /** Documents that bidders must hold at the commit deadline: a schema's number, and who must have issued it. */
  requiredDocuments: z.array(requiredDocument).min(1).max(4, "can be four at most").optional(),
  items: z.array(itemSchema),
});

/** Lots for which the buyer states a value together. */
const lotGroupSchema = z.strictObject({
  id: text,
  title: text.optional(),
  /** Ids of lots. */
  lots: z.array(text).min(2, "must be two at least"),
  /** The most that the awards of these lots may be together. */
  maximumValue: decimalText.optional(),
});

const documentSchema = z.strictObject({
  id: text,
  title: text.optional(),
  documentType: text.optional(),
  format: text.optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  datePublished: instant.optional(),
  language: text.optional(),
});

/**
 * A tender as it is imported, read and published. Amounts are decimal text in major units; a ceiling that is absent
 * or 0 means none. Times are UTC. Unknown keys are refused.
 */
export const noticeSchema = z
  .strictObject({
    format: z.literal("common-seal/notice/1"),
    title: text,
    description: text.optional(),
    source: z.strictObject({ ocid: text, tenderId: text.optional() }).optional(),
    buyer: z
      .strictObject({
        name: text,
        identifier: z.strictObject({ scheme: text.optional(), id: text }).optional(),
      })
      .optional(),
    procurementMethod: z.enum(["open", "selective", "limited", "direct"]).optional(),
    mainProcurementCategory: z.enum(["goods", "works", "services"]).optional(),
    awardCriteria: text.optional(),
    currency: z.string().regex(/^[A-Z]{3}$/, "must be three capital letters"),
    decimals: z.int().min(0).max(6),
    taxBasis: z.enum(["net", "gross", "unstated"]),
    times: z.strictObject({
      start: instant.optional(),
      bidsFrom: instant.optional(),
      commitDeadline: instant.optional(),
      scalarsDeadline: instant.optional(),
      revealDeadline: instant.optional(),
      judgeDeadline: instant.optional(),
      scoresDeadline: instant.optional(),
      awardDeadline: instant.optional(),
    }),
    standstillSeconds: z.int().min(0).optional(),
    bond: z.strictObject({ token: address, amount: decimalText }).optional(),
    treasury: address.optional(),
    /** A document that stands for a bond. */
    guarantee: requiredDocument.omit({ atAward: true }).optional(),
    /** The agency's X25519 key, to which bidders seal confidential attachments; `tender attachment key` makes one. */
    attachmentKey: z
      .string()
      .regex(/^0x[0-9a-f]{64}$/, "must be 32 bytes in hex")
      .optional(),
    /** By whom bids are opened: a committee, or "bidders", each its own. Absent = not said yet: it is not published so. */
    sealing: z
      .union([z.literal("bidders"), committeeSchema], 'must be "bidders", or seats and threshold of a committee')
      .optional(),
    /** How a panel judges bids; absent = the lowest price wins. */
    evaluation: evaluationSchema.optional(),
    /** Who hears complaints: a body that is not the agency. A lost fee goes to the treasury. */
    review: z
      .strictObject({
        reviewer: z.int().min(1).max(0xff_ff_ff_ff),
        fee: z.strictObject({ token: address, amount: decimalText }).optional(),
        decisionDays: z.int().min(1).max(60),
      })
      .optional(),
    /** Days that an amendment leaves for bidding at least; without it there are no amendments. */
    amendDays: z.int().min(1).max(60).optional(),
    /** The lot of an earlier tender, all of whose bids were over the ceiling, that this one repeats among its bidders. */
    rebidOf: z.strictObject({ tender: z.int().min(1), lot: z.int().min(0).max(499) }).optional(),
    lots: z.array(lotSchema).min(1, "must have at least one lot"),
    lotGroups: z.array(lotGroupSchema).optional(),
    documents: z.array(documentSchema).optional(),
  })
  .superRefine((notice, context) => {
    const complain = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    const seen = new Set<string>();
    notice.lots.forEach((lot, index) => {
      if (seen.has(lot.id)) complain(["lots", index, "id"], "is the id of an earlier lot");
      seen.add(lot.id);
      for (const name of ["ceiling", "minimum", "budget"] as const) {
        const problem = amountProblem(lot[name], notice.decimals);
        if (problem !== undefined) complain(["lots", index, name], problem);
      }
    });
    const groups = new Set<string>();
    (notice.lotGroups ?? []).forEach((group, index) => {
      if (groups.has(group.id)) complain(["lotGroups", index, "id"], "is the id of an earlier group");
      groups.add(group.id);
      const stranger = group.lots.find((id) => !seen.has(id));
      if (stranger !== undefined) complain(["lotGroups", index, "lots"], "names a lot that the notice does not have");
      if (new Set(group.lots).size < group.lots.length) complain(["lotGroups", index, "lots"], "names a lot twice");
      const problem = amountProblem(group.maximumValue, notice.decimals);
      if (problem !== undefined) complain(["lotGroups", index, "maximumValue"], problem);
    });
    const t = notice.times;
    const stated = [
      ["start", t.start],
      ["bidsFrom", t.bidsFrom],
      ["commitDeadline", t.commitDeadline],
      ["scalarsDeadline", t.scalarsDeadline],
      ["revealDeadline", t.revealDeadline],
      ["judgeDeadline", t.judgeDeadline],
      ["scoresDeadline", t.scoresDeadline],
      ["awardDeadline", t.awardDeadline],
    ].filter((pair): pair is [string, string] => pair[1] !== undefined);
    for (const [index, [name, at]] of stated.entries()) {
      const [earlier, before] = stated[index - 1] ?? [];
      const [from, to] = [Date.parse(before ?? ""), Date.parse(at)];
      // Bids can be sealed from the start on.
      if (name === "bidsFrom" ? from > to : from >= to) complain(["times", name], `is not after ${earlier}`);
    }
  });

/** See {@link noticeSchema}. */
export type Notice = z.infer<typeof noticeSchema>;
export type NoticeLot = z.infer<typeof lotSchema>;
export type NoticeLotGroup = z.infer<typeof lotGroupSchema>;
export type NoticeItem = z.infer<typeof itemSchema>;
export type NoticeDocument = z.infer<typeof documentSchema>;
export type NoticeCommittee = z.infer<typeof committeeSchema>;

/** How a notice's bids are sealed for a committee; undefined where it has none. */
export function committeeOf({ sealing }: Pick<Notice, "sealing">): NoticeCommittee | undefined {
  return sealing === "bidders" ? undefined : sealing;
}

/**
 * Check a value against {@link noticeSchema}.
 * @throws InputError naming the path of the first fault, in one line
 */
export function parseNotice(value: unknown): Notice {
  const result = noticeSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const inner = issue?.code === "invalid_union" ? issue.errors.at(-1)?.find(({ path }) => path.length > 0) : undefined;
  const path = [...(issue?.path ?? []), ...(inner?.path ?? [])].map(String).join(".");
  const where = path === "" ? "notice" : `notice: ${path}`;
  throw new InputError(`${where}: ${(inner ?? issue)?.message ?? "is not valid"}`.replace(/\s+/g, " ").slice(0, 300));
}

function amountProblem(amount: string | undefined, decimals: number): string | undefined {
  if (amount === undefined) return undefined;
  try {
    parsePrice(amount, decimals);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Date.parse rolls 30 February over into March; the calendar does not. */
function isRealTime(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19);
}
