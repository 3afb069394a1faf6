/** A body that lists a table and sells it until it is told to stop. */
import { datasetDocument } from "../../../sdk/src/market/catalogue/write.ts";
import { dataset } from "../../../sdk/src/market/catalogue/dataset.ts";
import { agencyIri, ipfsIri } from "../../../sdk/src/market/catalogue/facts.ts";
import { tiers } from "../../../sdk/src/market/licences/licence.ts";
import { termsHash } from "../../../sdk/src/market/licences/policy.ts";
import { listDataSet, offerOf } from "../../../sdk/src/market/list.ts";
import { prepareVersion } from "../../../sdk/src/market/prepare.ts";
import { serveOnce } from "../../../sdk/src/market/serve.ts";
import { putJson } from "../../../sdk/src/shared/files.ts";
import { play, type SellerTask, tell, tellProgress, wait } from "./party.ts";
import { withFalseHash } from "./crooked.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const PRICE = 250n * 10n ** 18n;
const REDUCED = 50n * 10n ** 18n;

let stopping = false;
process.once("SIGTERM", () => (stopping = true));

await play<SellerTask>(async (context, keys, { agency, path, token, payee, register, crooked }) => {
  const description = { name: "air-quality.csv", mediaType: "text/csv", progress: tellProgress() };
  const prepared = await prepareVersion(context, { path, agency, keys, samples: [0], ...description });
  const version = crooked ? await withFalseHash(context.files, prepared) : prepared.version;
  const place = { chainId: context.chainId, market: context.addresses.DataMarket };
  const policies = tiers(["kogl-4", "pdl-1.0", "cc-by-4.0"], {
    target: ipfsIri(version.manifest),
    assigner: agencyIri(place, agency),
  });
  const terms: string[] = [];
  for (const policy of policies) {
    await putJson(context.files, policy);
    terms.push(termsHash(policy));
  }
  const sale = { kind: "sale" as const, window: HOUR, delivery: DAY };
  const [personal = "", commercial = "", research = ""] = terms;
  const offers = [
    offerOf({ ...sale, tier: 0, terms: personal }),
    offerOf({ ...sale, tier: 1, terms: commercial, price: { token, amount: PRICE, payee } }),
    offerOf({ ...sale, tier: 2, terms: research, price: { token, amount: REDUCED, payee }, required: [register] }),
  ];
  const metadata = datasetDocument(
    dataset({
      title: { en: "Air quality, hourly", ja: "大気質、毎時" },
      description: { en: "Readings of every station, one row an hour." },
      themes: ["ENVI"],
      accessRights: "RESTRICTED",
    }),
  );
  const act = await listDataSet(context, { agency, category: "ENVI", metadata, version, offers });
  tell({ told: "listed", dataSet: (await act.send()).result.dataSet });
  while (!stopping) {
    const { delivered, settled } = await serveOnce(context, { agency, keys });
    tell({ told: "round", delivered: delivered.length, settled: settled.length });
    await wait(500);
  }
});
