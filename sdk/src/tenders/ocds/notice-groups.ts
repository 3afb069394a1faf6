import { formatAmount } from "../../shared/amount.ts";
import { minorUnits } from "../currency.ts";
import type { NoticeLot, NoticeLotGroup } from "../notice.ts";
import { field, type Json, objects, textField } from "./json.ts";
import { relatedLots } from "./lots.ts";
import { oneLine } from "./text.ts";
import { readValue, tryAmount, type Value } from "./values.ts";

type Complain = (path: string, reason: string) => void;
type Money = { currency: string; taxBasis: string };

/** Groups of lots that are all in the notice; of others nothing can be said. */
export function readGroups(
  tender: Json | undefined,
  lots: NoticeLot[],
  money: Money,
  complain: Complain,
): NoticeLotGroup[] | undefined {
  const known = new Set(lots.map(({ id }) => id));
  const groups = new Map<string, NoticeLotGroup>();
  objects(field(tender, "lotGroups")).forEach((group, index) => {
    const path = `/tender/lotGroups/${index}`;
    const id = textField(group, "id") ?? `#${index + 1}`;
    const refuse = (reason: string) => complain(path, `group ${oneLine(id)} left out: ${reason}`);
    const members = relatedLots(group);
    if (groups.has(id)) return refuse("its id is an earlier group's");
    if (members.length < 2) return refuse("it has not two lots");
    if (!members.every((member) => known.has(member))) return refuse("a lot of it is not in the notice");
    const title = textField(group, "title");
    const maximum = readMaximum(readValue(field(group, "maximumValue")), money);
    if ("problem" in maximum) complain(`${path}/maximumValue`, maximum.problem);
    groups.set(id, {
      id,
      ...(title === undefined ? {} : { title }),
      lots: members,
      ...("maximumValue" in maximum ? maximum : {}),
    });
  });
  return groups.size === 0 ? undefined : [...groups.values()];
}

function readMaximum(
  { amount, currency, taxBasis }: Value,
  money: Money,
): { maximumValue: string } | { problem: string } | { none: true } {
  if (amount === undefined) return { none: true };
  if (currency !== undefined && currency !== money.currency) return { problem: `${currency}, not ${money.currency}` };
  if (taxBasis !== "unstated" && taxBasis !== money.taxBasis) return { problem: `${taxBasis}, not ${money.taxBasis}` };
  const decimals = minorUnits(money.currency);
  const read = tryAmount(amount, decimals);
  return "problem" in read ? read : { maximumValue: formatAmount(read.minor, decimals) };
}
