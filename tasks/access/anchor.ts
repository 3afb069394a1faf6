import { basename, join } from "node:path";
import { anchorAll, type Anchored } from "../../sdk/src/access/anchor.ts";
import { EXCHANGES } from "../../sdk/src/access/body.ts";
import { parseLog, readLines } from "../../sdk/src/access/published.ts";
import { anchorSensor, type SensorGap } from "../../sdk/src/access/sensor.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf, optional, whole } from "../shared/options.ts";
import { showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { bodyFolder } from "./bodies.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const from = optional(args, "from");
  const most = optional(args, "maxInterval") === undefined ? undefined : Number(whole(args, "maxInterval", 2n ** 40n));
  const context = await openHouse(args, hre);
  if (from === undefined) {
    const texts = await readLines(join(bodyFolder(context, agency, args, hre), `${EXCHANGES}.ndjson`));
    const log = { agency, name: EXCHANGES };
    parseLog(log, texts);
    const anchored = await anchorAll(context, log, texts);
    return { text: anchoredText(anchored, texts.length), json: { lines: texts.length, anchored } };
  }
  const name = optional(args, "name") ?? basename(from).replace(/\.ndjson$/, "");
  const report = await anchorSensor(context, { agency, name }, await readLines(from), most);
  const gaps = report.gaps.length === 0 ? "No gap." : gapTable(report.gaps);
  return { text: `${anchoredText(report.anchored, report.lines)}\n${gaps}`, json: report };
};
export default action;

function anchoredText(anchored: Anchored[], lines: number): string {
  if (anchored.length === 0) return `All ${lines} lines were anchored before.`;
  return anchored.map(({ first, last, root }) => `Lines ${first} to ${last} are anchored under ${root}.`).join("\n");
}

/** A sensor's gaps, for people. */
export function gapTable(gaps: SensorGap[]): string {
  const rows = gaps.map(({ kind, line, before, after, lost, silence }) => [
    ...[String(line), kind, `${before.seq} to ${after.seq}`, String(lost)],
    ...[showTime(before.time), `${silence} s`],
  ]);
  return table(["after line", "gap", "readings", "lost", "since", "silence"], rows);
}
