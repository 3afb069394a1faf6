/** A market with two sellers and two buyers, as the findings play it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getBytes, id, type Provider, type Signer, toBeHex, ZeroHash } from "ethers";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { buy, type BuyParameters } from "../../sdk/src/market/buy.ts";
import { subscribe } from "../../sdk/src/market/subscriptions.ts";
import { deliver, deliverable } from "../../sdk/src/market/deliver.ts";
import { sealKeys, sellerKey } from "../../sdk/src/market/keys/derive.ts";
import { fileKeys, type KeySource } from "../../sdk/src/market/keys/source.ts";
import { listDataSet, offerOf, type OfferParameters, versionOf } from "../../sdk/src/market/list.ts";
import type { OrderModel } from "../../sdk/src/market/model.ts";
import { readDataSet } from "../../sdk/src/market/read.ts";
import { sealData } from "../../sdk/src/market/seal/sealData.ts";
import { serveOnce } from "../../sdk/src/market/serve.ts";
import { type Watched, watchOnce } from "../../sdk/src/market/watch.ts";
import { actingAs, connect, type Context, identifyChain } from "../../sdk/src/shared/context.ts";
import { type FileStore, MemoryStore, putJson } from "../../sdk/src/shared/files.ts";
import { flipped, from, noise, tampered } from "../market/sealing.ts";
import { deployHouse, ethers, networkHelpers } from "../shared/house.ts";

const FAR = 2 ** 40 - 1;
export const HOUR = 3_600;
export const DAY = 24 * HOUR;
export const WINDOW = HOUR;
export const PRICE = 1_000n;
/** The numbers of the offers of `listed`. */
export const SALE = 1;
export const LICENCE = 2;
export const SUBSCRIPTION = 3;
export const NO_PAYMENT = { kind: 0, v: 0, r: ZeroHash, s: ZeroHash, validAfter: 0n, validBefore: 0n };

/** Somebody who acts, with secrets. */
export interface Party {
  context: Context;
  address: string;
  keys: KeySource;
}

/** Use through `load`. */
async function open() {
  const house = await deployHouse();
  const provider = ethers.provider as unknown as Provider;
  const addressOf = (contract: { getAddress(): Promise<string> }) => contract.getAddress();
  const addresses = {
    AccessLog: await addressOf(house.accessLog),
    AccessManager: await addressOf(house.manager),
    AgencyRegistry: await addressOf(house.registry),
    Complaints: await addressOf(house.complaints),
    DataMarket: await addressOf(house.market),
    DocumentRegistry: await addressOf(house.documents),
    Evaluation: await addressOf(house.evaluation),
    OpeningCommittee: await addressOf(house.committee),
    TenderDesk: await house.house.DESK(),
    TenderHouse: await addressOf(house.house),
    TenderNotices: await addressOf(house.notices),
    TenderOffice: await house.house.OFFICE(),
  };
  const base = await connect(provider, { ...(await identifyChain(provider)), block: 0, addresses }, new MemoryStore());
  const place = { chainId: base.chainId, market: addresses.DataMarket };
  for (const agency of [1, 2]) {
    await house.registry.register(id(`body ${agency}`), id("metadata"), house.admin);
    await house.registry.connect(house.admin).addKey(agency, house.officer, permissionBits("market"), 0, FAR);
  }
  const party = async (signer: Signer | undefined, name: string): Promise<Party> => {
    if (!signer) throw new Error("the chain has too few accounts");
    const keys = fileKeys(getBytes(id(`${name}'s secret`)), place);
    return { context: actingAs(base, signer), address: await signer.getAddress(), keys };
  };
  const [first, second] = house.bidders;
  for (const one of [first, second]) {
    if (!one) continue;
    await house.token.mint(one, 1_000_000n);
    await house.token.connect(one).approve(addresses.DataMarket, 1_000_000n);
  }
  const [token, treasury] = [await addressOf(house.token), await addressOf(house.treasury)];
  const parties = { seller: await party(house.officer, "seller"), buyer: await party(first, "buyer") };
  return { house, base, place, token, treasury, ...parties, other: await party(second, "other") };
}
export type Stage = Awaited<ReturnType<typeof open>>;
export const load = (): Promise<Stage> => networkHelpers.loadFixture(open);

export const pass = (seconds: number) => networkHelpers.time.increase(seconds);

interface Listing {
  agency?: number;
  /** Whether a chunk does not open to its listed hash, while all that can be checked before the payment is right. */
  bad?: boolean;
  period?: number;
  bytes?: number;
  window?: number;
}

let versions = 0n;

/** Lists a sealed version of a data set with a sale, a free licence, and a subscription. */
export async function listed(s: Stage, options: Listing = {}) {
  const { agency = 1, bad = false, period = 30 * DAY, bytes = 3_000, window = WINDOW } = options;
  const store = s.base.files;
  const nonce = ++versions;
  const secrets = { ...(await sealKeys(s.seller.keys, nonce)), keyNonce: toBeHex(nonce, 8) };
  const honest = await sealData(from(noise(bytes, `data ${nonce}`)), secrets, store);
  const spoil = (chunks: Uint8Array[]) => chunks.splice(0, 1, flipped(chunks[0], 0));
  const manifest = bad ? await tampered({ manifest: honest, store }, spoil) : honest;
  const { x } = await sellerKey(s.seller.keys, BigInt(agency));
  const version = versionOf(manifest, await putJson(store, manifest), x);
  const paid = { price: { token: s.token, amount: PRICE, payee: s.treasury }, window, delivery: DAY };
  const kinds: OfferParameters[] = [
    { kind: "sale", terms: id("sale"), ...paid },
    { kind: "licence", terms: id("free"), tier: 9 },
    { kind: "subscription", terms: id("all"), period, ...paid },
  ];
  const metadata = { title: String(nonce) };
  const what = { agency, category: "TRAN", metadata, version, offers: kinds.map(offerOf) };
  const { dataSet } = (await (await listDataSet(s.seller.context, what)).send()).result;
  return { dataSet, manifest, version, bytes: noise(bytes, `data ${nonce}`) };
}

/** Buys with the buyer's own keys; the sale unless told otherwise. */
export const order = (by: Party, dataSet: number, more: Partial<BuyParameters> = {}) =>
  buy(by.context, { dataSet, offer: SALE, keys: by.keys, ...more });

/** Subscribes, and returns the subscription. */
export async function subscribed(by: Party, dataSet: number, periods: number) {
  const { nonce } = await subscribe(by.context, { dataSet, offer: SUBSCRIPTION, periods });
  return subscriptionOf(by, dataSet, nonce);
}

export async function subscriptionOf(by: Party, dataSet: number, nonce = 0) {
  const { subscriptions } = await readDataSet(by.context, dataSet);
  const found = subscriptions.find((one) => one.buyer === by.address && one.nonce === nonce);
  if (!found) throw new Error(`there is no subscription ${nonce}`);
  return found;
}

/** Delivers what an agency has to. */
export async function sell(s: Stage, agency = 1): Promise<OrderModel[]> {
  const { due } = await deliverable(s.seller.context, { agency, keys: s.seller.keys });
  return deliver(s.seller.context, agency, due);
}

export const serve = (s: Stage, agency = 1) => serveOnce(s.seller.context, { agency, keys: s.seller.keys });

/** Rounds of a buyer's watcher in a folder of their own, which `close` removes. */
export class Watcher {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Watcher> {
    return new Watcher(await mkdtemp(join(tmpdir(), "market-findings-")));
  }

  round({ context, keys }: Party, source?: FileStore): Promise<Watched[]> {
    return watchOnce(context, { keys, folder: this.folder, ...(source ? { source } : {}) });
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

/** What a round did, in order. */
export const told = (round: Watched[]) =>
  round.map(({ order: { order }, did, outcome }) => [Number(order.version >> 32n), did, ...(outcome ? [outcome] : [])]);

/** The party on another machine: only the keys are the same. */
export const elsewhere = (one: Party): Party => ({ ...one, context: { ...one.context, files: new MemoryStore() } });

/** A store of which some files are gone from now on. */
export function withdrawing(store: FileStore) {
  const gone = new Set<string>();
  const get = (digest: string) => (gone.has(digest) ? Promise.resolve(null) : store.get(digest));
  return { gone, store: { put: (bytes: Uint8Array) => store.put(bytes), get } };
}

export const dueTo = (s: Stage, account: string) => s.base.market.dueOf(s.token, account);

/** Where the first order of a data set stands. */
export async function standing(s: Stage, dataSet: number) {
  return (await readDataSet(s.base, dataSet)).orders[0]?.standing;
}

/** How many transactions an act sends. */
export async function sentBy(s: Stage, one: Party, act: () => Promise<unknown>): Promise<number> {
  const before = await s.base.provider.getTransactionCount(one.address);
  await act();
  return (await s.base.provider.getTransactionCount(one.address)) - before;
}
