import { announced } from "./announced.ts";
import { award } from "./award.ts";
import { bonds } from "./bonds.ts";
import type { AuditCase } from "./case.ts";
import { commitments } from "./commitments.ts";
import type { Comparison } from "./comparison.ts";
import { complaints } from "./complaints.ts";
import { decisions } from "./decisions.ts";
import { documents } from "./documents.ts";
import { envelopes } from "./envelopes.ts";
import { fees } from "./fees.ts";
import { groups } from "./groups.ts";
import { interests } from "./interests.ts";
import { keys } from "./keys.ts";
import { lottery } from "./lottery.ts";
import { order } from "./order.ts";
import { parts } from "./parts.ts";
import { remedies } from "./remedies.ts";
import { round } from "./round.ts";
import { scalars } from "./scalars.ts";
import { selection } from "./selection.ts";
import { statuses } from "./statuses.ts";
import { times } from "./times.ts";
import { vendors } from "./vendors.ts";

/** Recomputes one thing from a tender's logs, and says where it was told otherwise. */
export type Check = (of: AuditCase) => Comparison | Promise<Comparison>;

/** Every check of an audit, by its name, in the order in which a tender goes. A new check is a file and a line here. */
export const CHECKS: Record<string, Check> = {
  announced,
  times,
  keys,
  round,
  commitments,
  scalars,
  envelopes,
  parts,
  statuses,
  vendors,
  documents,
  order,
  lottery,
  decisions,
  selection,
  award,
  groups,
  bonds,
  interests,
  complaints,
  remedies,
  fees,
};
