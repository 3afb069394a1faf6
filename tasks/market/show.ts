import { unpackRequired } from "../../sdk/src/documents/required.ts";
import type { Policy } from "../../sdk/src/market/licences/policy.ts";
import type { OfferModel, OrderModel, VersionModel } from "../../sdk/src/market/model.ts";
import { numberOf } from "../../sdk/src/market/model.ts";
import { chainTime, readDataSet } from "../../sdk/src/market/read.ts";
import { withdrawalText } from "../../sdk/src/market/reasons.ts";
import { readDescription, readPolicies } from "../../sdk/src/market/terms.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { optional } from "../shared/options.ts";
import { list, showSpan, showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { titleIn } from "./catalogue.ts";
import { dataSetOf, Money, openMarket } from "./market.ts";
import { licenceText, untilText } from "./words.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const context = await openMarket(args, hre);
  const model = await readDataSet(context, dataSet);
  const description = await readDescription(context, model);
  const policies = await readPolicies(context, model, description);
  const money = new Money(context);
  const now = await chainTime(context);
  const language = optional(args, "language") ?? "en";
  const head = list({
    "data set": dataSet,
    title: description ? titleIn(description.title, language) : "(its description is not in the store)",
    description: description ? titleIn(description.description, language) : undefined,
    agency: model.agency,
    category: model.category,
    metadata: cidOf(model.metadata),
    listed: showTime(model.listed.time),
  });
  const versions = table(["version", "state", "bytes", "chunks", "listed", "manifest"], model.versions.map(versionRow));
  const offers: string[] = [];
  for (const offer of model.offers) offers.push(await offerText(offer, money, policies));
  const orders = table(
    ["version", "offer", "buyer", "order", "standing", "next"],
    model.orders.map((one) => orderRow(one, now)),
  );
  const parts = [head, versions, ...offers, ...(model.orders.length > 0 ? [orders] : [])];
  return {
    text: parts.join("\n\n"),
    json: { ...model, description, licences: model.licences, policies: Object.fromEntries(policies) },
  };
};
export default action;

function versionRow({ number, state, reason, terms, sealed, listed }: VersionModel): string[] {
  const why = reason === undefined || state === "personal-data" ? "" : `: ${withdrawalText(reason)}`;
  const chunks = sealed ? String(terms.count) : "open data";
  return [String(number), `${state}${why}`, String(terms.size), chunks, showTime(listed.time), cidOf(terms.manifest)];
}

async function offerText(offer: OfferModel, money: Money, policies: Map<string, Policy>): Promise<string> {
  const { number, state, terms } = offer;
  const { kind, token, price, version, tier, period, window, delivery, until } = terms;
  const each = kind === "subscription" ? ` each ${showSpan(period)}` : "";
  const required = unpackRequired(terms.required).map(
    ({ schema, issuer }) => `a document of schema ${schema}${issuer === undefined ? "" : ` by agency ${issuer}`}`,
  );
  return list({
    offer: `${number}${state === "open" ? "" : ", withdrawn"}`,
    kind: `${kind}, ${version === 0 ? "any version" : `version ${version}`}, tier ${tier}`,
    price: `${await money.show(token, price)}${each}`,
    "licensed for": kind === "subscription" ? "the periods paid" : period === 0 ? "without end" : showSpan(period),
    "delivered within": kind === "licence" ? undefined : showSpan(delivery),
    "disputes within": kind === "licence" ? undefined : showSpan(window),
    taken: until === 0 ? undefined : untilText(until),
    buyers: required.length === 0 ? "all" : `who holds ${required.join(" and ")}`,
    licence: licenceText(policies.get(terms.terms), terms.terms),
  });
}

function orderRow({ order, standing, delivery }: OrderModel, now: number): string[] {
  const end = delivery.time + order.window;
  const next = {
    ordered: now > order.deliverBy ? "refund" : `delivery until ${showTime(order.deliverBy)}`,
    delivered: now > end ? "settle" : `disputes until ${showTime(end)}`,
    licensed: untilText(order.until),
    refunded: "",
  };
  const { version, offer, buyer, nonce } = order;
  return [String(numberOf(version)), String(offer), buyer, String(nonce), standing, next[standing]];
}
