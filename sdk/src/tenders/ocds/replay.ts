import { type Play, playTender, type Stage } from "../play.ts";
import { formatAmount } from "../../shared/amount.ts";
import { compareOutcome } from "./compare.ts";
import type { Process } from "./import.ts";
import { type LotPlan, planReplay, type PlayedLot } from "./plan.ts";
import { toNotice } from "./to-notice.ts";

/** The reason code of a rejection that the record does not explain by a code. */
const OTHER = 99;

/** One lot of a process in the table of a replay. */
export interface ReplayRow {
  ocid: string;
  lot: string;
  verdict: string;
  detail: string;
}

/**
 * Plays every lot of a process that can be judged, and compares. Lots in the same money are lots of one tender.
 * @returns a row for every lot, in the record's order, and the tenders that were played
 */
export async function replayProcess(stage: Stage, process: Process): Promise<{ rows: ReplayRow[]; tenders: bigint[] }> {
  const plans = planReplay(process);
  const verdicts = new Map<LotPlan, { verdict: string; detail: string }>();
  const tenders: bigint[] = [];
  for (const group of groupByMoney(plans.filter((plan): plan is PlayedLot => plan.kind !== "left out"))) {
    const { tender, winners } = await playTender(stage, playOf(process, group));
    tenders.push(tender);
    group.forEach((plan, i) => {
      verdicts.set(plan, compareOutcome(plan, winners[i]?.[0] ?? null));
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

function groupByMoney(plans: PlayedLot[]): PlayedLot[][] {
  const groups = new Map<string, PlayedLot[]>();
  for (const plan of plans) {
    const money = `${plan.currency} ${plan.decimals} ${plan.taxBasis}`;
    groups.set(money, [...(groups.get(money) ?? []), plan]);
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
    lots: lots.map(({ bids }) =>
      bids.map(({ rejected, ...bid }) => ({
        ...bid,
        ...(rejected ? { rejected: { code: OTHER, statement: rejected.reason } } : {}),
      })),
    ),
  };
}
