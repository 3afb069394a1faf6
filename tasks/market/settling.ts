import { BATCH, closable } from "../../sdk/src/market/deliver.ts";
import type { DataSetModel, OrderModel } from "../../sdk/src/market/model.ts";
import { chainTime, readDataSet, readMarket } from "../../sdk/src/market/read.ts";
import type { Act, Done } from "../../sdk/src/shared/act.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { type Args, optional } from "../shared/options.ts";
import { dataSetOf } from "./market.ts";

/** The data set that is named, else all. */
export async function modelsOf(context: Context, args: Args): Promise<DataSetModel[]> {
  return optional(args, "dataSet") === undefined ? readMarket(context) : [await readDataSet(context, dataSetOf(args))];
}

/** Closes all orders that can be closed in one way, as many in one transaction as fit. */
export async function closeAll(
  context: Context,
  args: Args,
  which: "settled" | "refunded",
  act: (context: Context, orders: OrderModel[]) => Act<object>,
): Promise<{ orders: OrderModel[]; done: Done<object>[] }> {
  const now = await chainTime(context);
  const orders = (await modelsOf(context, args)).flatMap((model) => closable(model, now)[which]);
  const done: Done<object>[] = [];
  for (let i = 0; i < orders.length; i += BATCH) done.push(await act(context, orders.slice(i, i + BATCH)).send());
  return { orders, done };
}
