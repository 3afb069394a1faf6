import { AbiCoder } from "ethers";
import { newAgency } from "./agencies.ts";
import {
  account,
  type Account,
  chainId,
  clock,
  DAY,
  digest,
  documents,
  ethers,
  FOREVER,
  gasOf,
  house,
  measure,
  officer,
  platform,
  results,
  token,
  treasury,
} from "./bench.ts";

const BOND = 1_000n;
const abi = AbiCoder.defaultAbiCoder();

export interface Bid {
  tender: bigint;
  vendor: Account;
  price: number;
  number: number;
  time: number;
  /** Proofs of required documents. */
  proofs: string;
}

export async function vendor(name: string): Promise<Account> {
  const signer = await account(name);
  await gasOf(() => token.mint(signer.address, BOND * 100n));
  await gasOf(() => token.connect(signer).approve(house, BOND * 50n));
  return signer;
}

const bidBytes = (price: number, proofs = "0x") =>
  ethers.concat([ethers.toBeHex(price, 8), ethers.toBeHex(0, 2), digest("q"), "0x0000", proofs]);
const saltOf = (who: { address: string }) => digest(`salt of ${who.address}`);

export function commitment(tender: bigint, who: { address: string }, price: number, proofs = "0x"): string {
  const types = ["bytes32", "uint256", "address", "uint64", "uint256", "uint256", "address", "bytes32", "bytes32"];
  const bidHash = ethers.keccak256(bidBytes(price, proofs));
  const values = [digest("CommonSeal.Bid.v1"), chainId, house.target, tender, 0, 0, who.address, bidHash];
  return ethers.keccak256(abi.encode(types, [...values, saltOf(who)]));
}

const NO_COMMITTEE = {
  seats: [],
  threshold: 0,
  bidLengths: [],
  bidsFrom: 0,
  scalarsDeadline: 0,
  judgeDeadline: 0,
  scoresDeadline: 0,
  scorer: ethers.ZeroAddress,
  sealedCeilings: false,
  openByBidders: false,
  earliest: false,
};
export const terms = (bonded: boolean, required = 0n) => ({
  agency: 1,
  documents: digest("notice"),
  currency: ethers.hexlify(ethers.toUtf8Bytes("UAH")),
  decimals: 2,
  tax: 2,
  commitDeadline: clock.now + 7 * DAY,
  revealDeadline: clock.now + 9 * DAY,
  awardDeadline: clock.now + 30 * DAY,
  standstill: 10 * DAY,
  bondToken: bonded ? token.target : ethers.ZeroAddress,
  bondAmount: bonded ? BOND : 0n,
  treasury: bonded ? treasury.address : ethers.ZeroAddress,
  guarantee: 0n,
  ceilings: [750_000],
  minimums: [],
  rebidOf: 0,
  rebidLot: 0,
  sealing: NO_COMMITTEE,
  judging: {
    rule: ethers.ZeroAddress,
    ruleTerms: "0x",
    complaints: ethers.ZeroAddress,
    reviewTerms: "0x",
    amendPeriod: 0,
  },
  required: required === 0n ? [] : [required],
});
const publish = (bonded: boolean, required?: bigint) => () => house.connect(officer).publish(terms(bonded, required));

async function published(bonded: boolean, required?: bigint): Promise<bigint> {
  await gasOf(publish(bonded, required));
  return house.tenderCount();
}

interface Offer {
  vendor: Account;
  price: number;
  proofs: string;
}

/** Seals bids in a new bonded tender, and lets its commit deadline pass. */
async function sealedBids(offers: Offer[], required?: bigint): Promise<Bid[]> {
  const tender = await published(true, required);
  const bids: Bid[] = [];
  for (const [i, offer] of offers.entries()) {
    const { vendor: who, price, proofs } = offer;
    await gasOf(() => house.connect(who).commitBid(tender, 0, commitment(tender, who, price, proofs)));
    bids.push({ ...offer, tender, number: i + 1, time: clock.now });
  }
  clock.now += 7 * DAY;
  return bids;
}

/** Opens bids in this order, each put after its right predecessor; the gas of each. */
export async function openAll(bids: Bid[]): Promise<number[]> {
  const open: Bid[] = [];
  const gas: number[] = [];
  for (const bid of bids) {
    const before = open.filter(({ price }) => price < bid.price).sort((a, b) => b.price - a.price)[0];
    const next = open.filter(({ price }) => price > bid.price).sort((a, b) => a.price - b.price)[0];
    const opening = {
      bid: bidBytes(bid.price, bid.proofs),
      salt: saltOf(bid.vendor),
      envelope: ethers.ZeroHash,
      other: ethers.ZeroHash,
      number: bid.number,
      time: bid.time,
      before: before?.vendor.address ?? ethers.ZeroAddress,
      next: next?.vendor.address ?? ethers.ZeroAddress,
    };
    const act = () => house.connect(platform).open(bid.tender, 0, bid.vendor.address, opening);
    gas.push(await gasOf(act));
    open.push(bid);
  }
  clock.now += 3 * DAY;
  return gas;
}

const award = (bid: Bid) => () => house.connect(officer).award(bid.tender, 0, bid.vendor.address);
const lowest = (bids: Bid[]) => bids.reduce((a, b) => (b.price < a.price ? b : a));
export const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const rounded = (ratio: number) => Math.round(ratio * 10_000) / 10_000;

/* REQUIRED DOCUMENTS */

const TAG = (kind: string) => digest(`CommonSeal.Document.${kind}.v1`);
const word = (value: bigint) => ethers.toBeHex(value, 32);

/** Attests a document of fields that an account holds; the proof of it that a bid carries. */
async function proofOf({ agency, clerk, schema }: Issuer, holder: Account): Promise<string> {
  const salt = ethers.dataSlice(digest(`salt of ${agency} and ${schema} for ${holder.address}`), 0, 16);
  const root = digest(`fields of ${agency} and ${schema} for ${holder.address}`);
  const leaf = ethers.keccak256(ethers.concat([TAG("Holder"), salt, word(BigInt(holder.address))]));
  const docHash = ethers.keccak256(ethers.concat([TAG("Fields"), leaf, word(8n), root]));
  await gasOf(() => documents.connect(clerk).attest(agency, schema, docHash, FOREVER));
  return ethers.concat(["0x01", ethers.toBeHex(agency, 4), "0x08", salt, root]);
}

interface Issuer {
  agency: number;
  clerk: Account;
  schema: number;
}

/** A body accredited for a schema of its own. */
async function issuer(name: string): Promise<Issuer> {
  const clerk = await account(`clerk of ${name}`);
  return withSchema(await newAgency(name, clerk), clerk, name);
}

/** A body with one schema more, for which it is accredited. */
async function withSchema(agency: number, clerk: Account, name: string): Promise<Issuer> {
  const registry = documents.connect(clerk);
  await gasOf(() => registry.registerSchema(agency, digest(name), agency));
  const schema = Number(await documents.schemaCount());
  await gasOf(() => registry.accredit(schema, agency, FOREVER));
  return { agency, clerk, schema };
}

/** Gas of an opening where none of these documents is required, one, two ... all of them. */
async function openings(issuers: Issuer[], vendors: Account[]): Promise<number[]> {
  const held = new Map<Account, string[]>();
  for (const who of vendors) {
    const proofs: string[] = [];
    for (const one of issuers) proofs.push(await proofOf(one, who));
    held.set(who, proofs);
  }
  const opened: number[] = [];
  for (let count = 0; count <= issuers.length; count++) {
    const asked = issuers.slice(0, count).map(({ schema }, i) => BigInt(schema) << BigInt(23 + 48 * i));
    const required = asked.reduce((sum, one) => sum | one, 0n);
    const offers = vendors.map((who, i) => {
      const proofs = ethers.concat(held.get(who)?.slice(0, count) ?? []);
      return { vendor: who, price: 700_000 - i * 1_000, proofs };
    });
    const bids = await sealedBids(offers, required);
    opened.push(median((await openAll(bids)).slice(1)));
    const [some] = bids;
    const view = some && (await house.bidOf(some.tender, 0, some.vendor));
    if (view?.status !== 3n || view.marks !== 0n) throw new Error("the bid measured is not in order");
  }
  return opened;
}

/** What required documents add to an opening: one, and each further one, of different bodies or of the same one. */
async function measureRequired(vendors: Account[], others: Account[]): Promise<void> {
  const issuers = [await issuer("Tax"), await issuer("Court"), await issuer("Insurance")];
  const [none = NaN, one = NaN, two = NaN, three = NaN] = await openings(issuers, vendors);
  results["tenders.open.firstDocument"] = one - none;
  results["tenders.open.nextDocument"] = Math.max(two - one, three - two);

  const body = await issuer("Register");
  const more = [
    await withSchema(body.agency, body.clerk, "Extract"),
    await withSchema(body.agency, body.clerk, "Roll"),
  ];
  const [, first = NaN, second = NaN, third = NaN] = await openings([body, ...more], others);
  results["tenders.open.nextDocument.sameBody"] = Math.max(second - first, third - second);
}

export async function measureTenders(): Promise<void> {
  const vendors: Account[] = [];
  for (let i = 0; i < 100; i++) vendors.push(await vendor(`vendor ${i}`));
  const deposit = (who: Account) => () => house.connect(who).depositBond(token, BOND * 10n);
  await measure("tenders.depositBond", vendors.map(deposit));
  await measure("tenders.publish.1lot", [publish(true), publish(true)]);

  const [first, second] = vendors;
  if (!first || !second) throw new Error("too few vendors");
  for (const bonded of [true, false]) {
    const tender = await published(bonded);
    const commit = (who: Account) => () => house.connect(who).commitBid(tender, 0, commitment(tender, who, 100));
    await measure(bonded ? "tenders.commit" : "tenders.commit.unbonded", [commit(first), commit(second)]);
    if (!bonded) continue;
    const replace = (who: Account) => () => house.connect(who).replaceBid(tender, 0, commitment(tender, who, 200));
    await measure("tenders.replace", [replace(first), replace(second)]);
    const withdraw = (who: Account) => () => house.connect(who).withdraw(tender, 0);
    await measure("tenders.withdraw", [withdraw(first), withdraw(second)]);
  }

  const offersOf = (prices: number[]) =>
    prices.flatMap((price, i) => {
      const who = vendors[i];
      return who ? [{ vendor: who, price, proofs: "0x" }] : [];
    });
  // Prices of the demo's tender; one more bid, opened first, is the warm-up.
  const five = await sealedBids(offersOf([750_000, 337_500, 180_000, 290_000, 300_000, 287_500]));
  results["tenders.open"] = median((await openAll(five)).slice(1));
  const [, , cheapest, fourth, , next] = five;
  if (!cheapest || !fourth || !next) throw new Error("too few bids");
  const reject = (bid: Bid) => () =>
    house.connect(officer).reject(bid.tender, 0, bid.vendor.address, 1, digest("evidence"));
  await measure("tenders.reject", [reject(cheapest), reject(fourth)]);
  await gasOf(() => house.strike(cheapest.tender, 0, [cheapest.vendor.address]));
  await gasOf(award(next));
  const settle = (bid: Bid) => () => house.connect(platform).settleBond(bid.tender, 0, bid.vendor.address);
  await measure("tenders.settleBond", [settle(cheapest), settle(fourth)]);

  // Prices in an order without pattern, in which the 5th and the 100th go between two others.
  const shuffled = Array.from({ length: 100 }, (_, i) => 100_000 + (((i + 1) * 70) % 101) * 1_000);
  const lots: { bids: Bid[]; gas: number[] }[] = [];
  for (const count of [5, 100]) {
    const bids = await sealedBids(offersOf(shuffled.slice(0, count)));
    lots.push({ bids, gas: await openAll(bids) });
  }
  const awards: number[] = [];
  for (const { bids } of lots) awards.push(await gasOf(award(lowest(bids))));
  const [award5 = NaN, award100 = NaN] = awards;
  const reveals = lots[1]?.gas ?? [];
  results["tenders.award"] = award100;
  results["tenders.award100OverAward5"] = rounded(award100 / award5);
  results["tenders.reveal100thOverReveal5th"] = rounded((reveals[99] ?? NaN) / (reveals[4] ?? NaN));
  await measureRequired(vendors.slice(0, 6), vendors.slice(6, 12));
}
