import { addKey, registerAgency } from "../agencies/acts.ts";
import { permissionBits } from "../agencies/permissions.ts";
import type { Act } from "../shared/act.ts";
import { actingAs, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { openBidding, seatWith, showScalars } from "./committee/acts.ts";
import { newSecret } from "./committee/key.ts";
import { openBids } from "./openAll.ts";
import type { Play, Stage } from "./play.ts";
import type { Schedule } from "./schedule.ts";

/** Sends an act of a play and tells of it. */
export type Did = <T>(name: string, detail: string, act: Act<T>) => Promise<T>;

/** The opening committee of a stage: five members of three bodies, of whom three open. */
export interface StageCommittee {
  /** The body of each seat. */
  seats: number[];
  threshold: number;
  /** Each acting in its seat. */
  members: Context[];
}

const BODIES = ["Court of audit", "City council", "Chamber of commerce"];
/** The body of each seat, by its place among the bodies. */
const SEATS = [0, 0, 1, 1, 2];
const THRESHOLD = 3;
/** The seats whose members publish their scalars in a play: one of each body. The others stay silent. */
const PUBLISHING = [0, 2, 4];

/** Registered once on each stage, whatever is played on it. */
const committees = new WeakMap<Stage, Promise<StageCommittee>>();

/** The committee of a stage, which is registered where it is not. */
export function committeeOn(stage: Stage, did: Did): Promise<StageCommittee> {
  const known = committees.get(stage) ?? register(stage, did);
  committees.set(stage, known);
  return known;
}

async function register(stage: Stage, did: Did): Promise<StageCommittee> {
  const admin = await stage.account("admin of the committee's bodies");
  const bodies: number[] = [];
  for (const name of BODIES) {
    const act = await registerAgency(stage.context, { name, admin: await admin.getAddress() });
    bodies.push((await did("register", name, act)).agency);
  }
  const members: Context[] = [];
  const seats: number[] = [];
  for (const [seat, body] of SEATS.entries()) {
    const member = await stage.account(`member ${seat} of the committee`);
    const agency = bodies[body] ?? 0;
    const account = await member.getAddress();
    const key = { agency, account, permissions: permissionBits("committee.sit"), until: 2 ** 40 - 1 };
    await did("addKey", `member of the ${BODIES[body]?.toLowerCase()}`, addKey(actingAs(stage.context, admin), key));
    members.push(actingAs(stage.context, member));
    seats.push(agency);
  }
  return { seats, threshold: THRESHOLD, members };
}

/** Takes all seats with fresh keys and opens the bidding. Returns the secret of each seat. */
export async function seatAll(stage: Stage, committee: StageCommittee, tender: bigint, did: Did): Promise<bigint[]> {
  const secrets = committee.members.map(() => newSecret());
  const acts = await Promise.all(
    secrets.map((secret, seat) => seatWith(committee.members[seat] ?? stage.context, tender, seat, [secret])),
  );
  // Each member has an account of its own, so that none waits for another.
  await Promise.all(acts.map((act, seat) => did("takeSeat", `seat ${seat}`, act)));
  await did("freeze", "bidding is open", openBidding(stage.context, tender));
  return secrets;
}

/** Opens all bids without their bidders: three members publish their scalars, and a stranger does the rest. */
export async function openByCommittee(
  stage: Stage,
  play: Play,
  { members }: StageCommittee,
  tender: bigint,
  secrets: bigint[],
  did: Did,
): Promise<void> {
  const { publishFrom } = await stage.context.house.openingTimes(tender);
  await stage.advanceTo(Number(publishFrom));
  const scalars = PUBLISHING.map((seat) => secrets[seat] ?? 0n);
  const publisher = members[PUBLISHING[0] ?? 0] ?? stage.context;
  await did("scalars", `of seats ${PUBLISHING.join(", ")}`, showScalars(publisher, tender, PUBLISHING, scalars));

  const names = new Map<string, string>();
  for (const { key, name } of play.lots.flat()) names.set(await (await stage.account(key)).getAddress(), name);
  const stranger = actingAs(stage.context, await stage.account("stranger"));
  for (const { bidder, failed, act } of await openBids(stranger, { tender })) {
    if (failed !== undefined)
      throw new InputError(`The bid of ${names.get(bidder) ?? bidder} was not opened: ${failed}`);
    if (act) play.onAct?.("open", names.get(bidder) ?? bidder, act);
  }
}

/** When a lot can be awarded. */
export function awardsFrom({ revealDeadline, sealed }: Schedule): number {
  return (sealed?.judgeDeadline ?? revealDeadline) + 1;
}
