import type { Play } from "../../sdk/src/tenders/play.ts";

/** The published facts of the process, for comparison with what the play yields. */
export const published = { winner: "bidder-2875", amount: 287_500n, currency: "UAH" } as const;

/**
 * A tender for caps, written from the public facts of Prozorro process UA-2016-06-08-000504-c: ceiling 7,500 UAH tax
 * included; five bids, of 3,375, 1,800, 2,900, 3,000 and 2,875 UAH; the lowest was disqualified and 2,875 won. The
 * names are not the real ones.
 */
export function capsTender(bond: { token: string; amount: string }, treasury: string): Play {
  return {
    agency: { name: "Department of Municipal Police of a city council" },
    notice: {
      format: "common-seal/notice/1",
      title: "Caps for the municipal police",
      description: "Men's headgear, 25 pieces, as specified in the draft contract",
      source: { ocid: "ocds-be6bcu-UA-2016-06-08-000504-c", tenderId: "UA-2016-06-08-000504-c" },
      procurementMethod: "open",
      mainProcurementCategory: "goods",
      awardCriteria: "priceOnly",
      currency: "UAH",
      decimals: 2,
      taxBasis: "gross",
      times: {},
      standstillSeconds: 864_000,
      bond,
      treasury,
      lots: [
        {
          id: "1",
          title: "Caps",
          ceiling: "7500",
          items: [
            {
              id: "1",
              description: "Men's caps",
              quantity: "25",
              unit: { scheme: "UNCEFACT", id: "H87", name: "piece" },
              classification: { scheme: "CPV", id: "18100000-0" },
            },
          ],
        },
      ],
    },
    lots: [
      [
        { key: "bidder-3375", name: "Bidder A", amount: 337_500n },
        {
          key: "bidder-1800",
          name: "Bidder B",
          amount: 180_000n,
          rejected: { code: 1, statement: "The offered goods do not meet the specification." },
        },
        { key: "bidder-2900", name: "Bidder C", amount: 290_000n },
        { key: "bidder-3000", name: "Bidder D", amount: 300_000n },
        { key: "bidder-2875", name: "Bidder E", amount: 287_500n },
      ],
    ],
  };
}
