import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { putStatement, type Statement } from "./decide.ts";
import { readTender } from "./read.ts";

/** A tender and the commit deadline to which it is extended, in seconds, UTC. */
export interface Extension {
  tender: bigint;
  deadline: number;
}

/** Either an act still to be sent, or that it was done before. */
export type ExtensionOutcome = { act: Act<Extension> } | { done: Extension };

/**
 * Proposes a later commit deadline, which another account confirms. Run again it says what is proposed. A key of the
 * agency with `tender.publish`.
 */
export async function proposeExtension(context: Context, { tender, deadline }: Extension): Promise<ExtensionOutcome> {
  const { commitDeadline, extended, proposed } = await readTender(context, tender);
  const latest = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const waiting = proposed?.deadline === deadline && latest <= commitDeadline;
  if (waiting || (extended.length > 0 && commitDeadline === deadline)) return { done: { tender, deadline } };
  return { act: prepare(context.house.proposeExtension, [tender, deadline], () => ({ tender, deadline })) };
}

/**
 * Extends a tender by confirming what another account proposed: every deadline moves by as much. Run again it says that
 * it is extended. A key of the agency with `tender.extend`.
 * @throws InputError if nothing, or another deadline, is proposed
 */
export async function confirmExtension(context: Context, parameters: Extension & Statement): Promise<ExtensionOutcome> {
  const { tender, deadline, reason } = parameters;
  const { commitDeadline, extended, proposed } = await readTender(context, tender);
  if (extended.length > 0 && commitDeadline === deadline) return { done: { tender, deadline } };
  if (!proposed) throw new InputError(`No extension of tender ${tender} is proposed.`);
  if (proposed.deadline !== deadline) {
    throw new InputError(`What is proposed for tender ${tender} is ${iso(proposed.deadline)}, not ${iso(deadline)}.`);
  }
  const evidence = await putStatement(context, parameters);
  return { act: prepare(context.house.extend, [tender, deadline, reason, evidence], () => ({ tender, deadline })) };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
