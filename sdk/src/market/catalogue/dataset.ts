import { z } from "zod";
import { firstIssue } from "../../documents/json.ts";
import { InputError } from "../../shared/errors.ts";
import { iri } from "../licences/policy.ts";
import { ACCESS_RIGHTS } from "./vocabulary.ts";

/** The tag of a text that does not say its language. */
export const UNTOLD = "und";

const line = z.string().min(1);
const language = z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "is not a language tag");
const texts = z.record(language, line);
const someTexts = texts.refine((all) => Object.keys(all).length > 0, "is missing");
const date = z
  .string()
  .regex(/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?$/, "is no date")
  .refine(isDay, "is no date");
/** A code of one of the EU's tables, or the IRI of something else. */
const coded = z.union([z.string().regex(/^[A-Z0-9_]+$/), iri]);
const mediaType = z.string().regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/, "is not a media type");

const agentSchema = z.strictObject({
  iri: iri.optional(),
  name: someTexts,
  homepage: iri.optional(),
});
const contactSchema = z
  .strictObject({ name: line.optional(), email: line.optional(), url: iri.optional() })
  .refine((contact) => Object.values(contact).some((value) => value !== undefined), "says nothing");
const distributionSchema = z.strictObject({
  iri: iri.optional(),
  title: texts.default({}),
  description: texts.default({}),
  accessURL: z.array(iri).min(1),
  downloadURL: z.array(iri).default([]),
  mediaType: mediaType.optional(),
  /** What the file is, where that is no media type. */
  format: line.optional(),
  byteSize: z.int().min(0).optional(),
  /** SHA-256 of the file. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "is no SHA-256 in hex")
    .optional(),
  licence: iri.optional(),
  policies: z.array(iri).default([]),
  issued: date.optional(),
  modified: date.optional(),
});
const periodSchema = z
  .strictObject({ start: date.optional(), end: date.optional() })
  .refine(({ start, end }) => start !== undefined || end !== undefined, "says nothing");
const placeSchema = z
  .strictObject({
    iri: iri.optional(),
    name: texts.default({}),
    /** GeoJSON. */
    geometry: line.optional(),
  })
  .refine((one) => one.iri !== undefined || one.geometry !== undefined || Object.keys(one.name).length > 0, "is empty");

export const datasetSchema = z.strictObject({
  iri: iri.optional(),
  title: someTexts,
  description: someTexts,
  identifier: z.array(line).default([]),
  publisher: agentSchema.optional(),
  contactPoint: z.array(contactSchema).default([]),
  /** Keywords by language. */
  keywords: z.record(language, z.array(line).min(1)).default({}),
  themes: z.array(coded).default([]),
  accessRights: z.enum(ACCESS_RIGHTS).optional(),
  languages: z.array(coded).default([]),
  frequency: coded.optional(),
  landingPage: z.array(iri).default([]),
  issued: date.optional(),
  modified: date.optional(),
  version: line.optional(),
  temporal: z.array(periodSchema).default([]),
  spatial: z.array(placeSchema).default([]),
  policies: z.array(iri).default([]),
  distributions: z.array(distributionSchema).default([]),
});

/** A text in one or several languages, by language tag. */
export type Texts = Record<string, string>;
/** What is said of a data set. Lists are empty where nothing is said. */
export type Dataset = z.output<typeof datasetSchema>;
export type DatasetInput = z.input<typeof datasetSchema>;
export type Agent = z.output<typeof agentSchema>;
export type Contact = z.output<typeof contactSchema>;
export type Distribution = z.output<typeof distributionSchema>;
export type Place = z.output<typeof placeSchema>;

/** Checks what is said of a data set. @throws InputError in one line */
export function dataset(input: unknown, source = "The data set"): Dataset {
  const parsed = datasetSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InputError(`${source} is not described as DCAT-AP asks: ${firstIssue(parsed.error)}`);
}

/** Whether a date is in the calendar, which JavaScript's own reading takes lightly: 30 February is 1 March to it. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const time = Date.parse(day);
  return Number.isFinite(Date.parse(text)) && new Date(time).toISOString().startsWith(day);
}

/** The object without what is undefined. */
export function told<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}
