import type { Signer } from "ethers";
import { addKey, registerAgency } from "../agencies/acts.ts";
import { permissionBits } from "../agencies/permissions.ts";
import type { DocumentFile } from "../documents/documentFile.ts";
import type { Act, Done } from "../shared/act.ts";
import { actingAs, type Context } from "../shared/context.ts";
import type { BidStore } from "./bidFile.ts";
import { approveBond, depositBond } from "./bonds.ts";
import { rejectBid } from "./decide.ts";
import { placeBids } from "./head.ts";
import type { Notice } from "./notice.ts";
import { awardPlayed, wonOf } from "./playAward.ts";
import { sealBid } from "./playBid.ts";
import { awardsFrom, committeeOn, type Did, openByCommittee, seatAll, type StageCommittee } from "./playCommittee.ts";
import { publishTender } from "./publish.ts";
import { bidAt, readTender } from "./read.ts";
import { revealBid } from "./reveal.ts";

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
  /** The other members of its consortium, each with its share in basis points; the rest is the lead's. */
  partners?: readonly { key: string; share: number }[];
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

/** A bid that won. */
export interface Won {
  key: string;
  /** Minor units. */
  amount: bigint;
  currency: string;
  /** The other members of its consortium, where one is registered. */
  partners?: string[];
}

export interface PlayResult {
  tender: bigint;
  /** The winners of each lot, in order of award; none where no bid stood. */
  winners: Won[][];
}

/**
 * Plays a tender from publication to award: every bid is sealed, opened, rejected where the play says so, decided. Bids
 * are opened by the stage's committee of 3 of 5 and a stranger, with all bidders offline, or by the bidders. An
 * evaluation in the notice is one by price alone; `playPanel` plays those with a panel.
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
      await sealBid(stage, tender, lot, bid, did);
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
    await awardPlayed(stage, play, officer.context, tender, lot, did);
    winners.push(await wonOf(stage, bids, tender, lot));
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

async function bondsOf(context: Context, tender: bigint) {
  return (await readTender(context, tender)).bond;
}

async function payBond(bidder: Context, bond: { token: string; amount: bigint }, name: string, did: Did) {
  const approval = await approveBond(bidder, bond.token, bond.amount);
  if (approval) await did("approve", name, approval);
  await did("depositBond", name, depositBond(bidder, bond.token, bond.amount));
}
