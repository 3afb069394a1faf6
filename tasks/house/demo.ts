import { bidProofs } from "../../sdk/src/tenders/bid.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MockToken__factory } from "../../typechain-types/index.ts";
import { capsTender, published } from "../../scripts/demo/caps.ts";
import { type Citations, requireClearances } from "../../scripts/demo/clearances.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import { settleBond } from "../../sdk/src/tenders/bonds.ts";
import { type BidModel, type LotModel, numberOf, type TenderModel } from "../../sdk/src/tenders/model.ts";
import { exportOcds } from "../../sdk/src/tenders/ocds/export.ts";
import { type Play, playTender } from "../../sdk/src/tenders/play.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { holderAmong, splitProofs, UNKNOWN_MARK } from "../../sdk/src/documents/required.ts";
import { LACKING } from "../../sdk/src/documents/holderProof.ts";
import { stateFolder } from "../shared/house.ts";
import { type OpenStage, openStage } from "../shared/stage.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { showPrice } from "../tender/amounts.ts";

/** Every bidder has a tax clearance but one; another cites a rival's. */
const CITATIONS: Citations = { "bidder-3375": undefined, "bidder-3000": "bidder-2900" };

const action: Action = async (_, hre) => {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say("Deploying the house on the embedded chain");
  const stage = await openStage(hre);
  try {
    const { play, token } = await prepare(stage);
    const gas = new Map<string, bigint[]>();
    play.onAct = (act, detail, done) => {
      say(`  ${act.padEnd(12)} ${detail} (${done.gas} gas)`);
      gas.set(act, [...(gas.get(act) ?? []), done.gas]);
    };
    await requireClearances(stage, play, CITATIONS);
    say(`Playing ${play.notice.source?.tenderId ?? ""}: ${play.notice.title}`);
    const { tender, winners } = await playTender(stage, play);
    const awarded = await readTender(stage.context, tender);
    await settleAll(stage, play, awarded);

    const model = await readTender(stage.context, tender);
    const path = join(stateFolder(hre), "demo", "ocds-release-package.json");
    await mkdir(join(stateFolder(hre), "demo"), { recursive: true });
    await writeWhole(path, new TextEncoder().encode(await exportOcds(stage.context, { tender })));
    const winner = winners[0]?.[0];
    const agrees = winner?.key === published.winner && winner.amount === published.amount;
    if (!agrees || winner.currency !== published.currency) {
      throw new InputError("The play did not end with the published award.");
    }
    const text = [await resultTable(stage.context, model, play), gasTable(gas), `OCDS release package: ${path}`].join(
      "\n\n",
    );
    return { text, json: { tender: model, gas: Object.fromEntries(gas), ocds: path, token } };
  } finally {
    await stage.close();
  }
};
export default action;

/** The play, with a token for the bonds that every bidder holds. */
async function prepare(stage: OpenStage): Promise<{ play: Play; token: string }> {
  const token = await new MockToken__factory(stage.context.signer).deploy();
  const treasury = await stage.account("treasury");
  const play = capsTender({ token: await token.getAddress(), amount: "75" }, await treasury.getAddress());
  for (const { key } of play.lots.flat()) {
    const bidder = await stage.account(key);
    await (await token.mint(await bidder.getAddress(), 75n * 10n ** 18n)).wait();
  }
  return { play, token: await token.getAddress() };
}

/** The losers' bonds at once, the winner's after the standstill. */
async function settleAll(stage: OpenStage, play: Play, model: TenderModel): Promise<void> {
  for (const lot of model.lots) {
    const settle = async (bidder: string, detail: string) =>
      play.onAct?.("settleBond", detail, await settleBond(stage.context, model.tender, lot.lot, bidder).send());
    for (const { bidder } of lot.bids.filter((bid) => bid.bidder !== lot.award?.winner)) {
      await settle(bidder, "of a bidder who did not win");
    }
    if (!lot.award) continue;
    await stage.advanceTo(lot.award.standstillEnd + 1);
    await settle(lot.award.winner, "of the winner, after the standstill");
  }
}

async function resultTable(context: Context, model: TenderModel, play: Play): Promise<string> {
  const rows: string[][] = [];
  for (const lot of model.lots) {
    for (const [i, bid] of lot.bids.entries()) {
      const played = play.lots[lot.lot]?.[i];
      const result = bid.bidder === lot.award?.winner ? "awarded" : bid.rejected ? "rejected" : "not the lowest";
      const name = played?.name ?? bid.bidder;
      const clearance = await clearanceOf(context, play, lot, bid);
      const reason = bid.rejected ? (played?.rejected?.statement ?? "") : "";
      rows.push([String(numberOf(bid)), name, showPrice(model, bid.price), clearance, result, reason]);
    }
  }
  const awards = model.lots.map((lot) => `Lot ${lot.lot} is awarded at ${showPrice(model, lot.award?.price)}.`);
  return `${table(["bid", "bidder", "price", "tax clearance", "result", "reason"], rows)}\n\n${awards.join("\n")}`;
}

/** What the chain found of a bid's tax clearance; of one that it does not know for the bidder, whose it is. */
async function clearanceOf(context: Context, play: Play, lot: LotModel, bid: BidModel): Promise<string> {
  const mark = bid.marks?.[0];
  if (mark === undefined) return "held";
  if (mark !== UNKNOWN_MARK) return `MARKED: ${mark}`;
  const [proof = LACKING] = splitProofs(bidProofs(bid.opened?.bytes ?? "0x"), lot.required.length);
  const holder = await holderAmong(
    context,
    proof,
    lot.bids.map(({ bidder }) => bidder),
  );
  const rival = lot.bids.findIndex(({ bidder }) => bidder === holder);
  return rival < 0 ? `MARKED: ${mark}` : `MARKED: it is ${play.lots[lot.lot]?.[rival]?.name ?? holder ?? ""}'s`;
}

function gasTable(gas: Map<string, bigint[]>): string {
  const rows = [...gas].map(([act, used]) => {
    const sorted = [...used].sort((a, b) => (a < b ? -1 : 1));
    return [act, String(used.length), String(sorted[Math.floor(sorted.length / 2)] ?? 0n)];
  });
  return table(["act", "times", "gas (median)"], rows);
}
