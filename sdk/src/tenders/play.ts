import type { Signer } from "ethers";
import { addKey, registerAgency } from "../agencies/acts.ts";
import { permissionBits } from "../agencies/permissions.ts";
import type { DocumentFile } from "../documents/documentFile.ts";
import type { Act, Done } from "../shared/act.ts";
import { actingAs, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { BidStore } from "./bidFile.ts";
import { approveBond, depositBond } from "./bonds.ts";
import { awardLot, closeLot, rejectBid } from "./decide.ts";
import { clearHead, placeBids } from "./head.ts";
import type { Notice } from "./notice.ts";
import { awardsFrom, committeeOn, type Did, openByCommittee, seatAll, type StageCommittee } from "./playCommittee.ts";
import { publishTender } from "./publish.ts";
import type { Quotation } from "./quotation.ts";
import { bidAt, readTender } from "./read.ts";
import { lotAt } from "./model.ts";
import { revealBid } from "./reveal.ts";
import { commitBid, quotationFile } from "./seal.ts";

/** A development chain on which a whole tender can be played. */
export interface Stage {
  /** Acts as the platform's registrar. */
  context: Context;
  /** A funded account of this name; the same name gives the same account. */
  account(name: string): Promise<Signer>;
  /** Moves the chain's clock to a second, UTC, and mines a block. */
  advanceTo(time: number): Promise<void>;
  bids: BidStore;
}

export interface PlayedBid {
  /** Tells the bidder from the others of the play. */
  key: string;
  name: string;
  identifier?: { scheme?: string; id: string };
  /** Minor units. */
  amount: bigint;
  /** Documents that the bidder has for what the lot requires. */
  documents?: readonly DocumentFile[];
  rejected?: { code: number; statement: string };
}

export interface Play {
  /** The buying body. */
  agency: { name: string; identifier?: { scheme?: string; id: string } };
  /** Without a word on sealing it is played with the stage's committee, where "bidders" does not say otherwise. */
  notice: Omit<Notice, "sealing"> & { sealing?: "bidders" };
  /** How a committee's tender decides ties; absent = by lottery. */
  ties?: "lottery" | "earliest";
  /** Bids of each lot of the notice, in order of sealing. */
  lots: PlayedBid[][];
  /** Called after each act, with the gas it used. */
  onAct?: (act: string, detail: string, done: Done<unknown>) => void;
}

export interface PlayResult {
  tender: bigint;
  /** The winner of each lot, or null where no bid stood. */
  winners: ({ key: string; amount: bigint; currency: string } | null)[];
}

/**
 * Plays a tender from publication to award: every bid is sealed, opened, rejected where the play says so, decided. Bids
 * are opened by the stage's committee of 3 of 5 and a stranger, with all bidders offline, or by the bidders.
 */
export async function playTender(stage: Stage, play: Play): Promise<PlayResult> {
  const { context } = stage;
  const did = async <T>(name: string, detail: string, act: Act<T>): Promise<T> => {
    const done = await act.send();
    play.onAct?.(name, detail, done);
    return done.result;
  };
  const as = async (name: string) => actingAs(context, await stage.account(name));
  const officer = await officerOf(stage, play, did);
  const committee = play.notice.sealing === "bidders" ? undefined : await committeeOn(stage, did);

  const { tender, schedule } = await did(
    "publish",
    `${play.notice.lots.length} lot(s)`,
    await publishTender(officer.context, { agency: officer.agency, notice: sealedBy(play, committee) }),
  );
  const secrets = committee && (await seatAll(stage, committee, tender, did));
  const bonds = await bondsOf(context, tender);
  for (const [lot, bids] of play.lots.entries()) {
    for (const bid of bids) {
      const bidder = await as(bid.key);
      if (bonds) await payBond(bidder, bonds, bid.name, did);
      const { documents } = bid;
      const sealing = { tender, lot, ...bidOf(bid), bids: stage.bids, marked: true };
      const outcome = await commitBid(bidder, documents ? { ...sealing, documents } : sealing);
      if ("act" in outcome) await did("commit", bid.name, outcome.act);
    }
  }
  await stage.advanceTo(schedule.commitDeadline + 1);
  if (committee && secrets) await openByCommittee(stage, play, committee, tender, secrets, did);
  else await revealAll(stage, play, tender, did);
  for (const [lot, bids] of play.lots.entries()) {
    await placeBids(officer.context, tender, lot);
    for (const bid of bids) {
      if (!bid.rejected) continue;
      const bidder = await (await stage.account(bid.key)).getAddress();
      const { state } = bidAt(await readTender(context, tender), lot, bidder);
      if (state !== "standing" && state !== "unplaced") continue;
      const { code, statement } = bid.rejected;
      const rejection = { tender, lot, bidder, reason: code, statement };
      await did("reject", `${bid.name}: ${statement}`, await rejectBid(officer.context, rejection));
    }
  }
  await stage.advanceTo(awardsFrom(schedule));
  const winners: PlayResult["winners"] = [];
  for (const [lot, bids] of play.lots.entries()) {
    const bidder = await clearHead(officer.context, tender, lot);
    if (bidder === undefined) {
      await did("close", "no bid stands", closeLot(officer.context, tender, lot));
      winners.push(null);
      continue;
    }
    const keys = await Promise.all(bids.map(async ({ key }) => (await stage.account(key)).getAddress()));
    const winner = bids[keys.indexOf(bidder)];
    if (!winner) throw new InputError(`The lowest bid of lot ${lot} is by ${bidder}, who is not of the play.`);
    await did("award", winner.name, await awardLot(officer.context, { tender, lot, bidder }));
    // What counts is what the chain says, not what the play expected.
    const model = await readTender(context, tender);
    const { award } = lotAt(model, lot);
    winners.push(award ? { key: winner.key, amount: award.price, currency: model.currency } : null);
  }
  return { tender, winners };
}

/** The notice of a play, with the seats of its committee. */
export function sealedBy({ notice, ties = "lottery" }: Play, committee: StageCommittee | undefined): Notice {
  if (!committee) return notice;
  return { ...notice, sealing: { seats: committee.seats, threshold: committee.threshold, ties } };
}

/** Every bidder opens its bid. */
async function revealAll(stage: Stage, { lots }: Play, tender: bigint, did: Did): Promise<void> {
  for (const [lot, bids] of lots.entries()) {
    for (const { key, name } of bids) {
      const bidder = actingAs(stage.context, await stage.account(key));
      const outcome = await revealBid(bidder, { tender, lot, bids: stage.bids });
      if ("act" in outcome) await did("reveal", name, outcome.act);
    }
  }
}

/** The buying body of a play, registered, with the key of its officer. */
export async function officerOf(
  stage: Stage,
  { agency }: Play,
  did: Did,
): Promise<{ context: Context; agency: number }> {
  const admin = await stage.account(`admin of ${agency.name}`);
  const officer = await stage.account(`officer of ${agency.name}`);
  const registered = await did(
    "register",
    agency.name,
    await registerAgency(stage.context, { ...agency, admin: await admin.getAddress() }),
  );
  const key = {
    agency: registered.agency,
    account: await officer.getAddress(),
    permissions: permissionBits("tender"),
    until: 2 ** 40 - 1,
  };
  await did("addKey", "officer", addKey(actingAs(stage.context, admin), key));
  return { context: actingAs(stage.context, officer), agency: registered.agency };
}

/** What a played bid seals. */
export function bidOf({ name, identifier, amount }: PlayedBid) {
  const quotation: Quotation = {
    format: "common-seal/quotation/1",
    tenderer: { name, ...(identifier ? { identifier } : {}) },
  };
  return { bid: { price: amount, quotation: quotationFile(quotation).digest }, quotation };
}

async function bondsOf(context: Context, tender: bigint) {
  return (await readTender(context, tender)).bond;
}

async function payBond(bidder: Context, bond: { token: string; amount: bigint }, name: string, did: Did) {
  const approval = await approveBond(bidder, bond.token, bond.amount);
  if (approval) await did("approve", name, approval);
  await did("depositBond", name, depositBond(bidder, bond.token, bond.amount));
}
