import { withdrawOffers, withdrawVersions } from "../../sdk/src/market/list.ts";
import { offerAt, readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { reasonCode } from "../../sdk/src/market/reasons.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { numbers, optional, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { dataSetOf, openMarket } from "./market.ts";

const MOST = 2 ** 32 - 1;

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const what = (["versions", "offers"] as const).filter((one) => optional(args, one) !== undefined);
  const [kind] = what;
  if (kind === undefined || what.length > 1) throw new InputError("Give either --versions or --offers.");
  const given = numbers(args, kind, MOST);
  const reason = reasonCode(required(args, "reason"));
  const context = await openMarket(args, hre);
  const model = await readDataSet(context, dataSet);
  const stands = ({ state, reason: before = 0 }: { state: string; reason?: number }) =>
    state === "open" || (state === "withdrawn" && kind === "versions" && reason === 1 && before !== 1);
  const left = given.filter((one) => stands(kind === "versions" ? versionAt(model, one) : offerAt(model, one)));
  const named = `${kind === "versions" ? "Version" : "Offer"}${given.length > 1 ? "s" : ""} ${given.join(", ")}`;
  if (left.length === 0)
    return { text: `${named} of data set ${dataSet}: not open any more.`, json: { dataSet, [kind]: [] } };
  const act = kind === "versions" ? withdrawVersions : withdrawOffers;
  const done = await act(context, dataSet, left, reason).send();
  return { text: `${named} of data set ${dataSet}: withdrawn.`, json: { ...done, dataSet, [kind]: left, reason } };
};
export default action;
