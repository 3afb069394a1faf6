import { getAddress, type TypedDataDomain, TypedDataEncoder, type TypedDataField } from "ethers";
import { z } from "zod";
import { parseExact, readText } from "../documents/json.ts";
import { address, hex, originShape } from "../documents/placement.ts";
import { houseDomain } from "./identity.ts";

const bytes = z
  .string()
  .toLowerCase()
  .regex(/^0x([0-9a-f]{2})*$/, "must be bytes in hex");

const shape = {
  format: z.literal("common-seal/relay/1"),
  chainId: originShape.chainId,
  genesisHash: hex(32),
  house: address,
  tender: z.string().regex(/^\d{1,20}$/),
  lot: z.int().min(0).max(65_535),
  bidder: address,
  /** What the house kept of the bid when the act was signed: it counts only while that is so. */
  replaces: hex(32),
  /** Last second in which the act can be sent, UTC. */
  deadline: z
    .int()
    .min(0)
    .max(2 ** 40 - 1),
};

const relayFileSchema = z.discriminatedUnion("act", [
  z.strictObject({
    ...shape,
    act: z.literal("seal"),
    /** For each part its commitment and its envelope; without a committee the commitment alone. */
    sealed: bytes,
    /** Proof of the guarantee; empty = who sends it pays the bond. */
    guarantee: bytes,
    signature: bytes,
  }),
  z.strictObject({ ...shape, act: z.literal("withdraw"), signature: bytes }),
]);

/** An act on a bid that its bidder signed, for anyone to send. It shows no more of the bid than the chain will. */
export type RelayFile = z.infer<typeof relayFileSchema>;
/** An act on a bid that has yet to be signed. */
export type RelayedAct = Unsigned<RelayFile>;
type Unsigned<T> = T extends unknown ? Omit<T, "signature" | "format"> : never;

const TAIL = [
  { name: "replaces", type: "bytes32" },
  { name: "deadline", type: "uint40" },
];
const HEAD = [
  { name: "tender", type: "uint64" },
  { name: "lot", type: "uint16" },
];
const SEALING = [
  { name: "sealed", type: "bytes" },
  { name: "guarantee", type: "bytes" },
];

/** The EIP-712 message of an act, which a bidder signs. */
export function relayMessage(act: RelayedAct): {
  domain: TypedDataDomain;
  types: Record<string, TypedDataField[]>;
  value: Record<string, unknown>;
} {
  const { tender, lot, replaces, deadline } = act;
  const domain = houseDomain({ chainId: BigInt(act.chainId), house: act.house });
  const value = { tender, lot, replaces, deadline };
  if (act.act === "withdraw") return { domain, types: { WithdrawBid: [...HEAD, ...TAIL] }, value };
  const { sealed, guarantee } = act;
  return { domain, types: { SealBid: [...HEAD, ...SEALING, ...TAIL] }, value: { ...value, sealed, guarantee } };
}

/** What was signed, hashed. */
export function relayDigest(act: RelayedAct): string {
  const { domain, types, value } = relayMessage(act);
  return TypedDataEncoder.hash(domain, types, value);
}

/** An act with its signature. */
export function makeRelayFile(act: RelayedAct, signature: string): RelayFile {
  return { format: "common-seal/relay/1", ...act, signature };
}

/** Reads a signed act; whose signature it is, and whether it can still be sent, is the chain's to tell. */
export async function readRelayFile(path: string): Promise<RelayFile> {
  const file = parseExact(await readText(path, "relay file"), `The relay file ${path}`, "relay file", relayFileSchema);
  return { ...file, house: getAddress(file.house), bidder: getAddress(file.bidder) };
}
