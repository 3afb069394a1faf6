import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { AgencyRegistry__factory, DataMarket__factory } from "../../typechain-types/index.ts";
import { deployHouse, ethers, type House, networkHelpers } from "../shared/house.ts";
import { mask, type Sealed, sealed, type SealOptions } from "./sealed.ts";

export const { time } = networkHelpers;
export const { ZeroAddress, ZeroHash, id } = ethers;
export const HOUR = 3_600n;
export const DAY = 86_400n;
export const YEAR = 365n * DAY;
export const MAX_PERIOD = 100n * YEAR;
export const PRICE = 1_000n;
export const FUNDS = 100n * PRICE;
export const WINDOW = 2n * HOUR;
export const DELIVERY = 2n * DAY;
export const MAX_UINT40 = 2n ** 40n - 1n;
export const CATEGORY = ethers.hexlify(ethers.toUtf8Bytes("TRAN"));
export const MARKET = permissionBits("market");
export const Permission = { List: permissionBits("market.list"), Deliver: permissionBits("market.deliver") } as const;
export const Listing = { None: 0n, Open: 1n, Withdrawn: 2n, PersonalData: 3n, Disproved: 4n } as const;
export const Kind = { Licence: 0n, Sale: 1n, Subscription: 2n } as const;
export const State = { None: 0n, Ordered: 1n, Delivered: 2n, Settled: 3n, Refunded: 4n } as const;
export const Pay = { Allowance: 0n, Permit: 1n, Authorization: 2n } as const;
export const PERSONAL_DATA = 1;
export const NO_PAYMENT = { kind: 0n, v: 0n, r: ZeroHash, s: ZeroHash, validAfter: 0n, validBefore: 0n };

const { AbiCoder, keccak256 } = ethers;
const encode = (types: string[], values: unknown[]): string => AbiCoder.defaultAbiCoder().encode(types, values);
/** keccak256 of ABI encoded values. */
export const hashOf = (types: string[], values: unknown[]): string => keccak256(encode(types, values));

/** A market with two bodies: the officer sells for the first, `other` for the second. Buyers have tokens, approved. */
export interface Stage extends House {
  agency: bigint;
  /** The officer's position among the body's keys. */
  key: bigint;
  other: HardhatEthersSigner;
  tokenAddress: string;
  marketAddress: string;
  a: HardhatEthersSigner;
  b: HardhatEthersSigner;
  c: HardhatEthersSigner;
}

export async function stage(): Promise<Stage> {
  const deployed = await deployHouse();
  const { platform, admin, officer, token, bidders } = deployed;
  const [a, b, c, other] = bidders;
  if (!a || !b || !c || !other) throw new Error("the chain has too few accounts");
  const checksummed = async (contract: { getAddress(): Promise<string> }) =>
    ethers.getAddress(await contract.getAddress());
  const registry = AgencyRegistry__factory.connect(await checksummed(deployed.registry), platform);
  const market = DataMarket__factory.connect(await checksummed(deployed.market), platform);
  for (const [agency, key] of [[1, officer] as const, [2, other] as const]) {
    await registry.register(id(`agency ${agency}`), id("metadata"), admin);
    // Another key comes first, so that the acting one is told apart from none.
    await registry.connect(admin).addKey(agency, platform, 1n << 47n, 0, MAX_UINT40);
    await registry.connect(admin).addKey(agency, key, MARKET, 0, MAX_UINT40);
  }
  for (const buyer of [a, b, c]) {
    await token.mint(buyer, FUNDS);
    await token.connect(buyer).approve(market, FUNDS);
  }
  const addresses = { tokenAddress: await checksummed(token), marketAddress: await checksummed(market) };
  return { ...deployed, ...addresses, registry, market, agency: 1n, key: 1n, other, a, b, c };
}

export const load = (): Promise<Stage> => networkHelpers.loadFixture(stage);

let accounts = 0;

/** A funded account that nobody has used yet. */
export async function newAccount(): Promise<HardhatEthersSigner> {
  const address = ethers.getAddress(ethers.dataSlice(id(`market account ${++accounts}`), 12));
  await networkHelpers.setBalance(address, 10n ** 20n);
  return ethers.getImpersonatedSigner(address);
}

/** Lets everyone try an act of the first body who must be refused one that needs this permission. */
export async function eachRefused(
  s: Stage,
  permission: bigint,
  attempt: (by: HardhatEthersSigner) => Promise<void>,
): Promise<void> {
  const registry = s.registry.connect(s.admin);
  const [lacking, ended] = [await newAccount(), await newAccount()];
  // All the other permissions of the first 48 bits.
  await registry.addKey(s.agency, lacking, (2n ** 48n - 1n) ^ permission, 0, MAX_UINT40);
  await registry.addKey(s.agency, ended, permission, 0, MAX_UINT40);
  await registry.endKey(s.agency, ended);
  for (const by of [lacking, ended, s.other, s.stranger, s.admin, s.platform, s.a]) await attempt(by);
  await s.registry.suspend(s.agency);
  await attempt(s.officer);
  await s.registry.resume(s.agency);
}

/* LISTING */

export interface Version {
  root: string;
  content: string;
  keyCommit: string;
  sellerKey: string;
  manifest: string;
  size: bigint;
  count: bigint;
  words: bigint;
}

export interface Offer {
  kind: bigint;
  version: bigint;
  tier: bigint;
  token: string;
  price: bigint;
  payee: string;
  period: bigint;
  window: bigint;
  delivery: bigint;
  until: bigint;
  required: bigint;
  terms: string;
}

/** What the error about an offer says of it. */
export const unsound = ({ kind, token, price, period, window, delivery }: Offer) =>
  [kind, token, price, period, window, delivery] as const;

/** Bytes told apart by their place. */
export const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i + 3) % 251);

export const versionOf = (data: Sealed): Version => ({
  root: data.root,
  content: data.content,
  keyCommit: data.keyCommit,
  sellerKey: id("seller"),
  manifest: id("manifest"),
  size: BigInt(data.length),
  count: BigInt(data.count),
  words: BigInt(data.words),
});

export function saleOf(s: Stage, changes: Partial<Offer> = {}): Offer {
  return {
    kind: Kind.Sale,
    version: 0n,
    tier: 7n,
    token: s.tokenAddress,
    price: PRICE,
    payee: s.treasury.address,
    period: 0n,
    window: WINDOW,
    delivery: DELIVERY,
    until: 0n,
    required: 0n,
    terms: id("terms"),
    ...changes,
  };
}

/** What makes an offer of money one of none. */
export const FREE = { token: ZeroAddress, price: 0n, payee: ZeroAddress } as const;

export const subscriptionOf = (s: Stage, changes: Partial<Offer> = {}): Offer =>
  saleOf(s, { kind: Kind.Subscription, period: 30n * DAY, ...changes });

export interface Listed {
  dataSet: bigint;
  /** Number of the version among those of the data set. */
  number: bigint;
  id: bigint;
  data: Sealed;
  version: Version;
  offers: Offer[];
}

export const idOf = (dataSet: bigint, number: bigint): bigint => (dataSet << 32n) | number;
let keys = 0;

/** Lists a data set with one sealed version of three chunks, and these offers. */
export async function listed(
  s: Stage,
  offers: Offer[],
  options: SealOptions & { bytes?: Uint8Array; key?: string; by?: HardhatEthersSigner; agency?: bigint } = {},
): Promise<Listed> {
  const { bytes = bytesOf(2_500), key = id(`key ${++keys}`), by = s.officer, agency = s.agency } = options;
  const data = sealed(bytes, key, options);
  const version = versionOf(data);
  const dataSet = await s.market.connect(by).list.staticCall(agency, CATEGORY, id("about"), version, offers);
  await s.market.connect(by).list(agency, CATEGORY, id("about"), version, offers);
  return { dataSet, number: 1n, id: idOf(dataSet, 1n), data, version, offers };
}

/** A sale of one offer, listed. */
export async function onSale(s: Stage, changes: Partial<Offer> = {}, options?: Parameters<typeof listed>[2]) {
  const offer = saleOf(s, changes);
  return { ...(await listed(s, [offer], options)), offer };
}

/** A version more of a data set that is listed. */
export async function another<T extends Pick<Listed, "dataSet">>(s: Stage, of: T, options: SealOptions = {}) {
  const data = sealed(bytesOf(1_000), id(`key ${++keys}`), options);
  const number = await s.market.connect(s.officer).listVersion.staticCall(of.dataSet, versionOf(data));
  await s.market.connect(s.officer).listVersion(of.dataSet, versionOf(data));
  return { ...of, data, version: versionOf(data), number: number & 0xffff_ffffn, id: number };
}

/** The hash of the parts of a version that a dispute does not need. */
export const restOf = ({ content, sellerKey, manifest, size, count }: Version): string =>
  hashOf(["bytes32", "bytes32", "bytes32", "uint64", "uint32"], [content, sellerKey, manifest, size, count]);

/** The hash of a version. Its lowest bit tells whether the version is sealed. */
export function sealHash(version: Version): string {
  const parts = [version.root, version.keyCommit, version.words, restOf(version)];
  const digest = BigInt(hashOf(["bytes32", "bytes32", "uint256", "bytes32"], parts));
  return ethers.toBeHex(version.root === ZeroHash ? digest & ~1n : digest | 1n, 32);
}

/* ORDERS */

export interface Purchase {
  buyer: string;
  dataSet: bigint;
  offer: bigint;
  version: bigint;
  nonce: bigint;
  periods: bigint;
  seal: string;
  ephemeral: string;
  maskHash: string;
}

export interface Order {
  version: bigint;
  nonce: bigint;
  buyer: string;
  token: string;
  price: bigint;
  payee: string;
  deliverBy: bigint;
  window: bigint;
  until: bigint;
  tier: bigint;
  offer: bigint;
  subscription: bigint;
}

export interface Delivery {
  time: bigint;
  masked: string;
}

/** An order, with what its buyer and its seller know. */
export interface Sale {
  by: HardhatEthersSigner;
  listed: Listed;
  m: string;
  order: Order;
  pins: { seal: string; maskHash: string };
  delivery: Delivery;
}

export const NOT_DELIVERED: Delivery = { time: 0n, masked: ZeroHash };

export const maskOf = (what: Pick<Purchase, "buyer" | "dataSet" | "version" | "nonce">): string =>
  id(`mask ${what.buyer} ${what.dataSet} ${what.version} ${what.nonce}`);

export function purchaseOf(of: Listed, by: { address: string }, changes: Partial<Purchase> = {}): Purchase {
  const place = { buyer: by.address, dataSet: of.dataSet, version: of.number, nonce: 0n, ...changes };
  return {
    ...place,
    offer: 1n,
    periods: 0n,
    seal: sealHash(of.version),
    ephemeral: id(`ephemeral ${place.buyer} ${place.nonce}`),
    maskHash: keccak256(maskOf(place)),
    ...changes,
  };
}

/** The order that a purchase becomes in a block of this time. */
export function orderOf(purchase: Purchase, offer: Offer, now: bigint): Order {
  const deliverBy = now + offer.delivery;
  return {
    version: idOf(purchase.dataSet, purchase.version),
    nonce: purchase.nonce,
    buyer: purchase.buyer,
    token: offer.token,
    price: offer.price,
    payee: offer.payee,
    deliverBy,
    window: offer.window,
    until: offer.period === 0n ? 0n : deliverBy + offer.period,
    tier: offer.tier,
    offer: purchase.offer,
    subscription: 0n,
  };
}

export function saleFrom(of: Listed, by: HardhatEthersSigner, purchase: Purchase, order: Order): Sale {
  const pins = { seal: sealHash(of.version), maskHash: purchase.maskHash };
  return { by, listed: of, m: maskOf(purchase), order, pins, delivery: NOT_DELIVERED };
}

export const now = async (): Promise<bigint> => BigInt(await time.latest());

/** Orders out of an allowance. */
export async function buy(
  s: Stage,
  of: Listed & { offer: Offer },
  by: HardhatEthersSigner,
  changes: Partial<Purchase> = {},
): Promise<Sale> {
  const purchase = purchaseOf(of, by, changes);
  await s.market.connect(by).placeOrder(purchase, of.offer, NO_PAYMENT, "0x");
  return saleFrom(of, by, purchase, orderOf(purchase, of.offer, await now()));
}

export const parts = (sales: readonly Sale[]) =>
  [sales.map(({ order }) => order), sales.map(({ pins }) => pins), sales.map(({ delivery }) => delivery)] as const;
export const rightKey = ({ listed, m }: Sale): string => mask(listed.data.key, m);

/** Delivers together, the right keys if none are given; the sales as they are then. */
export async function deliver<const T extends readonly Sale[]>(
  s: Stage,
  sales: T,
  masked: string[] = sales.map(rightKey),
): Promise<{ -readonly [K in keyof T]: Sale }> {
  const [orders, pins] = parts(sales);
  await s.market.connect(s.officer).deliver(s.agency, orders, pins, masked);
  const time = await now();
  const sent = sales.map((sale, i) => ({ ...sale, delivery: { time, masked: masked[i] ?? ZeroHash } }));
  return sent as { -readonly [K in keyof T]: Sale };
}

/** An order delivered, of an honest sale or one of a corrupted chunk, or with a wrong key. */
export async function delivered(
  s: Stage,
  options: { changes?: Partial<Offer>; seal?: Parameters<typeof listed>[2]; key?: string } = {},
): Promise<Sale> {
  const sale = await buy(s, await onSale(s, options.changes, options.seal), s.a);
  const [one] = await deliver(s, [sale], [mask(options.key ?? sale.listed.data.key, sale.m)]);
  return one;
}

export const settle = (s: Stage, ...sales: Sale[]): Promise<ContractTransactionResponse> =>
  s.market.connect(s.stranger).settle(...parts(sales));
export const refund = (s: Stage, ...sales: Sale[]): Promise<ContractTransactionResponse> =>
  s.market.connect(s.stranger).refund(...parts(sales));
export const stateOf = (s: Stage, { order, pins, delivery }: Sale): Promise<bigint> =>
  s.market.orderState(order, pins, delivery);

export const sealOf = ({ version }: Listed) => ({
  root: version.root,
  keyCommit: version.keyCommit,
  words: version.words,
  rest: restOf(version),
});

export const disputeKey = (s: Stage, sale: Sale, by = s.stranger): Promise<ContractTransactionResponse> =>
  s.market.connect(by).disputeKey(sale.order, sale.delivery, sealOf(sale.listed), sale.m);

/** The arguments of a dispute over a chunk. */
export function chunkArgs(sale: Sale, index: number) {
  const { listed, order, delivery, m } = sale;
  const chunk = listed.data.chunk(index);
  return [
    order,
    delivery,
    restOf(listed.version),
    m,
    BigInt(chunk.index),
    chunk.plainHash,
    chunk.data,
    chunk.proof,
  ] as const;
}

export const disputeChunk = (s: Stage, sale: Sale, index: number, by = s.stranger) =>
  s.market.connect(by).disputeChunk(...chunkArgs(sale, index));

/** The fields of an order, or its mismatch, in an error's arguments. */
export const named = ({ order }: Sale) => [order.version, order.buyer, order.nonce] as const;

/** Lets a deadline's last second pass. */
export const pass = (deadline: bigint): Promise<void> => time.increaseTo(deadline + 1n);

/** Gives the next block this time. */
export const at = (second: bigint): Promise<void> => time.setNextBlockTimestamp(second);
