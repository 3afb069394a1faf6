import { concat } from "ethers";
import { permissionBits } from "../../agencies/permissions.ts";
import { type Act, prepare } from "../../shared/act.ts";
import { actor, type Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { DEVELOPMENT, finalBlock } from "../../shared/final.ts";
import { type KeyPlace, newSecret, proveKey } from "./key.ts";
import { type CommitteeModel, holds, readCommittee, type SeatModel } from "./read.ts";
import { type KeptSecret, type SecretStore, unlockSecret } from "./secrets.ts";

export interface SeatParameters {
  tender: bigint;
  /** The seat; absent = the first free one of a body for which the actor may sit, or the one it holds. */
  seat?: number;
  secrets: SecretStore;
  passPhrase: string;
}

/** A seat taken, and where its secrets are kept. */
export interface Seated {
  seat: number;
  files: string[];
}

/** Either an act still to be sent, or what an earlier run did already. */
export type SeatOutcome = { act: Act<Seated> } | { done: Seated };

/**
 * Takes a seat with fresh keys, one for each part. The secrets are on disk, encrypted, before a point is sent. Run again
 * it says that the seat is taken; with secrets that are not kept here it says so, and `renewKeys` is the way out.
 * @throws InputError if no seat is free for the actor, or its own was taken with keys that are not here
 */
export async function takeSeat(context: Context, parameters: SeatParameters): Promise<SeatOutcome> {
  const model = await readCommittee(context, parameters.tender);
  const account = await actor(context);
  const seat = await seatFor(context, model, account, parameters.seat);
  if (!holds(seat, account)) return { act: await seating(context, model, seat, parameters) };
  const kept = await secretsOf(context, parameters.secrets, model, seat);
  const files = kept.flatMap((file) => (file ? [file.path] : []));
  if (files.length === model.parts) return { done: { seat: seat.seat, files } };
  throw new InputError(
    `You hold seat ${seat.seat} with keys that are not in ${parameters.secrets.folder}: make others with \`committee key\`.`,
  );
}

/** Takes the actor's seat anew with other keys, where those of before are lost. Until bidding opens. */
export async function renewKeys(context: Context, parameters: SeatParameters): Promise<Act<Seated>> {
  const model = await readCommittee(context, parameters.tender);
  const seat = await seatFor(context, model, await actor(context), parameters.seat);
  return seating(context, model, seat, parameters);
}

/** Freezes seats and keys: bids can be sealed. Anyone, once all seats are taken and bidding has begun. */
export function openBidding(context: Context, tender: bigint): Act<object> {
  return prepare(context.committee.freeze, [context.addresses.TenderHouse, tender], () => ({}));
}

export interface PublishScalarsParameters {
  tender: bigint;
  secrets: SecretStore;
  passPhrase: string;
  /** Do not wait until the deadline is final. */
  unfinalized?: boolean;
}

/**
 * Publishes the scalars of the current part whose secrets are kept here, once the deadline before them is final: a
 * scalar that a reorganisation brings before a deadline lets rivals read bids. Run again it says what is out.
 * @throws InputError if it is too early or too late, nothing of it is kept here, or the pass phrase is wrong
 */
export async function publishScalars(
  context: Context,
  { tender, secrets, passPhrase, unfinalized }: PublishScalarsParameters,
): Promise<{ act: Act<{ seats: number[] }> } | { done: { seats: number[] } }> {
  const model = await readCommittee(context, tender);
  const times = await context.house.openingTimes(tender);
  const part = Number(times.part);
  const mine: { seat: SeatModel; kept: KeptSecret }[] = [];
  for (const seat of model.seats) {
    const kept = (await secretsOf(context, secrets, model, seat))[part];
    if (kept) mine.push({ seat, kept });
  }
  if (mine.length === 0) throw new InputError(`No secret for a seat of tender ${tender} is kept in ${secrets.folder}.`);
  const seats = mine.map(({ seat }) => seat.seat);
  const due = mine.filter(({ seat }) => seat.scalars[part] === undefined);
  if (due.length === 0) return { done: { seats } };
  await requirePublishing(context, Number(times.publishFrom), Number(times.publishUntil), unfinalized === true);
  const scalars: bigint[] = [];
  for (const { kept } of due) scalars.push(await unlockSecret(kept, passPhrase));
  const sent = due.map(({ seat }) => seat.seat);
  return { act: showScalars(context, tender, sent, scalars) };
}

/** Publishes scalars of the current part, whoever's they are. The house refuses them before their time. */
export function showScalars(
  context: Context,
  tender: bigint,
  seats: number[],
  scalars: bigint[],
): Act<{ seats: number[] }> {
  const { TenderHouse } = context.addresses;
  return prepare(context.committee.publish, [TenderHouse, tender, seats, scalars], () => ({ seats }));
}

async function requirePublishing(context: Context, from: number, until: number, unfinalized: boolean): Promise<void> {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const latest = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const nothing = "nothing was shown to anyone.";
  if (latest > until) throw new InputError(`Scalars were accepted until ${iso(until)}: ${nothing}`);
  // A node that lies about the time would be shown a scalar.
  const clock = DEVELOPMENT.includes(context.chainId) ? latest : Math.floor(Date.now() / 1000);
  if (Math.min(latest, clock) < from) throw new InputError(`Scalars are accepted from ${iso(from)} on: ${nothing}`);
  if (unfinalized || DEVELOPMENT.includes(context.chainId)) return;
  const final = (await finalBlock(context))?.timestamp ?? 0;
  if (final >= from) return;
  throw new InputError(
    `The latest final block is of ${iso(final)}: ${nothing} Repeat in some minutes, with --unfinalized if need be.`,
  );
}

async function seatFor(
  context: Context,
  model: CommitteeModel,
  account: string,
  wanted: number | undefined,
): Promise<SeatModel> {
  if (wanted !== undefined) {
    const seat = model.seats[wanted];
    if (!seat) throw new InputError(`The committee has ${model.seats.length} seats, from 0 on; there is no ${wanted}.`);
    return seat;
  }
  const own = model.seats.find((seat) => holds(seat, account));
  if (own) return own;
  const sit = permissionBits("committee.sit");
  for (const seat of model.seats.filter(({ member }) => member === undefined)) {
    if (await context.registry.may(seat.agency, account, sit)) return seat;
  }
  throw new InputError(`No seat of tender ${model.tender} is free for ${account}: see \`committee status\`.`);
}

async function seating(
  context: Context,
  model: CommitteeModel,
  { seat }: SeatModel,
  { secrets, passPhrase }: SeatParameters,
): Promise<Act<Seated>> {
  if (model.frozen !== undefined) throw new InputError("Bidding is open: seats and keys can change no more.");
  const member = await actor(context);
  const made = Array.from({ length: model.parts }, () => newSecret());
  const act = await seatWith(context, model.tender, seat, made);
  return {
    estimate: act.estimate,
    async send() {
      await act.estimate();
      const files: string[] = [];
      for (const [part, secret] of made.entries()) {
        const place = { ...placeOf(context, model.tender, part, seat), member };
        files.push((await secrets.keep(place, context.genesisHash, secret, passPhrase)).path);
      }
      const done = await act.send();
      return { ...done, result: { seat, files } };
    },
  };
}

/** Takes a seat for the actor with these secrets, one for each part. Who calls it has kept them. */
export async function seatWith(
  context: Context,
  tender: bigint,
  seat: number,
  secrets: readonly bigint[],
): Promise<Act<object>> {
  const member = await actor(context);
  const proven = secrets.map((secret, part) => proveKey({ ...placeOf(context, tender, part, seat), member }, secret));
  const points = concat(proven.map(({ point }) => point));
  const proofs = proven.map(({ challenge, response }): [bigint, bigint] => [challenge, response]);
  return prepare(context.committee.takeSeat, [context.addresses.TenderHouse, tender, seat, points, proofs], () => ({}));
}

/** For each part the kept secret of a seat's key on chain, where it is kept here. */
function secretsOf(
  context: Context,
  secrets: SecretStore,
  model: CommitteeModel,
  { seat, points }: SeatModel,
): Promise<(KeptSecret | undefined)[]> {
  return Promise.all(
    points.map((point, part) =>
      secrets.ofPoint(placeOf(context, model.tender, part, seat), context.genesisHash, point),
    ),
  );
}

function placeOf(context: Context, tender: bigint, part: number, seat: number): Omit<KeyPlace, "member"> {
  const { OpeningCommittee, TenderHouse } = context.addresses;
  return { chainId: context.chainId, committee: OpeningCommittee, house: TenderHouse, tender, part, seat };
}
