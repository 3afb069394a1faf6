import { resolve } from "node:path";
import { type Listing, catalogueOf } from "../../sdk/src/market/catalogue/catalogue.ts";
import type { Texts } from "../../sdk/src/market/catalogue/dataset.ts";
import { accountIri, current } from "../../sdk/src/market/catalogue/facts.ts";
import { listingsOf } from "../../sdk/src/market/listings.ts";
import { readMarket } from "../../sdk/src/market/read.ts";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import { optional } from "../shared/options.ts";
import { escaped, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { openMarket } from "./market.ts";

const action: Action = async (args, hre) => {
  const language = optional(args, "language") ?? "en";
  const out = optional(args, "out");
  const context = await openMarket(args, hre);
  const models = await readMarket(context);
  const listings = await listingsOf(context, models);
  const { chainId } = context;
  const market = context.addresses.DataMarket;
  const catalogue = catalogueOf(listings, {
    iri: accountIri(chainId, market),
    title: { en: "Catalogue of the data market" },
    description: { en: `Data sets of public bodies, listed in the contract ${market} on chain ${chainId}.` },
    publisher: { iri: accountIri(chainId, market), name: { en: "The data market" } },
    ...(models.length === 0 ? {} : { modified: Math.max(...models.flatMap(timesOf)) }),
  });
  if (out !== undefined) {
    const path = resolve(out);
    const text = `${escaped(JSON.stringify(catalogue, null, 2))}\n`;
    await writeWhole(path, new TextEncoder().encode(text));
    return { text: `Wrote ${listings.length} data sets to ${path}`, json: { out: path, dataSets: listings.length } };
  }
  const rows = listings.map((listing) => rowOf(listing, language));
  const head = ["data set", "title", "agency", "category", "version", "bytes", "offers"];
  return { text: table(head, rows), json: catalogue };
};
export default action;

function rowOf({ facts, metadata }: Listing, language: string): string[] {
  const newest = current(facts);
  const { agency } = facts;
  return [
    String(facts.dataset),
    metadata ? titleIn(metadata.title, language) : "(its description is not in the store)",
    `${agency.number} ${agency.name}`,
    facts.category,
    newest ? String(newest.version) : "none open",
    newest ? String(newest.length) : "",
    facts.offers
      .map(({ offer, kind, buyers }) => `${offer} ${kind}${buyers === "all" ? "" : " (accredited)"}`)
      .join(", "),
  ];
}

/** The title in a language, else in English, else in any. */
export function titleIn(title: Texts, language: string): string {
  return title[language] ?? title["en"] ?? Object.values(title)[0] ?? "";
}

function timesOf({ listed, versions, offers }: Awaited<ReturnType<typeof readMarket>>[number]): number[] {
  return [listed.time, ...versions.map((one) => one.listed.time), ...offers.map(({ made }) => made.time)];
}
