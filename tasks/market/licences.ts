import { duesOf } from "../../sdk/src/market/due.ts";
import { dataSetOf, numberOf } from "../../sdk/src/market/model.ts";
import { chainTime, readMarket } from "../../sdk/src/market/read.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { address, optional } from "../shared/options.ts";
import { showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { Money, openMarket } from "./market.ts";
import { nameOf, standingOf, untilText } from "./words.ts";

const action: Action = async (args, hre) => {
  const named = optional(args, "account") === undefined ? undefined : address(args, "account");
  const context = await openMarket(args, hre);
  const account = named ?? (await actor(context));
  const models = await readMarket(context);
  const now = await chainTime(context);
  const mine = ({ buyer }: { buyer: string }) => buyer === account;
  const licences = models.flatMap((model) => model.licences.filter(mine));
  const orders = models.flatMap((model) => model.orders.filter(({ order }) => mine(order)));
  const open = orders.filter(({ standing }) => standing === "ordered" || standing === "delivered");
  const subscriptions = models.flatMap((model) => model.subscriptions.filter((one) => mine(one) && one.running));
  const dues = await duesOf(context, models, account);
  const rows = licences.map(({ version, nonce, tier, from, until }) => {
    const over = until !== 0 && until < now;
    const place = [dataSetOf(version), numberOf(version), nonce, tier].map(String);
    return [...place, showTime(from), `${untilText(until)}${over ? ", over" : ""}`];
  });
  const money = new Money(context);
  const parts = [table(["data set", "version", "number", "tier", "from", "lasts"], rows)];
  for (const one of open) parts.push(`Open: ${nameOf(one)}; ${standingOf(one, now)}.`);
  for (const one of subscriptions) parts.push(`Subscription ${one.nonce} to data set ${one.dataSet}.`);
  for (const { token, amount } of dues) {
    parts.push(`Due: ${await money.show(token, amount)}; \`market collect\` pays it out.`);
  }
  return { text: parts.join("\n"), json: { account, licences, open, subscriptions, due: dues } };
};
export default action;
