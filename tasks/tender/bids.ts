import { describeKept } from "../../sdk/src/tenders/keptBids.ts";
import { bidStore, openHouse } from "../shared/house.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const store = bidStore(hre);
  const context = await openHouse(args, hre);
  const { bids, broken } = await describeKept(context, store);
  for (const { reason } of broken) process.stderr.write(`${reason}\n`);
  const rows = bids.map((bid) => [String(bid.tender), String(bid.lot), bid.price, bid.state, bid.bidder, bid.path]);
  return { text: table(["tender", "lot", "price", "state", "bidder", "file"], rows), json: { bids, broken } };
};
export default action;
