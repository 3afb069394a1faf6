import type { DataSetModel, OrderModel } from "../../sdk/src/market/model.ts";
import { dataSetOf, numberOf } from "../../sdk/src/market/model.ts";
import type { Refused } from "../../sdk/src/market/deliver.ts";
import type { Outcome } from "../../sdk/src/market/open.ts";
import { describeTerms, templateOf, termsOf } from "../../sdk/src/market/licences/licence.ts";
import type { Policy } from "../../sdk/src/market/licences/policy.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { showTime } from "../shared/text.ts";

/** An order by its numbers. */
export function nameOf({ order }: Pick<OrderModel, "order">): string {
  return `order ${order.nonce} of version ${numberOf(order.version)} of data set ${dataSetOf(order.version)}`;
}

/** Where an order stands, and what happens next. */
export function standingOf({ standing, order, delivery, closed }: OrderModel, now: number): string {
  const disputable = delivery.time + order.window;
  switch (standing) {
    case "ordered":
      return now > order.deliverBy
        ? `not delivered until ${showTime(order.deliverBy)}: \`market refund\` gives the price back`
        : `the key is to be delivered until ${showTime(order.deliverBy)}, else the price comes back`;
    case "delivered":
      return now > disputable
        ? `delivered ${showTime(delivery.time)}, can be settled`
        : `delivered: \`market open\` it, and \`market dispute\` what is not as listed until ${showTime(disputable)}`;
    case "licensed":
      return `licensed since ${showTime(delivery.time)}, ${untilText(order.until)}`;
    case "refunded":
      return `refunded${closed ? ` ${showTime(closed.time)}` : ""}`;
  }
}

export const untilText = (until: number): string => (until === 0 ? "without end" : `until ${showTime(until)}`);

const REFUSALS: Record<Refused["reason"], string> = {
  late: "its time for delivery is over, or nearly so",
  mask: "the buyer computed its mask otherwise: nobody could read the key",
  manifest: "the store does not have the manifest",
  key: "the version was sealed with other keys",
  "not final": "a reorganisation could still undo the order",
  withdrawn: "the version was withdrawn for personal data, or disproved",
};
export const refusalText = ({ reason }: Refused): string => REFUSALS[reason];

/** What is wrong with a delivery, in one line. */
export function wrongText(outcome: Exclude<Outcome, { outcome: "opened" }>): string {
  const what = outcome.outcome === "wrong-key" ? "wrong key" : `bad chunk ${outcome.fault.index}`;
  return `${what}: run \`market dispute\``;
}

/** A licence in one line: its name, or its terms. */
export function licenceText(policy: Policy | undefined, hash: string): string {
  if (!policy) return `a licence that the store does not have, ${hash}`;
  try {
    return `${templateOf(policy) ?? policy["dct:title"] ?? policy.uid}: ${describeTerms({ ...termsOf(policy), title: undefined })}`;
  } catch (error) {
    if (error instanceof InputError) return `${policy["dct:title"] ?? policy.uid} (an ODRL policy of its own)`;
    throw error;
  }
}

/** How many open orders a data set has. */
export function countOpen({ orders }: DataSetModel): number {
  return orders.filter(({ standing }) => standing === "ordered" || standing === "delivered").length;
}
