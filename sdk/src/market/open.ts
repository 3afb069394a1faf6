import { getBytes, hexlify, keccak256 } from "ethers";
import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, MirrorStore } from "../shared/files.ts";
import { batchOf } from "./deliver.ts";
import { offerStruct, restHash, subscriptionStruct } from "./hashes.ts";
import { orderKey } from "./keys/derive.ts";
import { maskOf, xor } from "./keys/mask.ts";
import type { KeySource } from "./keys/source.ts";
import type { DataSetModel, OrderModel, VersionModel } from "./model.ts";
import { offerAt } from "./read.ts";
import type { Fault } from "./seal/fault.ts";
import { manifestFrom } from "./seal/manifest.ts";
import { type Opened, openSealed } from "./seal/openSealed.ts";
import type { OnProgress } from "./seal/pieces.ts";

/** What a delivery turned out to be: the listed data, or a ground for a dispute. */
export type Outcome =
  | ({ outcome: "opened" } & Opened)
  | { outcome: "wrong-key"; m: Uint8Array }
  | { outcome: "bad-chunk"; m: Uint8Array; fault: Fault };

export interface OpenParameters {
  keys: KeySource;
  order: OrderModel;
  version: VersionModel;
  /** Where the sealed data are, besides the house's files, in which they were kept when they were checked. */
  source?: FileStore;
  /** The file that is written. */
  out: string;
  progress?: OnProgress;
}

/** The mask of an order of the buyer's. @throws InputError where these keys are not those it was ordered with */
export async function maskOfOrder(keys: KeySource, { order, pins }: OrderModel, version: VersionModel) {
  const { version: id, buyer, nonce } = order;
  const { secret, x } = await orderKey(keys, { version: id, buyer, nonce: BigInt(nonce) });
  const place = { ...keys.place, version: order.version, buyer: order.buyer, nonce: BigInt(order.nonce), ephemeral: x };
  const m = maskOf(secret, version.terms.sellerKey, place);
  if (keccak256(m) === pins.maskHash) return m;
  throw new InputError(
    "This order was placed with other keys: take the wallet or the key file that it was placed with.",
  );
}

/** The key that was delivered, and whether it is the one that was listed. */
export async function deliveredKey({ keys, order, version }: Pick<OpenParameters, "keys" | "order" | "version">) {
  if (order.standing === "ordered") throw new InputError("The key is not delivered yet.");
  if (order.delivery.time === 0) throw new InputError("The key was never delivered: the order was refunded.");
  const m = await maskOfOrder(keys, order, version);
  const key = xor(m, getBytes(order.delivery.masked));
  return { m, key, right: keccak256(key) === version.terms.keyCommit };
}

/** Opens what was delivered, byte for byte as listed, or says what to dispute. */
export async function openOrder(context: Context, parameters: OpenParameters): Promise<Outcome> {
  const { m, key, right } = await deliveredKey(parameters);
  if (!right) return { outcome: "wrong-key", m };
  const { version, source, out, progress } = parameters;
  const store = new MirrorStore(context.files, source ?? context.files);
  const manifest = await manifestFrom(store, version.terms.manifest);
  const opened = await openSealed(manifest, store, key, out, progress ? { progress } : {});
  return "fault" in opened ? { outcome: "bad-chunk", m, ...opened } : { outcome: "opened", ...opened };
}

/**
 * Proves that a delivery was wrong, so that the price is due to the buyer again, and what a subscription has not
 * released; in one transaction, sent by the buyer. The estimate simulates it: a dispute
 * that the chain refuses would publish the mask for nothing, so it is for a node that the buyer trusts.
 */
export function dispute(
  context: Context,
  { order, version, model }: Pick<OpenParameters, "order" | "version"> & { model: DataSetModel },
  wrong: Exclude<Outcome, { outcome: "opened" }>,
): Act<object> {
  const { interface: abi } = context.market;
  const { root, keyCommit, words } = version.terms;
  const m = hexlify(wrong.m);
  const rest = restHash(version.terms);
  const calls: string[] = [];
  if (wrong.outcome === "wrong-key") {
    const seal = { root, keyCommit, words, rest };
    calls.push(abi.encodeFunctionData("disputeKey", [order.order, order.delivery, seal, m]));
  } else {
    const { index, chunk, h, proof } = wrong.fault;
    const args = [order.order, order.delivery, rest, m, index, h, chunk, proof] as const;
    calls.push(abi.encodeFunctionData("disputeChunk", [...args]));
    calls.push(abi.encodeFunctionData("refund", [...batchOf([order])]));
  }
  const { buyer, subscription } = order.order;
  const one = model.subscriptions.find(({ nonce, ...of }) => of.buyer === buyer && nonce === subscription - 1);
  if (one?.running) {
    const terms = offerStruct(offerAt(model, one.offer).terms);
    const args = [subscriptionStruct(one), one.released, terms, version.number, order.order.nonce] as const;
    calls.push(abi.encodeFunctionData("failSubscription", [...args]));
  }
  return prepare(context.market.multicall, [calls], () => ({}));
}
