import { isoTime } from "../format.ts";
import { statementText } from "./documents.ts";
import type { Telling } from "./sources.ts";

/** Amendments of the notice and extensions of the time, in order. */
export function amendmentsOf({ model, sources }: Telling) {
  const notices = model.amendments.map(({ version, time }) => ({
    time,
    id: `notice-${version}`,
    description: `Version ${version} of the notice replaces the one before.`,
  }));
  const extensions = model.extended.map(({ time, deadline, reason, evidence }, i) => ({
    time,
    id: `extension-${i + 1}`,
    description: `Bids are sealed until ${isoTime(deadline)}.`,
    rationale: statementText({ reason, evidence }, sources.texts),
  }));
  return [...notices, ...extensions]
    .sort((a, b) => a.time - b.time)
    .map(({ time, id, ...told }) => ({ id, date: isoTime(time), ...told }));
}
