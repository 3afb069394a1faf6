import { getAddress, isAddress, toBeHex, type TypedDataDomain, type TypedDataField } from "ethers";
import { type Act, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../shared/logs.ts";
import { z } from "zod";

/** All shares together, in basis points. */
const WHOLE = 10_000;

/** Those who bid together in a lot: each member's share in basis points. */
export interface Consortium {
  tender: bigint;
  lot: number;
  lead: string;
  shares: Record<string, number>;
}

/** What each member signs. */
export interface ConsortiumMessage {
  domain: TypedDataDomain;
  types: Record<string, TypedDataField[]>;
  value: { house: string; tender: bigint; lot: number; lead: string; members: string[]; shares: number[] };
}

/**
 * The EIP-712 message by which each member consents; members stand in rising order.
 * @throws InputError unless the shares are those of 2 to 20 members, the lead among them, and 10,000 together
 */
export function consortiumMessage(
  { chainId, addresses }: Pick<Context, "chainId" | "addresses">,
  { tender, lot, lead, shares }: Consortium,
): ConsortiumMessage {
  const rows = Object.entries(shares).map(([member, share]) => ({ member: getAddress(member), share }));
  rows.sort((x, y) => (BigInt(x.member) < BigInt(y.member) ? -1 : 1));
  const members = rows.map(({ member }) => member);
  const sum = rows.reduce((total, { share }) => total + share, 0);
  if (sum !== WHOLE || rows.some(({ share }) => !Number.isInteger(share) || share <= 0)) {
    throw new InputError(`The shares must be whole, above 0 and ${WHOLE} basis points together; they are ${sum}.`);
  }
  if (rows.length < 2 || rows.length > 20 || new Set(members).size !== rows.length) {
    throw new InputError("A consortium has 2 to 20 members.");
  }
  if (!members.includes(getAddress(lead))) throw new InputError("The lead is one of the members.");
  return {
    domain: {
      name: "Common Seal TenderNotices",
      version: "1",
      chainId,
      verifyingContract: getAddress(addresses.TenderNotices),
    },
    types: {
      Consortium: [
        { name: "house", type: "address" },
        { name: "tender", type: "uint64" },
        { name: "lot", type: "uint16" },
        { name: "lead", type: "address" },
        { name: "members", type: "address[]" },
        { name: "shares", type: "uint16[]" },
      ],
    },
    value: {
      house: getAddress(addresses.TenderHouse),
      tender,
      lot,
      lead: getAddress(lead),
      members,
      shares: rows.map(({ share }) => share),
    },
  };
}

/** The actor's consent, as a member. */
export async function signConsortium(
  context: Context,
  consortium: Consortium,
): Promise<{ member: string; signature: string }> {
  const member = await actor(context);
  const { domain, types, value } = consortiumMessage(context, consortium);
  if (!context.signer || !value.members.includes(member)) throw new InputError(`${member} is no member.`);
  return { member, signature: await context.signer.signTypedData(domain, types, value) };
}

const address = z.string().refine((text) => isAddress(text), "is no address");
const fileSchema = z.strictObject({
  lot: z.int().min(0).max(499),
  lead: address,
  shares: z.record(address, z.int()),
  consents: z.record(address, z.string().regex(/^0x([0-9a-fA-F]{2})*$/, "is no signature")).optional(),
});

/** A consortium's file. @throws InputError if it is none */
export function parseConsortium(
  tender: bigint,
  value: unknown,
): { consortium: Consortium; consents: Record<string, string> } {
  const { data, error } = fileSchema.safeParse(value);
  if (data) {
    const { consents = {}, ...consortium } = data;
    return { consortium: { tender, ...consortium }, consents };
  }
  const [issue] = error.issues;
  throw new InputError(`consortium: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is not valid"}`);
}

/** Publishes a consortium with its members' consents, by address; the actor's own is not needed. Anyone. */
export function formConsortium(
  context: Context,
  consortium: Consortium,
  consents: Record<string, string>,
): Act<{ members: string[] }> {
  const { value } = consortiumMessage(context, consortium);
  const { tender, lot, lead, members, shares } = value;
  const signatures = new Map(Object.entries(consents).map(([member, signature]) => [getAddress(member), signature]));
  const inOrder = members.map((member) => signatures.get(member) ?? "0x");
  return prepare(context.notices.formConsortium, [{ tender, lot, lead, members, shares }, inOrder], () => ({
    members,
  }));
}

/** The consortia that were formed for a tender, in order, up to a block. */
export async function readConsortia(
  { provider, notices, addresses, block }: Context,
  tender: bigint,
  toBlock: number,
): Promise<(Consortium & Moment)[]> {
  const { topicHash } = notices.interface.getEvent("ConsortiumFormed");
  const filter = { address: addresses.TenderNotices, topics: [topicHash, toBeHex(tender, 32)] };
  const times = new BlockTimes(provider);
  const all: (Consortium & Moment)[] = [];
  for (const log of await logsBetween(provider, filter, block, toBlock)) {
    const event = notices.interface.parseLog(log);
    if (!event) continue;
    type Formed = { lot: bigint; lead: string; members: string[]; shares: bigint[] };
    const { lot, lead, members, shares } = event.args as unknown as Formed;
    const held = Object.fromEntries(members.map((member, i) => [member, Number(shares[i])]));
    all.push({ tender, lot: Number(lot), lead, shares: held, ...(await momentOf(log, times)) });
  }
  return all;
}

/** The consortium that a lead has formed for a lot, as its log tells it; absent = none. */
export async function consortiumOf(
  context: Context,
  tender: bigint,
  lot: number,
  lead: string,
): Promise<{ members: string[]; shares: number[] } | undefined> {
  const { notices, provider, addresses, block } = context;
  const topics = notices.interface.encodeFilterTopics("ConsortiumFormed", [tender, lot, lead]);
  const filter = { address: addresses.TenderNotices, topics };
  const [log] = await logsBetween(provider, filter, block, await provider.getBlockNumber());
  const args = log && (notices.interface.parseLog(log)?.args as unknown as { members: string[]; shares: bigint[] });
  return args && { members: [...args.members], shares: args.shares.map(Number) };
}
