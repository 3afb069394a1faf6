import { datasetDocument } from "../../sdk/src/market/catalogue/write.ts";
import { describeDataSet, makeOffer } from "../../sdk/src/market/list.ts";
import { termsHash } from "../../sdk/src/market/licences/policy.ts";
import type { DataSetModel } from "../../sdk/src/market/model.ts";
import { readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { policyOfTier, readDescription, withPolicies } from "../../sdk/src/market/terms.ts";
import { offerStruct } from "../../sdk/src/market/hashes.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { putJson } from "../../sdk/src/shared/files.ts";
import type { Action } from "../shared/verb.ts";
import { licenceOf } from "./licence.ts";
import { dataSetOf, numberIf, openMarket } from "./market.ts";
import { conditionsOf, offerUnder } from "./terms.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const licence = await licenceOf(args);
  const number = numberIf(args, "versionNumber");
  const context = await openMarket(args, hre);
  const model = await readDataSet(context, dataSet);
  const version = versionAt(model, number);
  const conditions = await conditionsOf(context, args, version.sealed);
  const { policy, tier } = policyOfTier(context, model, licence);
  const terms = offerUnder({ ...conditions, ...(number === undefined ? {} : { version: number }) }, policy, tier);
  const same = model.offers.find((one) => one.state === "open" && isSame(one.terms, terms));
  if (same) {
    const text = `This is offered already, as offer ${same.number} of data set ${dataSet}.`;
    return { text, json: { dataSet, offer: same.number, madeBefore: true } };
  }
  const digest = await putJson(context.files, policy);
  if (typeof licence !== "string") await describe(context, model, digest);
  const done = await makeOffer(context, dataSet, terms).send();
  const text = `Data set ${dataSet} has offer ${done.result.offer}, of tier ${tier}.`;
  return { text, json: { ...done, ...done.result, dataSet, tier, terms, licence: termsHash(policy) } };
};
export default action;

const textOf = (terms: Parameters<typeof offerStruct>[0]) => Object.entries(offerStruct(terms)).sort().join();
const isSame = (a: Parameters<typeof offerStruct>[0], b: Parameters<typeof offerStruct>[0]) => textOf(a) === textOf(b);

/** Adds a licence that has no name to the description, by which readers find it. */
async function describe(context: Context, model: DataSetModel, digest: string): Promise<void> {
  const { dataSet, category } = model;
  const before = await readDescription(context, model);
  if (!before) throw new InputError(`The store does not have the description of data set ${dataSet}.`);
  const described = withPolicies(before, [digest]);
  if (described.policies.length === before.policies.length) return;
  await (await describeDataSet(context, { dataSet, category, metadata: datasetDocument(described) })).send();
}
