import { readMoney } from "../../sdk/src/tenders/read.ts";
import { type Revealed, revealBid } from "../../sdk/src/tenders/reveal.ts";
import { bidStore, openHouse } from "../shared/house.ts";
import { lotOf, optional, tenderOf } from "../shared/options.ts";
import type { Action, Output } from "../shared/verb.ts";
import { showPrice } from "./amounts.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const path = optional(args, "file");
  const context = await openHouse(args, hre);
  const outcome = await revealBid(context, {
    tender,
    lot,
    bids: bidStore(hre),
    unfinalized: args["unfinalized"] === true,
    ...(path ? { path } : {}),
  });
  if ("done" in outcome) return told("Your bid is open already", outcome.done, await readMoney(context, tender));
  const done = await outcome.act.send();
  const { text } = told("Your bid is open", done.result, await readMoney(context, tender));
  return { text, json: { ...done, ...done.result } };
};
export default action;

function told(words: string, revealed: Revealed, money: Parameters<typeof showPrice>[0]): Output {
  const { state, price, documents = [] } = revealed;
  const wanting = documents.flatMap((mark, i) => (mark === "held" ? [] : [`required document ${i + 1} is ${mark}`]));
  const marked = wanting.length > 0 ? ` It is marked: ${wanting.join("; ")}.` : "";
  const at = price === undefined ? "" : `, ${showPrice(money, price)}`;
  return { text: `${words}: ${state}${at}.${marked}`, json: revealed };
}
