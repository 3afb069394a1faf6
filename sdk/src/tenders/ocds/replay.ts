import { type Play, type PlayedBid, playTender, type Stage } from "../play.ts";
import { formatAmount } from "../../shared/amount.ts";
import { compareOutcome } from "./compare.ts";
import type { Process } from "./import.ts";
import { type LotPlan, type PlannedBid, planReplay, type PlayedLot } from "./plan.ts";
import { toNotice } from "./to-notice.ts";

/** The reason code of a rejection that the record does not explain by a code. */
const OTHER = 99;
/** In basis points. */
const WHOLE = 10_000;

/** One lot of a process in the table of a replay. */
export interface ReplayRow {
  ocid: string;
  lot: string;
  verdict: string;
  detail: string;
}

/**
 * Plays every lot of a process that can be judged, and compares. Lots in the same money
 * and with as many winners are lots of one tender.
 * @returns a row for every lot, in the record's order, and the tenders that were played
 */
export async function replayProcess(stage: Stage, process: Process): Promise<{ rows: ReplayRow[]; tenders: bigint[] }> {
  const plans = planReplay(process);
  const verdicts = new Map<LotPlan, { verdict: string; detail: string }>();
  const tenders: bigint[] = [];
  for (const group of groupByTerms(plans.filter((plan): plan is PlayedLot => plan.kind !== "left out"))) {
    const { tender, winners } = await playTender(stage, playOf(process, group));
    tenders.push(tender);
    group.forEach((plan, i) => {
      verdicts.set(plan, compareOutcome(plan, winners[i] ?? []));
    });
  }
  const rows = plans.map((plan) => {
    const { verdict, detail } =
      plan.kind === "left out"
        ? { verdict: `left out: ${plan.reason}`, detail: plan.detail ?? "" }
        : (verdicts.get(plan) ?? { verdict: "differs", detail: "it was not played" });
    return { ocid: plan.ocid, lot: plan.lotId, verdict, detail };
  });
  return { rows, tenders };
}

/** Money and the number of winners are terms of a tender, common to its lots. */
function groupByTerms(plans: PlayedLot[]): PlayedLot[][] {
  const groups = new Map<string, PlayedLot[]>();
  for (const plan of plans) {
    const terms = `${plan.currency} ${plan.decimals} ${plan.taxBasis} ${plan.expected.length}`;
    groups.set(terms, [...(groups.get(terms) ?? []), plan]);
  }
  return [...groups.values()];
}

function playOf(process: Process, lots: PlayedLot[]): Play {
  const [first] = lots;
  if (!first) throw new Error("a group of lots is never empty");
  const imported = toNotice(process);
  const notice: Play["notice"] = {
    ...imported,
    currency: first.currency,
    decimals: first.decimals,
    taxBasis: first.taxBasis,
    times: {},
    ...(first.expected.length > 1 ? { evaluation: byPrice(first.expected.length) } : {}),
    lots: lots.map((plan) => {
      const lot = imported.lots.find(({ id }) => id === plan.lotId);
      const { ceiling } = plan;
      return {
        id: plan.lotId,
        ...(lot?.title === undefined ? {} : { title: lot.title }),
        ...(lot?.description === undefined ? {} : { description: lot.description }),
        ...(ceiling === undefined ? {} : { ceiling: formatAmount(ceiling, plan.decimals) }),
        items: lot?.items ?? [],
      };
    }),
  };
  return {
    agency: imported.buyer ?? { name: `Buyer of ${process.ocid}` },
    notice,
    // A record does not tell what a lottery drew: of equal bids the one published first was the earlier one.
    ties: "earliest",
    lots: lots.map(({ bids }) => bids.map(bidOf)),
  };
}

/** The lowest bids win. Linear: beside a lowest price of 0, proportional scores would all be 0. */
function byPrice(winners: number): Play["notice"]["evaluation"] {
  return { panel: [], quorum: 0, stages: [], price: { weight: WHOLE, formula: "linear" }, winners };
}

/** Records do not tell the shares of those who bid together: they are equal, and the lead has what is left over. */
function bidOf({ members = [], rejected, ...bid }: PlannedBid): PlayedBid {
  const partners = members.slice(1).map(({ key }) => ({ key, share: Math.floor(WHOLE / members.length) }));
  return {
    ...bid,
    ...(partners.length > 0 ? { partners } : {}),
    ...(rejected ? { rejected: { code: OTHER, statement: rejected.reason } } : {}),
  };
}
