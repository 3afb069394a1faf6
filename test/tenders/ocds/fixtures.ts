import type { Won } from "../../../sdk/src/tenders/play.ts";
import { compareOutcome } from "../../../sdk/src/tenders/ocds/compare.ts";
import type { LotPlan, PlayedLot } from "../../../sdk/src/tenders/ocds/plan.ts";
import { planReplay } from "../../../sdk/src/tenders/ocds/plan.ts";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";

/** A JSON object a test may change at will. */
export type Loose = { [key: string]: unknown };

export const BIDDERS = [
  { id: "39470182", name: "S-Master LLC", amount: 3375 },
  { id: "40126602", name: "Zhuravka Torg LLC", amount: 1800 },
  { id: "39869090", name: "Lev-Servis K LLC", amount: 2900 },
  { id: "38205868", name: "Eney Trading House LLC", amount: 3000 },
  { id: "14017091", name: "Skhid LLC", amount: 2875 },
] as const;

const value = (amount: number) => ({ amount, currency: "UAH", valueAddedTaxIncluded: true });

/** An award to the nth bidder at its bid. */
export function awardTo(index: number, status: string, more: Loose = {}): Loose {
  const { id, name, amount } = BIDDERS[index] ?? { id: "1", name: "?", amount: 0 };
  return { id: `award-${index}`, status, value: value(amount), suppliers: [{ id: `UA-EDR-${id}`, name }], ...more };
}

/**
 * Public facts of Prozorro UA-2016-06-08-000504-c: caps, ceiling 7,500 UAH with tax, five bids; the lowest, 1,800, was
 * rejected, 2,875 awarded. As there, bidders have an identifier and suppliers a party id.
 */
export function caps(): Loose & { tender: Loose; bids: { details: Loose[] }; awards: Loose[] } {
  const party = (id: string, name: string) => ({ id: `UA-EDR-${id}`, name, identifier: { scheme: "UA-EDR", id } });
  return {
    ocid: "ocds-test-caps",
    id: "1",
    date: "2016-11-04T22:02:18+02:00",
    tag: ["compiled"],
    buyer: { id: "UA-EDR-39985748", name: "Department of Municipal Police" },
    parties: [party("39985748", "Department of Municipal Police"), ...BIDDERS.map(({ id, name }) => party(id, name))],
    tender: {
      id: "t",
      title: "Caps",
      value: value(7500),
      awardCriteria: "lowestCost",
      procurementMethod: "open",
      tenderPeriod: { startDate: "2016-06-14T17:53:00+03:00", endDate: "2016-06-17T17:53:00+03:00" },
      items: [{ id: "i1", description: "Caps", quantity: 25, unit: { id: "H87", name: "piece" } }],
    },
    bids: {
      details: BIDDERS.map(({ id, name, amount }, index) => ({
        id: `bid-${index}`,
        status: "active",
        date: "2016-06-21T13:22:04+03:00", // after the end of the tender period, as in the record
        value: value(amount),
        tenderers: [{ name, identifier: { scheme: "UA-EDR", id } }],
      })),
    },
    awards: [awardTo(1, "unsuccessful"), awardTo(4, "active")],
  };
}

/** The rows of a release package. */
export function plans(...releases: unknown[]): LotPlan[] {
  return parseOcds(JSON.stringify({ releases })).processes.flatMap(planReplay);
}

/** The single row of a release. */
export function planOf(release: unknown): LotPlan {
  const [plan, ...others] = plans(release);
  if (plan === undefined || others.length > 0) throw new Error(`${others.length + 1} rows`);
  return plan;
}

/** The single row of a release, which must be one to play. */
export function playedOf(release: unknown): PlayedLot {
  const plan = planOf(release);
  if (plan.kind === "left out") throw new Error(`left out: ${plan.reason} ${plan.detail ?? ""}`);
  return plan;
}

/** The lowest bids not rejected, as many as winners, ties to the earlier: what the contracts do. */
export function lowest({ bids, expected, currency }: PlayedLot): Won[] {
  const standing = bids.filter((bid) => bid.rejected === undefined);
  standing.sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
  return standing.slice(0, expected.length).map(({ key, amount, members = [] }) => ({
    ...{ key, amount, currency },
    ...(members.length > 0 ? { partners: members.slice(1).map((member) => member.key) } : {}),
  }));
}

/** A row as `tender replay` would print it. */
export function verdictOf(plan: LotPlan): string {
  if (plan.kind === "left out") return `left out: ${plan.reason}`;
  return compareOutcome(plan, lowest(plan)).verdict;
}
