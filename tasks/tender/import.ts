import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import type { Notice } from "../../sdk/src/tenders/notice.ts";
import { readOcds } from "../../sdk/src/tenders/ocds/read.ts";
import { toNotice } from "../../sdk/src/tenders/ocds/to-notice.ts";
import { optional, required } from "../shared/options.ts";
import { table, toJson } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args) => {
  const { processes, report } = await readOcds(resolve(required(args, "file")));
  const out = optional(args, "out");
  const notices: { ocid: string; notice: Notice; file?: string }[] = [];
  for (const process of processes) {
    try {
      notices.push({ ocid: process.ocid, notice: toNotice(process, report) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      report.push({ ocid: process.ocid, path: "", reason: error.message });
    }
  }
  if (report.length > 0) {
    const rows = report.map(({ ocid, path, reason }) => [ocid, path, reason]);
    process.stderr.write(`Not used:\n${table(["ocid", "path", "reason"], rows)}\n`);
  }
  if (notices.length === 0) throw new InputError("No process of the file can be made a notice; see the reasons above.");
  if (out === undefined) {
    const values = notices.map(({ notice }) => notice);
    const json = values.length === 1 ? values[0] : values;
    return { text: toJson(json), json: { notices: values, report } };
  }
  await write(resolve(out), notices);
  const rows = notices.map(({ ocid, notice, file }) => [ocid, notice.title, String(notice.lots.length), file ?? ""]);
  return { text: table(["ocid", "title", "lots", "file"], rows), json: { notices, report } };
};
export default action;

async function write(out: string, notices: { ocid: string; notice: Notice; file?: string }[]): Promise<void> {
  if (notices.length > 1) await mkdir(out, { recursive: true });
  for (const entry of notices) {
    const name = `${entry.ocid.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 150)}.json`;
    entry.file = notices.length === 1 ? out : join(out, name);
    await writeWhole(entry.file, new TextEncoder().encode(`${toJson(entry.notice)}\n`));
  }
}
