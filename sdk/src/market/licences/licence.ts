import { InputError } from "../../shared/errors.ts";
import { type Constraint, ODRL_CONTEXT, type Policy, readPolicy, type Rule } from "./policy.ts";
import {
  ACTS,
  type LicenceDuty,
  type LicensedAct,
  type LicenceTerms,
  template,
  templateAt,
  type TemplateName,
} from "./templates.ts";

/** The purpose by which commercial use is told apart. */
export const COMMERCIAL = "https://w3id.org/dpv#CommercialPurpose";
/** ODRL's actions; commercial use is use for a commercial purpose. */
const ACTIONS: Record<LicensedAct, string> = {
  use: "use",
  commercialUse: "use",
  derive: "derive",
  distribute: "distribute",
};
const DUTY_ACTIONS: Record<LicenceDuty, string> = { attribute: "attribute", notice: "cc:Notice" };
const PER_USER = "perUser";

/** Whom and what a policy is about. */
export interface LicensePlace {
  /** The policy's own name. */
  uid: string;
  /** Who licenses: the agency. */
  assigner: string;
  /** The data set. */
  target: string;
  /** An offer to all by default; an agreement names the licensee. */
  type?: "Set" | "Offer" | "Agreement";
  assignee?: string;
}

/** A licence known by name, or with terms of its own, as a policy. @throws InputError if the terms contradict each other */
export function licence(terms: TemplateName | LicenceTerms, place: LicensePlace): Policy {
  const {
    title,
    page,
    permit,
    prohibit = [],
    duties = [],
    until,
    users,
  } = typeof terms === "string" ? template(terms) : checkedTerms(terms);
  const bounds = boundsOf(until, users);
  const ruleOf = (act: LicensedAct, more: Constraint[]): Rule => {
    const constraint = [...(act === "commercialUse" ? [commercial()] : []), ...more];
    return { action: ACTIONS[act], ...(constraint.length > 0 ? { constraint } : {}) };
  };
  const duty = duties.map((one) => ({ action: DUTY_ACTIONS[one] }));
  return readPolicy({
    "@context": ODRL_CONTEXT,
    "@type": place.type ?? "Offer",
    uid: place.uid,
    ...(title === undefined ? {} : { "dct:title": title }),
    ...(page === undefined ? {} : { "dct:source": { "@id": page } }),
    assigner: place.assigner,
    ...(place.assignee === undefined ? {} : { assignee: place.assignee }),
    target: place.target,
    conflict: "prohibit",
    permission: ACTS.filter((act) => permit.includes(act)).map((act) => ({
      ...ruleOf(act, bounds),
      ...(duty.length > 0 ? { duty } : {}),
    })),
    ...(prohibit.length > 0
      ? { prohibition: ACTS.filter((act) => prohibit.includes(act)).map((act) => ruleOf(act, [])) }
      : {}),
  });
}

/** The tiers of a data set: the policy at position n is tier n. */
export function tiers(
  all: readonly (TemplateName | LicenceTerms)[],
  place: { target: string; assigner: string },
): Policy[] {
  return all.map((terms, i) => licence(terms, { ...place, uid: `${place.target}/tier/${i}` }));
}

/** The terms that a policy tells. @throws InputError where it tells others than these can */
export function termsOf(policy: Policy): LicenceTerms {
  const first = policy.permission[0];
  const bounds = first?.constraint?.filter((one) => one.leftOperand !== "purpose") ?? [];
  const until = bounds.find((one) => one.leftOperand === "dateTime")?.rightOperand;
  const users = bounds.find((one) => one.leftOperand === "count")?.rightOperand;
  const terms: LicenceTerms = {
    ...(policy["dct:title"] === undefined ? {} : { title: policy["dct:title"] }),
    ...(policy["dct:source"] === undefined ? {} : { page: policy["dct:source"]["@id"] }),
    permit: actsOf(policy.permission),
    ...(policy.prohibition ? { prohibit: actsOf(policy.prohibition) } : {}),
    ...(first?.duty ? { duties: first.duty.map(({ action }) => dutyOf(action)) } : {}),
    ...(typeof until === "object" && "@value" in until ? { until: Date.parse(until["@value"]) / 1000 } : {}),
    ...(typeof users === "number" ? { users } : {}),
  };
  const { uid, assigner, assignee, target, "@type": type } = policy;
  const again = licence(terms, { uid, assigner, target, type, ...(assignee === undefined ? {} : { assignee }) });
  if (JSON.stringify(sorted(again)) === JSON.stringify(sorted(policy))) return terms;
  throw new InputError(`The policy ${uid} has terms that cannot be told in a few words; read it whole.`);
}

/** The licence known by name that a policy is, to the letter. */
export function templateOf(policy: Policy): TemplateName | undefined {
  const name = templateAt(policy["dct:source"]?.["@id"] ?? "");
  if (!name) return undefined;
  const { uid, assigner, assignee, target, "@type": type } = policy;
  const same = licence(name, { uid, assigner, target, type, ...(assignee === undefined ? {} : { assignee }) });
  return JSON.stringify(sorted(same)) === JSON.stringify(sorted(policy)) ? name : undefined;
}

const WORDS: Record<LicensedAct | LicenceDuty, string> = {
  use: "use",
  commercialUse: "commercial use",
  derive: "derivatives",
  distribute: "distribution",
  attribute: "name the source",
  notice: "keep its notices",
};

/** Terms in one line. */
export function describeTerms({ title, permit, prohibit = [], duties = [], until, users }: LicenceTerms): string {
  const parts = [`may: ${permit.map((act) => WORDS[act]).join(", ")}`];
  if (prohibit.length > 0) parts.push(`may not: ${prohibit.map((act) => WORDS[act]).join(", ")}`);
  if (duties.length > 0) parts.push(`must: ${duties.map((duty) => WORDS[duty]).join(", ")}`);
  if (users !== undefined) parts.push(`at most ${users} users`);
  if (until !== undefined) parts.push(`until ${new Date(until * 1000).toISOString()}`);
  return `${title === undefined ? "" : `${title}: `}${parts.join("; ")}`;
}

const LAST_SECOND = Date.parse("9999-12-31T23:59:59Z") / 1000;

function checkedTerms(terms: LicenceTerms): LicenceTerms {
  const { permit, prohibit = [], until, users } = terms;
  if (permit.length === 0) throw new InputError("A licence permits something.");
  const both = permit.find((act) => prohibit.includes(act));
  if (both) throw new InputError(`A licence cannot both permit and forbid ${WORDS[both]}.`);
  if (until !== undefined && !(Number.isSafeInteger(until) && until > 0 && until <= LAST_SECOND)) {
    throw new InputError(`Not a time in seconds at which a licence can end: ${until}`);
  }
  if (users !== undefined && !(Number.isSafeInteger(users) && users > 0)) {
    throw new InputError(`Not a number of users: ${users}`);
  }
  return terms;
}

function commercial(): Constraint {
  return { leftOperand: "purpose", operator: "isA", rightOperand: { "@id": COMMERCIAL } };
}

function boundsOf(until: number | undefined, users: number | undefined): Constraint[] {
  const bounds: Constraint[] = [];
  if (until !== undefined) {
    const value = new Date(until * 1000).toISOString().replace(".000Z", "Z");
    const rightOperand = { "@value": value, "@type": "xsd:dateTime" };
    bounds.push({ leftOperand: "dateTime", operator: "lteq", rightOperand });
  }
  if (users !== undefined) {
    bounds.push({ leftOperand: "count", operator: "lteq", rightOperand: users });
    bounds.push({ leftOperand: "unitOfCount", operator: "eq", rightOperand: PER_USER });
  }
  return bounds;
}

function actsOf(rules: readonly Rule[]): LicensedAct[] {
  return rules.map(({ action, constraint = [] }) => {
    const forPurpose = constraint.some((one) => one.leftOperand === "purpose");
    const act = ACTS.find((one) => ACTIONS[one] === action && (one === "commercialUse") === forPurpose);
    if (!act) throw new InputError(`The policy speaks of an action that these terms do not have: ${action}`);
    return act;
  });
}

function dutyOf(action: string): LicenceDuty {
  if (action === DUTY_ACTIONS.attribute) return "attribute";
  if (action === DUTY_ACTIONS.notice) return "notice";
  throw new InputError(`The policy speaks of a duty that these terms do not have: ${action}`);
}

/** The value with all keys in order, so that two can be compared as text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
