/**
 * `npx hardhat run scripts/scenarios/pilot-projects.ts`: a selection of pilot projects. A public track of ten jobs with
 * one preferred operator each; a private one in which three of six consortia are taken, one of whom does not sign. From
 * sealed bids over a panel's scores to contracts, OCDS packages and the audit.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import hre from "hardhat";
import type { CandidateViewStructOutput } from "../../typechain-types/contracts/tenders/Evaluation.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import { auditTender } from "../../sdk/src/tenders/audit/audit.ts";
import { SheetStore } from "../../sdk/src/tenders/evaluation/sheetFile.ts";
import { exportOcds } from "../../sdk/src/tenders/ocds/export.ts";
import { playPanel } from "../../sdk/src/tenders/playPanel.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { stateFolder } from "../../tasks/shared/house.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";
import { table } from "../../tasks/shared/text.ts";
import { publicShare, privateTrack, publicTrack, type Track } from "./pilot-projects/tracks.ts";

/** A total of 1 %, of 10^12. */
const PERCENT = 1e10;

const say = (text: string) => process.stderr.write(`${text}\n`);
const folder = join(stateFolder(hre), "pilot-projects");
const millions = (won: bigint): string => `${Number(won) / 1e6}`;

async function playTrack(stage: OpenStage, name: string, track: Track): Promise<string> {
  say(`Playing the ${name} track`);
  const acts = new Map<string, number>();
  const tender = await playPanel(stage, {
    ...track,
    sheets: new SheetStore(join(stage.bids.folder, "sheets")),
    onAct: (act) => void acts.set(act, (acts.get(act) ?? 0) + 1),
  });
  say(`  ${[...acts].map(([act, times]) => `${act} ${times}`).join(", ")}`);
  const written: string[] = [];
  for (const record of [false, true]) {
    const path = join(folder, `${name}-${record ? "record" : "release"}.json`);
    await writeWhole(path, new TextEncoder().encode(await exportOcds(stage.context, { tender, record })));
    written.push(path);
  }
  const { differs, checks } = await auditTender(stage.context, tender);
  const details = checks.flatMap(({ check, findings }) => findings.map(({ detail }) => `${check}: ${detail}`));
  if (differs > 0) throw new InputError(`The audit of the ${name} track differs: ${details.join("; ")}`);
  const compared = checks.reduce((sum, one) => sum + one.compared, 0);
  return [
    `${track.notice.title}, won in millions`,
    table(
      ["job", "applicant", "price", "paid by the agency", "total %", "outcome"],
      await rowsOf(stage, tender, name, track),
    ),
    `\nThe audit agrees in ${compared} comparisons. OCDS: ${written.join(", ")}`,
  ].join("\n");
}

/** All applicants of each job, best first, with what became of them. */
async function rowsOf(stage: OpenStage, tender: bigint, name: string, track: Track): Promise<string[][]> {
  const names = new Map<string, string>();
  for (const bid of track.lots.flat()) names.set(await (await stage.account(bid.key)).getAddress(), bid.name);
  const rows: string[][] = [];
  let paid = 0n;
  for (const { lot, bids } of (await readTender(stage.context, tender)).lots) {
    const judged = await Promise.all(
      bids.map(async ({ bidder, price = 0n }) => {
        const { total, selected, signed, out } = await stage.context.evaluation.candidateOf(tender, lot, bidder);
        return { bidder, price, total, selected, signed, out };
      }),
    );
    judged.sort((x, y) => (x.total > y.total ? -1 : 1));
    for (const one of judged) {
      const share = one.selected ? publicShare(name, lot, one.price) : 0n;
      paid += share;
      rows.push([
        track.notice.lots[lot]?.title ?? "",
        names.get(one.bidder) ?? one.bidder,
        millions(one.price),
        one.selected ? millions(share) : "",
        one.total > 0n ? (Number(one.total) / PERCENT).toFixed(2) : "",
        outcomeOf(one),
      ]);
    }
  }
  return [...rows, ["together", "", "", millions(paid), "", ""]];
}

type Judged = Pick<CandidateViewStructOutput, "total" | "selected" | "signed" | "out">;

/** Where a bid stands in the end. */
function outcomeOf({ total, selected, signed, out }: Judged): string {
  if (signed) return "contract signed";
  if (selected) return "selected";
  if (out) return "did not sign, yielded";
  return total > 0n ? "reserve" : "failed the document screening";
}

say("Deploying the house on the embedded chain");
const stage = await openStage(hre);
try {
  await mkdir(folder, { recursive: true });
  const tracks = [await playTrack(stage, "public", publicTrack), await playTrack(stage, "private", privateTrack)];
  process.stdout.write(`${tracks.join("\n\n")}\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
} finally {
  await stage.close();
}
