import { InputError } from "../../shared/errors.ts";
import { formatAmount } from "../../shared/amount.ts";
import { minorUnits } from "../currency.ts";
import { type Notice, type NoticeLot, parseNotice } from "../notice.ts";
import type { Process } from "./import.ts";
import { type Json, field, objects, textField } from "./json.ts";
import { type Lot, lotsOf, relatedLots } from "./lots.ts";
import { readGroups } from "./notice-groups.ts";
import { readDocuments, readItem } from "./notice-parts.ts";
import { readTimes } from "./notice-times.ts";
import { indexParties } from "./parties.ts";
import { isPseudonym } from "./persons.ts";
import type { ReportEntry } from "./report.ts";
import { readValue, tryAmount } from "./values.ts";

type Complain = (path: string, reason: string) => void;

const METHODS = ["open", "selective", "limited", "direct"] as const;
const CATEGORIES = ["goods", "works", "services"] as const;

/**
 * A process as a notice to publish. What the record does not say stays out: OCDS has no reveal deadline, bond,
 * treasury or standstill, nor how bids are sealed.
 * @param report gets what of the process is not in the notice
 * @throws InputError when no currency is stated or no lot is usable
 */
export function toNotice({ ocid, release }: Process, report: ReportEntry[] = []): Omit<Notice, "sealing"> {
  const complain: Complain = (path, reason) => report.push({ ocid, path, reason });
  const tender = field(release, "tender");
  const lots = lotsOf(release);
  const values = [readValue(field(tender, "value")), ...lots.map((lot) => lot.value)];
  const currency = values.find((value) => value.currency !== undefined)?.currency;
  if (currency === undefined) throw new InputError(`${ocid}: the tender states no currency`);
  const taxBasis = values.find((value) => value.taxBasis !== "unstated")?.taxBasis ?? "unstated";

  const usable = lots.flatMap((lot) => readLot(lot, currency, taxBasis, complain) ?? []);
  if (usable.length === 0) throw new InputError(`${ocid}: no lot is usable`);
  reportStrayItems(tender, lots, complain);

  const tenderId = textField(tender, "id");
  const title = textField(tender, "title") ?? textField(tender, "description") ?? tenderId ?? ocid;
  return parseNotice(
    withoutUndefined({
      format: "common-seal/notice/1",
      title,
      description: textField(tender, "description"),
      source: withoutUndefined({ ocid, tenderId }),
      buyer: readBuyer(release, complain),
      procurementMethod: codeOf(METHODS, field(tender, "procurementMethod"), "/tender/procurementMethod", complain),
      mainProcurementCategory: codeOf(
        CATEGORIES,
        field(tender, "mainProcurementCategory"),
        "/tender/mainProcurementCategory",
        complain,
      ),
      awardCriteria: textField(tender, "awardCriteria"),
      currency,
      decimals: minorUnits(currency),
      taxBasis,
      times: readTimes(tender, complain),
      lots: usable,
      lotGroups: readGroups(tender, usable, { currency, taxBasis }, complain),
      documents: readDocuments(tender, complain),
    }),
  );
}

function readLot(lot: Lot, currency: string, taxBasis: string, complain: Complain): NoticeLot | undefined {
  const { value } = lot;
  const refuse = (reason: string) => void complain(lot.path, `lot ${lot.id} left out: ${reason}`);
  if (value.currency !== undefined && value.currency !== currency) return refuse(`${value.currency}, not ${currency}`);
  if (value.taxBasis !== "unstated" && value.taxBasis !== taxBasis) return refuse(`${value.taxBasis}, not ${taxBasis}`);
  const decimals = minorUnits(currency);
  const amount = value.amount === undefined ? undefined : tryAmount(value.amount, decimals);
  if (amount !== undefined && "problem" in amount) return refuse(amount.problem);
  const items = lot.items.map((item, index) => readItem(item, `${lot.path}/items/${index}`, complain));
  const isWhole = lot.path === "/tender"; // the tender says the same already
  return withoutUndefined({
    id: lot.id,
    title: isWhole ? undefined : lot.title,
    description: isWhole ? undefined : lot.description,
    ceiling: amount === undefined ? undefined : formatAmount(amount.minor, decimals),
    items,
  });
}

function reportStrayItems(tender: Json | undefined, lots: Lot[], complain: Complain): void {
  if (lots.length < 2) return;
  objects(field(tender, "items")).forEach((item, index) => {
    if (!lots.some((lot) => relatedLots(item).includes(lot.id)))
      complain(`/tender/items/${index}`, "item of no known lot");
  });
}

function readBuyer(release: Process["release"], complain: Complain): Notice["buyer"] {
  const reference = field(release, "buyer") ?? field(release, "tender", "procuringEntity");
  if (reference === undefined) return undefined;
  const party = indexParties(release)(reference);
  if (isPseudonym(party.name)) return void complain("/buyer", "the buyer is a natural person");
  if (textField(reference, "name") === undefined && party.key === undefined) return void complain("/buyer", "no name");
  return withoutUndefined({ name: party.name, identifier: party.identifier });
}

function codeOf<T extends string>(
  codes: readonly T[],
  value: Json | undefined,
  path: string,
  complain: Complain,
): T | undefined {
  const code = codes.find((one) => one === value);
  if (value !== undefined && code === undefined) complain(path, "not a code of the OCDS codelist");
  return code;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
