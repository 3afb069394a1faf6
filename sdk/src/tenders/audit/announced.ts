import { encodeBytes32String } from "ethers";
import { packRequired } from "../../documents/required.ts";
import { cidOf } from "../../shared/cid.ts";
import { parsePrice } from "../amount.ts";
import { type Notice, noticeSchema } from "../notice.ts";
import type { AuditCase } from "./case.ts";
import { Comparison } from "./comparison.ts";
import { fileOf } from "./files.ts";

const TAX = { unstated: 0, net: 1, gross: 2 } as const;

/** The terms that were published with those that the notice tells to people. */
export async function announced(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  const { documents } = of.terms;
  const { published } = of.model;
  const file = await fileOf(of, documents);
  const name = `the notice ${cidOf(documents)}`;
  if (file === null) {
    found.miss(published, `${name} is not in the store`);
    return found;
  }
  const notice = noticeSchema.safeParse(file).data;
  found.expect(notice !== undefined, published, `${name} does not fit its digest, or is no notice`);
  if (!notice) return found;
  for (const [term, told, wanted] of pairsOf(of, notice)) {
    found.expect(told === wanted, published, `${term}: published is ${told}, and the notice says ${wanted}`);
  }
  return found;
}

/** Each term with what is published of it and what the notice says, as text. */
function pairsOf({ terms }: AuditCase, notice: Notice): [term: string, told: string, wanted: string][] {
  const { lots, decimals, sealing } = notice;
  const prices = (some: (string | undefined)[]) =>
    some.map((one) => (one === undefined ? 0n : parsePrice(one, decimals)));
  // Empty lists stand for lots without any.
  const each = (some: readonly bigint[]) => (some.length > 0 ? [...some] : lots.map(() => 0n)).join();
  const timeOf = (name: string): bigint | undefined =>
    [terms, terms.sealing].map((some) => (some as unknown as Record<string, bigint | undefined>)[name]).find(Boolean);
  const committee = sealing === "bidders" ? undefined : sealing;
  const deadlines = Object.entries(notice.times).flatMap(([name, text]): [string, string, string][] =>
    name === "start" || text === undefined ? [] : [[name, `${timeOf(name)}`, `${Math.floor(Date.parse(text) / 1000)}`]],
  );
  return [
    ["the currency", terms.currency, encodeBytes32String(notice.currency).slice(0, 8)],
    ["the number of decimals", `${terms.decimals}`, `${decimals}`],
    ["the tax basis", `${terms.tax}`, `${TAX[notice.taxBasis]}`],
    ["the ceilings", each(terms.ceilings), prices(lots.map(({ ceiling }) => ceiling)).join()],
    ["the minimums", each(terms.minimums), prices(lots.map(({ minimum }) => minimum)).join()],
    [
      "the required documents",
      each(terms.required),
      lots.map(({ requiredDocuments = [] }) => packRequired(requiredDocuments)).join(),
    ],
    ["the seats", [...terms.sealing.seats].join(), (committee?.seats ?? []).join()],
    ["the threshold", `${terms.sealing.threshold}`, `${committee?.threshold ?? 0}`],
    ...deadlines,
  ];
}
