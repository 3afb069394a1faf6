/**
 * Measures what each act costs, from receipts on the in-process chain, and writes snapshots/gas.json: fresh storage,
 * after one warm-up act of the same kind. Fails where a gate is missed; with GAS_CHECK=1 it compares with the snapshot
 * instead of writing it and fails on any difference. Times, accounts and salts are fixed, so two runs are identical.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ContractTransactionResponse, Signer } from "ethers";
import { network } from "hardhat";
import { deployInMemory } from "../rocketh/environment.ts";
import {
  AgencyRegistry__factory,
  GasProbe__factory,
  MockToken__factory,
  TenderHouse__factory,
} from "../typechain-types/index.ts";

const SNAPSHOT = new URL("../snapshots/gas.json", import.meta.url);

/** Most gas of an act, or the most that a ratio may be. */
const GATES: Record<string, number> = {
  "tenders.award100OverAward5": 1.01,
  "tenders.commit": 62_000,
  "tenders.open": 68_000,
  "tenders.reveal100thOverReveal5th": 1.05,
};

const ALL_TENDER_ACTS = 0b1111;
const BOND = 1_000n;
const DAY = 86_400;
const chain = await network.create();
const { ethers, networkHelpers } = chain;
const [platform, admin, officer, treasury] = await ethers.getSigners();
if (!platform || !admin || !officer || !treasury) throw new Error("the chain has too few accounts");

const env = await deployInMemory(chain.provider);
const registry = AgencyRegistry__factory.connect(env.get("AgencyRegistry").address, platform);
const house = TenderHouse__factory.connect(env.get("TenderHouse").address, platform);
const token = await new MockToken__factory(platform).deploy();
const probe = await new GasProbe__factory(platform).deploy();
const { chainId } = await ethers.provider.getNetwork();

let now = 2_000_000_000;
const results: Record<string, number> = {};
const digest = (text: string) => ethers.id(text);

/** Sends an act one second after the one before; its gas. */
async function gasOf(send: () => Promise<ContractTransactionResponse>): Promise<number> {
  await networkHelpers.time.setNextBlockTimestamp(++now);
  const receipt = await (await send()).wait();
  if (!receipt) throw new Error("the act was not mined");
  return Number(receipt.gasUsed);
}

/** Does an act twice and keeps the gas of the second time. */
async function measure(key: string, acts: (() => Promise<ContractTransactionResponse>)[]): Promise<void> {
  for (const act of acts) results[key] = await gasOf(act);
}

async function account(name: string): Promise<Signer & { address: string }> {
  const address = ethers.getAddress(digest(name).slice(0, 42));
  await networkHelpers.setBalance(address, 10n ** 20n);
  return ethers.getImpersonatedSigner(address);
}

async function vendor(name: string): Promise<Signer & { address: string }> {
  const signer = await account(name);
  await gasOf(() => token.mint(signer.address, BOND * 100n));
  await gasOf(() => token.connect(signer).approve(house, BOND * 50n));
  return signer;
}

interface Bid {
  tender: bigint;
  vendor: Signer & { address: string };
  price: number;
  number: number;
  time: number;
}

const bidBytes = (price: number) =>
  ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [price, digest("q")]);
const saltOf = (bid: { vendor: { address: string } }) => digest(`salt of ${bid.vendor.address}`);

function commitment(tender: bigint, who: { address: string }, price: number): string {
  const types = ["bytes32", "uint256", "address", "uint64", "uint256", "uint256", "address", "bytes32", "bytes32"];
  const bidHash = ethers.keccak256(bidBytes(price));
  const values = [digest("CommonSeal.Bid.v1"), chainId, house.target, tender, 0, 0, who.address, bidHash];
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, [...values, saltOf({ vendor: who })]));
}

const terms = (bonded: boolean) => ({
  agency: 1,
  documents: digest("notice"),
  currency: ethers.hexlify(ethers.toUtf8Bytes("UAH")),
  decimals: 2,
  tax: 2,
  commitDeadline: now + 7 * DAY,
  revealDeadline: now + 9 * DAY,
  awardDeadline: now + 30 * DAY,
  standstill: 10 * DAY,
  bondToken: bonded ? token.target : ethers.ZeroAddress,
  bondAmount: bonded ? BOND : 0n,
  treasury: bonded ? treasury.address : ethers.ZeroAddress,
  ceilings: [750_000],
});
const publish = (bonded: boolean) => () => house.connect(officer).publish(terms(bonded));

async function published(bonded: boolean): Promise<bigint> {
  await gasOf(publish(bonded));
  return house.tenderCount();
}

/** Seals bids of these prices in a new bonded tender, and lets its commit deadline pass. */
async function sealedBids(prices: number[]): Promise<Bid[]> {
  const tender = await published(true);
  const bids: Bid[] = [];
  for (const [i, price] of prices.entries()) {
    const who = vendors[i];
    if (!who) throw new Error("too few vendors");
    await gasOf(() => house.connect(who).commit(tender, 0, commitment(tender, who, price)));
    bids.push({ tender, vendor: who, price, number: i + 1, time: now });
  }
  now += 7 * DAY;
  return bids;
}

/** Opens bids in this order, each put after its right predecessor; the gas of each. */
async function openAll(bids: Bid[]): Promise<number[]> {
  const open: Bid[] = [];
  const gas: number[] = [];
  for (const bid of bids) {
    const before = open.filter(({ price }) => price < bid.price).sort((a, b) => b.price - a.price)[0];
    const act = () =>
      house
        .connect(bid.vendor)
        .reveal(
          bid.tender,
          0,
          bidBytes(bid.price),
          saltOf(bid),
          bid.number,
          bid.time,
          before?.vendor.address ?? ethers.ZeroAddress,
        );
    gas.push(await gasOf(act));
    open.push(bid);
  }
  now += 3 * DAY;
  return gas;
}

const award = (bid: Bid) => () => house.connect(officer).award(bid.tender, 0, bid.vendor.address);
const lowest = (bids: Bid[]) => bids.reduce((a, b) => (b.price < a.price ? b : a));
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const rounded = (ratio: number) => Math.round(ratio * 10_000) / 10_000;

/* AGENCIES */

const register = (name: string) => () => registry.register(digest(name), digest("metadata"), admin.address);
const addKey = (agency: number, key: string) => () =>
  registry.connect(admin).addKey(agency, key, ALL_TENDER_ACTS, 0, 4_000_000_000);
await measure("agencies.register", [register("Buyer"), register("Another")]);
await measure("agencies.addKey", [addKey(1, officer.address), addKey(1, ethers.dataSlice(digest("key"), 0, 20))]);
for (const agency of [2, 3]) {
  if (agency === 3) await gasOf(register("A third"));
  for (let i = 0; i < 32; i++) await gasOf(addKey(agency, ethers.dataSlice(digest(`key ${i}`), 0, 20)));
}
await measure("agencies.suspend32", [() => registry.suspend(2), () => registry.suspend(3)]);
const may = registry.interface.encodeFunctionData("may", [1, officer.address, 1]);
results["agencies.may.exec"] = Number(await probe.measure(registry, may));

/* TENDERS */

const vendors: (Signer & { address: string })[] = [];
for (let i = 0; i < 100; i++) vendors.push(await vendor(`vendor ${i}`));
const deposit = (who: Signer) => () => house.connect(who).depositBond(token, BOND * 10n);
await measure("tenders.depositBond", vendors.map(deposit));
await measure("tenders.publish.1lot", [publish(true), publish(true)]);

const [first, second] = vendors;
if (!first || !second) throw new Error("too few vendors");
for (const bonded of [true, false]) {
  const tender = await published(bonded);
  const commit = (who: Signer & { address: string }) => () =>
    house.connect(who).commit(tender, 0, commitment(tender, who, 100));
  await measure(bonded ? "tenders.commit" : "tenders.commit.unbonded", [commit(first), commit(second)]);
  if (!bonded) continue;
  const replace = (who: Signer & { address: string }) => () =>
    house.connect(who).replace(tender, 0, commitment(tender, who, 200));
  await measure("tenders.replace", [replace(first), replace(second)]);
  const withdraw = (who: Signer) => () => house.connect(who).withdraw(tender, 0);
  await measure("tenders.withdraw", [withdraw(first), withdraw(second)]);
}

// Prices of the demo's tender; one more bid, opened first, is the warm-up.
const five = await sealedBids([750_000, 337_500, 180_000, 290_000, 300_000, 287_500]);
results["tenders.open"] = median((await openAll(five)).slice(1));
const [, , cheapest, fourth, , next] = five;
if (!cheapest || !fourth || !next) throw new Error("too few bids");
const reject = (bid: Bid, before: string) => () =>
  house.connect(officer).reject(bid.tender, 0, bid.vendor.address, before, 1, digest("evidence"));
await measure("tenders.reject", [reject(cheapest, ethers.ZeroAddress), reject(fourth, next.vendor.address)]);
await gasOf(award(next));
const settle = (bid: Bid) => () => house.connect(platform).settleBond(bid.tender, 0, bid.vendor.address);
await measure("tenders.settleBond", [settle(cheapest), settle(fourth)]);

// Prices in an order without pattern , in which the 5th and the 100th go between two others.
const shuffled = Array.from({ length: 100 }, (_, i) => 100_000 + (((i + 1) * 70) % 101) * 1_000);
const lots: { bids: Bid[]; gas: number[] }[] = [];
for (const count of [5, 100]) {
  const bids = await sealedBids(shuffled.slice(0, count));
  lots.push({ bids, gas: await openAll(bids) });
}
const awards: number[] = [];
for (const { bids } of lots) awards.push(await gasOf(award(lowest(bids))));
const [award5 = NaN, award100 = NaN] = awards;
const reveals = lots[1]?.gas ?? [];
results["tenders.award"] = award100;
results["tenders.award100OverAward5"] = rounded(award100 / award5);
results["tenders.reveal100thOverReveal5th"] = rounded((reveals[99] ?? NaN) / (reveals[4] ?? NaN));

/* THE TABLE */

const keys = Object.keys(results).sort();
const missed = keys.filter((key) => !((results[key] ?? NaN) <= (GATES[key] ?? Infinity)));
const row = (...cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(34) : cell.padStart(9))).join("");
console.log(row("act", "gas", "gate", "met"));
for (const key of keys) {
  const met = key in GATES ? (missed.includes(key) ? "NO" : "yes") : "";
  console.log(row(key, String(results[key]), String(GATES[key] ?? ""), met));
}
for (const key of missed) console.error(`Gate missed: ${key} ${results[key]}, allowed ${GATES[key]}.`);
if (missed.length > 0) process.exitCode = 1;

const text = `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, results[key]])), null, 2)}\n`;
if (process.env["GAS_CHECK"] === "1") {
  const committed = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as Record<string, number>;
  for (const key of new Set([...keys, ...Object.keys(committed)])) {
    if (committed[key] === results[key]) continue;
    console.error(
      `Differs from snapshots/gas.json: ${key} ${committed[key] ?? "absent"} -> ${results[key] ?? "absent"}.`,
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(new URL(".", SNAPSHOT), { recursive: true });
  writeFileSync(SNAPSHOT, text);
}
