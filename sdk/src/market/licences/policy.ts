import { z } from "zod";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson, type Json, toHex } from "../../documents/hash.ts";
import { firstIssue } from "../../documents/json.ts";
import { InputError } from "../../shared/errors.ts";

/** The context of ODRL 2.2 in JSON-LD. */
export const ODRL_CONTEXT = "http://www.w3.org/ns/odrl.jsonld";

/** An absolute IRI. */
export const iri = z
  .string()
  .max(2_000)
  .regex(/^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>"{}|\\^`]+$/, "is not an absolute IRI");
const term = z.string().regex(/^[A-Za-z][\w.+-]*(:[^\s<>"{}|\\^`]+)?$/, "is no term of ODRL and no IRI");

const typed = z.strictObject({ "@value": z.string(), "@type": term });
const link = z.strictObject({ "@id": iri });
const operand = z.union([z.string(), z.number(), typed, link]);

const constraint = z.strictObject({
  leftOperand: term,
  operator: z
    .enum(["eq", "gt", "gteq", "hasPart", "isA", "isAllOf", "isAnyOf", "isNoneOf", "isPartOf"])
    .or(z.enum(["lt", "lteq", "neq"])),
  rightOperand: z.union([operand, z.array(operand).min(1)]),
  unit: iri.optional(),
});

const duty = z.strictObject({ action: term, constraint: z.array(constraint).min(1).optional() });
const rule = z.strictObject({ action: term, constraint: z.array(constraint).min(1).optional() });
const permission = rule.extend({ duty: z.array(duty).min(1).optional() });

const policySchema = z
  .strictObject({
    "@context": z.literal(ODRL_CONTEXT),
    "@type": z.enum(["Set", "Offer", "Agreement"]),
    uid: iri,
    /** The page of the licence that the policy tells of; what stands there is what holds. */
    "dct:source": link.optional(),
    "dct:title": z.string().min(1).optional(),
    assigner: iri,
    assignee: iri.optional(),
    target: iri,
    /** Where a permission and a prohibition meet, the prohibition holds. */
    conflict: z.literal("prohibit"),
    permission: z.array(permission).min(1),
    prohibition: z.array(rule).min(1).optional(),
  })
  .refine((policy) => policy["@type"] !== "Agreement" || policy.assignee !== undefined, {
    path: ["assignee"],
    message: "is missing, and an Agreement names one",
  });

/** A licence as an ODRL 2.2 policy in JSON-LD. */
export type Policy = z.infer<typeof policySchema>;
export type Constraint = z.infer<typeof constraint>;
export type Rule = z.infer<typeof permission>;

/**
 * Reads a policy. What it does not know is refused, not passed over: nobody should buy on terms that the software
 * did not read.
 * @throws InputError in one line that names the source
 */
export function readPolicy(value: unknown, source = "The licence"): Policy {
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`${source} is not an ODRL policy that can be read: ${firstIssue(parsed.error)}`);
}

/** Reads the tiers of a data set: an array of policies, each known by its position. @throws InputError in one line */
export function readTiers(value: unknown, source = "The tiers"): Policy[] {
  if (!Array.isArray(value) || value.length === 0) throw new InputError(`${source} are no list of ODRL policies.`);
  return value.map((policy, i) => readPolicy(policy, `${source}: tier ${i}`));
}

/** keccak256 of a policy, or of all tiers, as RFC 8785 JSON: what the contract pins. */
export function termsHash(terms: Policy | readonly Policy[]): string {
  return toHex(keccak_256(utf8ToBytes(canonicalJson(terms as Json))));
}
