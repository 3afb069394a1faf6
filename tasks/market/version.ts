import { listVersion } from "../../sdk/src/market/list.ts";
import { readDataSet } from "../../sdk/src/market/read.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import type { Action } from "../shared/verb.ts";
import { dataSetOf, openMarket } from "./market.ts";
import { prepareFile } from "./sealing.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const context = await openMarket(args, hre);
  const model = await readDataSet(context, dataSet);
  const prepared = await prepareFile(context, args, hre, { agency: model.agency, models: [model] });
  if ("listed" in prepared) {
    const { version } = prepared.listed;
    const text = `This file is listed already, as version ${version} of data set ${dataSet}.`;
    return { text, json: { ...prepared.listed, listedBefore: true } };
  }
  const done = await listVersion(context, dataSet, prepared.version).send();
  const manifest = cidOf(prepared.version.manifest);
  const version = done.result.number;
  return {
    text: `Listed as version ${version} of data set ${dataSet}, by the manifest ${manifest}`,
    json: { ...done, dataSet, version, manifest, terms: prepared.version },
  };
};
export default action;
