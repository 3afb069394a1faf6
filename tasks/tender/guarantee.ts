import { guaranteeHolder, guaranteeWanted } from "../../sdk/src/tenders/guarantee.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, tenderOf } from "../shared/options.ts";
import { list, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const bidder = address(args, "bidder");
  const context = await openHouse(args, hre);
  const model = await readTender(context, tender);
  lotAt(model, lot);
  const { schema, issuer } = await guaranteeWanted(context, tender);
  const holder = guaranteeHolder({
    chainId: context.chainId,
    house: context.addresses.TenderHouse,
    tender,
    lot,
    bidder,
  });
  const text = list({
    holder,
    schema,
    issuer: issuer ?? "any accredited body",
    "stands for": model.bond && `${model.bond.amount} units of ${model.bond.token}`,
    "bids until": showTime(model.commitDeadline),
    "award until": showTime(model.awardDeadline),
    standstill: `${model.standstill} s`,
  });
  return { text, json: { holder, schema, issuer, bond: model.bond } };
};
export default action;
