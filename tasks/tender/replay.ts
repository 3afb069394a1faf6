import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import { exportOcds } from "../../sdk/src/tenders/ocds/export.ts";
import { readOcds } from "../../sdk/src/tenders/ocds/read.ts";
import { type ReplayRow, replayProcess } from "../../sdk/src/tenders/ocds/replay.ts";
import { optional, required } from "../shared/options.ts";
import { Progress } from "../shared/progress.ts";
import { openStage } from "../shared/stage.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const { processes } = await readOcds(resolve(required(args, "file")));
  const out = optional(args, "out");
  if (processes.length === 0) throw new InputError("The file has no process to play.");
  if (out !== undefined) await mkdir(resolve(out), { recursive: true });
  const stage = await openStage(hre);
  try {
    const progress = new Progress(processes.length);
    const rows: ReplayRow[] = [];
    for (const played of processes) {
      const { rows: lots, tenders } = await replayProcess(stage, played);
      rows.push(...lots);
      for (const tender of tenders) {
        const text = await exportOcds(stage.context, { tender });
        if (out === undefined) continue;
        const name = `${played.ocid.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 150)}-${tender}.json`;
        await writeWhole(join(resolve(out), name), new TextEncoder().encode(text));
      }
      progress.step(played.ocid);
    }
    if (rows.some(({ verdict }) => verdict === "differs")) process.exitCode = 1;
    return { text: `${table(HEAD, rows.map(rowOf))}\n\n${summary(rows)}`, json: { rows, counts: countsOf(rows) } };
  } finally {
    await stage.close();
  }
};
export default action;

const HEAD = ["process", "lot", "result", "detail"];

function rowOf({ ocid, lot, verdict, detail }: ReplayRow): string[] {
  return [ocid, lot, verdict, detail];
}

function countsOf(rows: ReplayRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict } of rows) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

function summary(rows: ReplayRow[]): string {
  const counts = Object.entries(countsOf(rows)).map(([verdict, count]) => `${count} ${verdict}`);
  return `${rows.length} lots: ${counts.join(", ")}`;
}
