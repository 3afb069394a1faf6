import { dataSlice, getAddress } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { signatureCheck } from "../shared/signatures.ts";
import { BID_STATES, commitsOf } from "./order.ts";
import { makeRelayFile, relayDigest, relayMessage, type RelayedAct, type RelayFile } from "./relayFile.ts";
import { enter, readyBid, type Sealed, type SealParameters } from "./seal.ts";

export interface SignBidParameters extends SealParameters {
  /** Last second in which the bid can be handed in, UTC; absent = the commit deadline. */
  until?: number;
  /** Replace the bid that stands. */
  again?: boolean;
}

/** Either a signed act for anyone to send with the path of its bid file, or what was sealed before. */
export type SignOutcome = { relay: RelayFile; file: string } | { done: Sealed };

/**
 * Signs a bid of the actor's for another account to hand in, which pays the bond unless a guarantee stands for it. The
 * bid file is on disk before the signed act is given away; nothing is sent.
 * @throws InputError as `commitBid` or `replaceBid`, or if the time is over already
 */
export async function signBid(context: Context, parameters: SignBidParameters): Promise<SignOutcome> {
  const { tender, lot, until, again = false } = parameters;
  const entry = await enter(context, parameters, again);
  if ("done" in entry) return entry;
  const bid = await readyBid(context, entry.parameters);
  const act = await actOf(context, tender, lot, until);
  const file = await bid.keep();
  const { sealed, guarantee = "0x" } = bid;
  return { relay: await signed(context, { ...act, act: "seal", sealed, guarantee }), file };
}

/** Signs the withdrawal of the actor's sealed bid for another account to send. Nothing is sent. */
export async function signWithdrawal(
  context: Context,
  { tender, lot, until }: { tender: bigint; lot: number; until?: number },
): Promise<RelayFile> {
  const bidder = await actor(context);
  const { status } = await context.house.bidOf(tender, lot, bidder);
  if (BID_STATES[Number(status)] !== "sealed") {
    throw new InputError(`${bidder} has no sealed bid in lot ${lot} of tender ${tender}.`);
  }
  return signed(context, { ...(await actOf(context, tender, lot, until)), act: "withdraw" });
}

/** What relaying an act has come to. */
export interface Relayed {
  act: RelayFile["act"];
  bidder: string;
  /** The commit number of the bid, where it was sealed. */
  number?: number;
}

/**
 * Hands in an act that its bidder signed; the actor pays the bond of a bid without a guarantee. Anyone. Run again it says
 * that it is done.
 * @throws InputError if the act is of another house, is not signed as it stands, was signed for another state of the bid
 * or can be sent no more
 */
export async function relayAct(context: Context, file: RelayFile): Promise<{ act: Act<Relayed> } | { done: Relayed }> {
  const { bidder, lot, replaces, deadline, signature } = file;
  const tender = BigInt(file.tender);
  const { TenderHouse } = context.addresses;
  const here = BigInt(file.chainId) === context.chainId && file.genesisHash === context.genesisHash.toLowerCase();
  if (!here) throw new InputError(`The act was signed for another chain: ${file.chainId}.`);
  if (getAddress(file.house) !== getAddress(TenderHouse))
    throw new InputError(`The act was signed for another house: ${file.house}.`);
  if (!(await signatureCheck(context.provider)(bidder, relayDigest(file), signature))) {
    throw new InputError(
      `This is not what ${bidder} signed: the envelope, or something else in the file, was changed since.`,
    );
  }
  const { house } = context;
  if ((await house.slotOf(tender, lot, bidder)) !== replaces) {
    const done = await doneBefore(context, file);
    if (done) return { done };
    throw new InputError(
      `The bid of ${bidder} in lot ${lot} was sealed, replaced or withdrawn since this was signed: it counts no more.`,
    );
  }
  const latest = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  if (latest > deadline) throw new InputError(`The act could be sent until ${iso(deadline)}.`);
  if (file.act === "withdraw") {
    const result = (): Relayed => ({ act: "withdraw", bidder });
    return { act: prepare(house.withdrawFor, [bidder, tender, lot, replaces, deadline, signature], result) };
  }
  const args = [bidder, tender, lot, file.sealed, file.guarantee, replaces, deadline, signature] as const;
  return {
    act: prepare(house.commitFor, [...args], (receipt): Relayed => {
      return { act: "seal", bidder, number: Number(eventOf<{ number: bigint }>(receipt, house, "BidSealed").number) };
    }),
  };
}

/** What the very act did, if it is the latest one on its bid. */
async function doneBefore(context: Context, file: RelayFile): Promise<Relayed | undefined> {
  const { act, bidder, lot } = file;
  const tender = BigInt(file.tender);
  const state = BID_STATES[Number((await context.house.bidOf(tender, lot, bidder)).status)];
  if (file.act === "withdraw") return state === "withdrawn" ? { act, bidder } : undefined;
  const latest = (await commitsOf(context, tender, lot, bidder)).at(-1);
  const same = state === "sealed" && latest?.commitment === dataSlice(file.sealed, 0, 32);
  return same ? { act, bidder, number: latest.number } : undefined;
}

/** What all acts on a bid of the actor's say, over what the house keeps of it now. */
async function actOf(context: Context, tender: bigint, lot: number, until: number | undefined) {
  const { commitDeadline } = await context.house.tenderOf(tender);
  const deadline = until ?? Number(commitDeadline);
  const latest = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  if (latest > deadline) throw new InputError(`${iso(deadline)} is over: nobody could send it.`);
  const bidder = await actor(context);
  return {
    chainId: context.chainId.toString(),
    genesisHash: context.genesisHash.toLowerCase(),
    house: getAddress(context.addresses.TenderHouse),
    tender: tender.toString(),
    lot,
    bidder,
    replaces: await context.house.slotOf(tender, lot, bidder),
    deadline,
  };
}

async function signed(context: Context, act: RelayedAct): Promise<RelayFile> {
  if (!context.signer) throw new InputError("This act needs an account to sign it.");
  const { domain, types, value } = relayMessage(act);
  return makeRelayFile(act, await context.signer.signTypedData(domain, types, value));
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
