import { datasetDocument } from "../../sdk/src/market/catalogue/write.ts";
import { listDataSet } from "../../sdk/src/market/list.ts";
import { readMarket } from "../../sdk/src/market/read.ts";
import { policyFor, withPolicies } from "../../sdk/src/market/terms.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { putJson } from "../../sdk/src/shared/files.ts";
import { agencyOf, required } from "../shared/options.ts";
import { list } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { licenceOf } from "./licence.ts";
import { openMarket } from "./market.ts";
import { metadataOf } from "./metadata.ts";
import { prepareFile } from "./sealing.ts";
import { conditionsOf, offerUnder } from "./terms.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const category = required(args, "category");
  const given = await metadataOf(args);
  const licence = await licenceOf(args, given.licence);
  const context = await openMarket(args, hre);
  const conditions = await conditionsOf(context, args, args["open"] !== true);
  const models = (await readMarket(context)).filter((one) => one.agency === agency);
  const prepared = await prepareFile(context, args, hre, { agency, models, mediaType: given.mediaType });
  if ("listed" in prepared) {
    const { dataSet, version } = prepared.listed;
    return {
      text: `This file is listed already, as version ${version} of data set ${dataSet}. See also \`market offer\`.`,
      json: { ...prepared.listed, listedBefore: true },
    };
  }
  const { version } = prepared;
  const policy = policyFor(context, licence, { agency, manifest: version.manifest, tier: 0 });
  const described = withPolicies(given.dataset, [await putJson(context.files, policy)]);
  const metadata = datasetDocument(described);
  const offers = [offerUnder(conditions, policy, 0)];
  const done = await (await listDataSet(context, { agency, category, metadata, version, offers })).send();
  const { dataSet } = done.result;
  const text = list({
    "data set": dataSet,
    manifest: cidOf(version.manifest),
    bytes: version.size,
    chunks: version.count > 0 ? version.count : undefined,
    offer: 1,
  });
  const lost = given.lost.map((one) => `Not carried over: ${one}`);
  return {
    text: [text, ...lost].join("\n"),
    json: { ...done, ...done.result, manifest: cidOf(version.manifest), version, offers, lost: given.lost },
  };
};
export default action;
