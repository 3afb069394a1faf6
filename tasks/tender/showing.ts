import { cidOf } from "../../sdk/src/shared/cid.ts";
import type { BidModel, LotModel, TenderModel } from "../../sdk/src/tenders/model.ts";
import { showTime } from "../shared/text.ts";
import { showPrice } from "./amounts.ts";

/** What has come between a tender's publication and its award, or is due. */
export function showProgress(model: TenderModel, now: number): Record<string, string | undefined> {
  const { sealing, proposed, extended } = model;
  const last = extended.at(-1);
  const amendment = model.amendments.at(-1);
  const proposal = proposed && now <= model.commitDeadline ? proposed : undefined;
  return {
    "winners chosen by": model.rule,
    "complaints heard by": model.complaints,
    amended: amendment && `${model.amendments.length} times, last ${showTime(amendment.time)}`,
    "extension proposed": proposal && `bids until ${showTime(proposal.deadline)}; yet to be confirmed`,
    extended: last && `${extended.length} times, reason ${last.reason}, statement ${cidOf(last.evidence)}`,
    "sealing stopped": sealing?.stopped && `${showTime(sealing.stopped.time)}: secrets of the committee leaked`,
    "technical scores": sealing && showScores(sealing),
  };
}

function showScores({ scorer, scored, scoresDeadline, judgeDeadline }: NonNullable<TenderModel["sealing"]>) {
  if (scorer === undefined) return undefined;
  if (scored) return `revealed ${showTime(scored.time)}: ${cidOf(scored.evidence)}`;
  return `due from ${showTime(judgeDeadline + 1)} until ${showTime(scoresDeadline ?? 0)}, by ${scorer}`;
}

/** A lot's ceiling, behind its name. */
export function showCeiling(model: TenderModel, { ceiling, minimum, sealedCeiling }: LotModel): string {
  const state = model.sealing?.sealedCeilings === true ? (sealedCeiling?.state ?? "not sealed yet") : undefined;
  const shown = [
    ...(state === undefined ? [] : [`ceiling ${state}`]),
    ...(ceiling > 0n ? [`ceiling ${showPrice(model, ceiling)}`] : []),
    ...(minimum > 0n ? [`minimum ${showPrice(model, minimum)}`] : []),
  ];
  return shown.map((text) => `, ${text}`).join("");
}

/** On whose behalf an account bids, and who answers for its bond; empty = the account itself. */
export function showBehind({ vendor, payer, guarantee }: BidModel): string {
  return [
    ...(vendor === undefined ? [] : [`vendor ${vendor}`]),
    ...(payer === undefined ? [] : [`bond of ${payer}`]),
    ...(guarantee === undefined ? [] : ["guarantee"]),
  ].join(", ");
}
