import type { Indication } from "../../sdk/src/tenders/indicators/indication.ts";
import { byVendor, readIndications } from "../../sdk/src/tenders/indicators/indicators.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf, optional, tenderOf } from "../shared/options.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const NO_PROOF =
  "An indicator is no proof: honest bids can look so, and bids agreed upon need not. The formulas are in docs/rooms/indicators.md.";

const action: Action = async (args, hre) => {
  const indications = await readIndications(await openHouse(args, hre), {
    ...(optional(args, "tender") === undefined ? {} : { tender: tenderOf(args) }),
    ...(optional(args, "agency") === undefined ? {} : { agency: agencyOf(args) }),
  });
  const vendors = [...byVendor(indications)].map(([vendor, counts]) => ({
    vendor,
    indicators: Object.fromEntries(counts),
  }));
  const found = table(["indicator", "flagged", "tender/lot", "numbers", "vendors"], indications.map(rowOf));
  const concerned = table(
    ["vendor", "flagged by"],
    vendors.map(({ vendor, indicators }) => [vendor, told(indicators, " x ")]),
  );
  const text = [found, ...(vendors.length > 0 ? [concerned] : []), NO_PROOF].join("\n\n");
  return { text, json: { indications, vendors, note: NO_PROOF } };
};
export default action;

function rowOf({ indicator, flagged, lots, numbers, vendors }: Indication): string[] {
  const places = lots.map(({ tender, lot }) => `${tender}/${lot}`).join(" ");
  return [indicator, flagged ? "yes" : "no", places, told(numbers, " "), vendors.join(" ")];
}

const told = (numbers: Record<string, string | number | bigint>, between: string): string =>
  Object.entries(numbers)
    .map(([name, value]) => `${name}${between}${value}`)
    .join(", ");
