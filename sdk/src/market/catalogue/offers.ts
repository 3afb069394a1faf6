import type { Constraint, Policy, Rule } from "../licences/policy.ts";
import { accountIri, agencyIri, datasetIri, type ListingFacts, type OfferFacts, offerIri } from "./facts.ts";
import { type JsonLd, link, saying, typed } from "./write.ts";
import { NS } from "./vocabulary.ts";

/** An offer as an odrl:Offer: it grants what the policy of its tier grants, for the price that is a duty to pay. */
export function offerNode(facts: ListingFacts, offer: OfferFacts, tiers: readonly Policy[]): JsonLd {
  const tier = tiers[offer.tier];
  return saying({
    "@id": offerIri(facts, offer.offer),
    "@type": "odrl:Offer",
    "dct:identifier": String(offer.offer),
    "market:kind": offer.kind,
    "market:tier": typed(String(offer.tier), "nonNegativeInteger"),
    "odrl:inheritFrom": tier && link(tier.uid),
    "odrl:assigner": link(agencyIri(facts, facts.agency.number)),
    "odrl:assignee": offer.buyers === "all" ? undefined : buyersNode(offer.buyers),
    "odrl:target": link(datasetIri(facts)),
    "odrl:permission": saying({
      "odrl:action": link("odrl:use"),
      "odrl:constraint": offer.period === 0 ? [] : [lasting(offer.period)],
      "odrl:duty": offer.kind === "free" ? [] : [payment(facts, offer)],
    }),
  });
}

/** Base units of the token; ODRL's payAmount with the token as its unit. */
function payment(facts: ListingFacts, { price, token }: OfferFacts): JsonLd {
  const amount = {
    "@type": "odrl:Constraint",
    "odrl:leftOperand": link("odrl:payAmount"),
    "odrl:operator": link("odrl:eq"),
    "odrl:rightOperand": typed(price.toString(), "integer"),
    "odrl:unit": link(accountIri(facts.chainId, token)),
  };
  return { "odrl:action": { "rdf:value": link("odrl:compensate"), "odrl:refinement": amount } };
}

function lasting(seconds: number): JsonLd {
  return {
    "@type": "odrl:Constraint",
    "odrl:leftOperand": link("odrl:elapsedTime"),
    "odrl:operator": link("odrl:lteq"),
    "odrl:rightOperand": typed(`PT${seconds}S`, "duration"),
  };
}

/** Those who hold documents, told by their schemas. */
function buyersNode(required: readonly { schema: number; issuer?: number }[]): JsonLd {
  return {
    "@type": "odrl:PartyCollection",
    "market:requires": required.map(({ schema, issuer }) =>
      saying({
        "market:schema": typed(String(schema), "nonNegativeInteger"),
        "market:issuer": issuer === undefined ? undefined : typed(String(issuer), "nonNegativeInteger"),
      }),
    ),
  };
}

/** A policy with the prefixes of the catalogue, so that nothing has to be fetched to read it. */
export function policyNode(policy: Policy): JsonLd {
  const party = (one: string | undefined) => one && link(one);
  return saying({
    "@id": policy.uid,
    "@type": `odrl:${policy["@type"]}`,
    "dct:title": policy["dct:title"],
    "dct:source": policy["dct:source"],
    "odrl:assigner": party(policy.assigner),
    "odrl:assignee": party(policy.assignee),
    "odrl:target": link(policy.target),
    "odrl:conflict": link(`odrl:${policy.conflict}`),
    "odrl:permission": policy.permission.map(ruleNode),
    "odrl:prohibition": (policy.prohibition ?? []).map(ruleNode),
  });
}

function ruleNode({ action, constraint = [], duty = [] }: Rule): JsonLd {
  return saying({
    "odrl:action": link(termIri(action)),
    "odrl:constraint": constraint.map(constraintNode),
    "odrl:duty": duty.map(ruleNode),
  });
}

function constraintNode({ leftOperand, operator, rightOperand, unit }: Constraint): JsonLd {
  return saying({
    "@type": "odrl:Constraint",
    "odrl:leftOperand": link(termIri(leftOperand)),
    "odrl:operator": link(`odrl:${operator}`),
    "odrl:rightOperand": rightOperand,
    "odrl:unit": unit && link(unit),
  });
}

/** ODRL's context takes a bare term for one of its own. */
function termIri(term: string): string {
  return term.includes(":") ? term.replace(/^cc:/, NS.cc) : `odrl:${term}`;
}
