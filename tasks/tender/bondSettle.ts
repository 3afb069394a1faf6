import { describeError } from "../../sdk/src/shared/decode.ts";
import { settleBond } from "../../sdk/src/tenders/bonds.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, optional, tenderOf } from "../shared/options.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const named = optional(args, "bidder") === undefined ? undefined : address(args, "bidder");
  const context = await openHouse(args, hre);
  if (named !== undefined) {
    const done = await settleBond(context, tender, lot, named).send();
    const outcome = done.result.forfeited ? "forfeited" : "released";
    return { text: `The bond of ${named} is ${outcome}.`, json: { ...done, ...done.result } };
  }
  const open = lotAt(await readTender(context, tender), lot).bids.filter(
    (bid) => bid.bond === undefined && bid.state !== "withdrawn",
  );
  const rows: string[][] = [];
  for (const { bidder } of open) {
    const outcome = await settleBond(context, tender, lot, bidder)
      .send()
      .then(({ result }) => (result.forfeited ? "forfeited" : "released"))
      .catch((error: unknown) => {
        const told = describeError(error);
        // A bond still held is an answer; anything else is a failure of this command.
        if (!told.startsWith("TenderBondHeld")) throw error;
        return told;
      });
    rows.push([bidder, outcome]);
  }
  return { text: table(["bidder", "bond"], rows), json: rows.map(([bidder, bond]) => ({ bidder, bond })) };
};
export default action;
