import { z } from "zod";
import { InputError } from "../../shared/errors.ts";
import type { Thing } from "./jsonld.ts";
import { NS } from "./vocabulary.ts";

/*
 * The mandatory properties of DCAT-AP 3: of a catalogue description, publisher and title; of a data set description and
 * title; of a distribution accessURL; of an agent its name; of a checksum algorithm and value.
 */

const text = z.object({ text: z.string().regex(/\S/, "is empty") });
const resource = z.object({ said: z.record(z.string(), z.unknown()) });
/** Some portals write IRIs as texts. */
const named = z.union([z.object({ id: z.string().min(1) }), text]);
const some = <T extends z.ZodType>(shape: T) => z.array(shape, { error: "is missing" }).min(1, "is missing");
const saying = <T extends z.ZodRawShape>(said: T) => z.object({ said: z.looseObject(said) });

const agent = saying({ [`${NS.foaf}name`]: some(text) });
const checksum = saying({
  [`${NS.spdx}algorithm`]: some(resource),
  [`${NS.spdx}checksumValue`]: some(text),
});
const distribution = saying({
  [`${NS.dcat}accessURL`]: some(named),
  [`${NS.spdx}checksum`]: z.array(checksum).optional(),
});
const period = saying({
  [`${NS.dcat}startDate`]: z.array(text).max(1, "is said twice").optional(),
  [`${NS.dcat}endDate`]: z.array(text).max(1, "is said twice").optional(),
});
const dataset = saying({
  [`${NS.dct}title`]: some(text),
  [`${NS.dct}description`]: some(text),
  [`${NS.dct}publisher`]: z.array(agent).max(1, "is said twice").optional(),
  [`${NS.dct}accessRights`]: z.array(z.unknown()).max(1, "is said twice").optional(),
  [`${NS.dct}temporal`]: z.array(period).optional(),
  [`${NS.dcat}distribution`]: z.array(distribution).optional(),
});
const catalogue = saying({
  [`${NS.dct}title`]: some(text),
  [`${NS.dct}description`]: some(text),
  [`${NS.dct}publisher`]: some(agent).max(1, "is said twice"),
  [`${NS.dcat}dataset`]: z.array(dataset).optional(),
});
const shapes = { catalogue, dataset };

const WHAT = { catalogue: "catalogue", dataset: "data set" };

/** Checks that a thing has what DCAT-AP 3 asks for. @throws InputError in one line that says where what is missing */
export function checkShape(kind: keyof typeof shapes, thing: Thing): void {
  const parsed = shapes[kind].safeParse(thing);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).filter((part) => part !== "said").map((part) => shortName(String(part)));
  throw new InputError(`The ${WHAT[kind]} is not as DCAT-AP 3 asks: ${path.join(" ")} ${issue?.message ?? ""}`);
}

function shortName(iri: string): string {
  const prefix = Object.entries(NS).find(([, start]) => iri.startsWith(start));
  return prefix ? `${prefix[0]}:${iri.slice(prefix[1].length)}` : iri;
}
