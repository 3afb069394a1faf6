import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Addressable } from "ethers";
import {
  AgencyRegistry__factory,
  OpeningCommittee__factory,
  TenderHouse__factory,
} from "../../typechain-types/index.ts";
import type {
  JudgingTermsStruct,
  SealingTermsStruct,
  TenderTermsStruct,
} from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { deployHouse, ethers, type House, networkHelpers } from "../shared/house.ts";
import { type Bid, openAll, seal } from "./bids.ts";
import {
  BOND,
  CEILING,
  DAY,
  DEPOSIT,
  id,
  MAX_UINT40,
  MINUTE,
  Permission,
  STANDSTILL,
  ZeroAddress,
  ZeroHash,
} from "./values.ts";

export const { time } = networkHelpers;

/** A house with two agencies; the officer acts for the first, `other` for the second. Bidders have bond balances. */
export interface Stage extends House {
  agency: bigint;
  /** The officer's position among the agency's keys. */
  key: bigint;
  other: HardhatEthersSigner;
  a: HardhatEthersSigner;
  b: HardhatEthersSigner;
  c: HardhatEthersSigner;
  d: HardhatEthersSigner;
}

export async function stage(): Promise<Stage> {
  const deployed = await deployHouse();
  const [a, b, c, d] = deployed.bidders;
  const other = deployed.bidders.at(-1);
  if (!a || !b || !c || !d || !other) throw new Error("the chain has too few accounts");
  const { platform, admin, officer, token } = deployed;
  // Again with the addresses as errors and events give them.
  const registry = AgencyRegistry__factory.connect(await checksummed(deployed.registry), platform);
  const house = TenderHouse__factory.connect(await checksummed(deployed.house), platform);
  const committee = OpeningCommittee__factory.connect(await checksummed(deployed.committee), platform);
  for (const [agency, key] of [[1, officer] as const, [2, other] as const]) {
    await registry.register(id(`agency ${agency}`), id("metadata"), admin);
    // Another key comes first, so that the acting one is told apart from none.
    await registry.connect(admin).addKey(agency, platform, 1n << 47n, 0, MAX_UINT40);
    await registry.connect(admin).addKey(agency, key, Permission.All, 0, MAX_UINT40);
  }
  for (const bidder of [a, b, c, d]) {
    await token.mint(bidder, 2n * DEPOSIT);
    await token.connect(bidder).approve(house, DEPOSIT);
    await house.connect(bidder).depositBond(token, DEPOSIT);
  }
  return { ...deployed, registry, house, committee, agency: 1n, key: 1n, other, a, b, c, d };
}

const checksummed = async (contract: Addressable): Promise<string> => ethers.getAddress(await contract.getAddress());

let accounts = 0;

/** A funded account that nobody has used yet. */
export async function newAccount(): Promise<HardhatEthersSigner> {
  const address = ethers.getAddress(ethers.dataSlice(id(`account ${++accounts}`), 12));
  await networkHelpers.setBalance(address, 10n ** 20n);
  return ethers.getImpersonatedSigner(address);
}

/** A new key of the agency with these permissions. */
export async function keyWith(s: Stage, permissions: bigint): Promise<HardhatEthersSigner> {
  const key = await newAccount();
  await s.registry.connect(s.admin).addKey(s.agency, key, permissions, 0, MAX_UINT40);
  return key;
}

/** Lets everyone try an act who must be refused one that needs this permission. */
export async function eachRefused(
  s: Stage,
  permission: bigint,
  attempt: (by: HardhatEthersSigner) => Promise<void>,
): Promise<void> {
  const lacking = await keyWith(s, Permission.All ^ permission);
  const ended = await keyWith(s, Permission.All);
  await s.registry.connect(s.admin).endKey(s.agency, ended);
  for (const by of [lacking, ended, s.other, s.stranger, s.admin, s.platform, s.a]) await attempt(by);
  await s.registry.suspend(s.agency);
  await attempt(s.officer);
  await s.registry.resume(s.agency);
}

/** Bidders open their own bids. */
export const PLAIN: SealingTermsStruct = {
  seats: [],
  threshold: 0,
  bidLengths: [],
  bidsFrom: 0,
  scalarsDeadline: 0,
  judgeDeadline: 0,
  scoresDeadline: 0,
  scorer: ZeroAddress,
  sealedCeilings: false,
  openByBidders: false,
  earliest: false,
};

/** The lowest price wins, and nobody hears complaints. */
export const BY_PRICE: JudgingTermsStruct = {
  rule: ZeroAddress,
  ruleTerms: "0x",
  complaints: ZeroAddress,
  reviewTerms: "0x",
  amendPeriod: 0,
};

/** What a judgement by seats leaves out. */
export const BY_SEATS = { salt: ZeroHash, bidHash: ZeroHash, point: "0x" } as const;

/** Terms of a bonded plain tender of one lot. */
export async function termsOf(s: Stage, changes: Partial<TenderTermsStruct> = {}): Promise<TenderTermsStruct> {
  const now = BigInt(await time.latest());
  return {
    agency: s.agency,
    documents: id("notice"),
    currency: ethers.hexlify(ethers.toUtf8Bytes("UAH")),
    decimals: 2,
    tax: 2,
    commitDeadline: now + 7n * DAY,
    revealDeadline: now + 9n * DAY,
    awardDeadline: now + 30n * DAY,
    standstill: STANDSTILL,
    bondToken: s.token,
    bondAmount: BOND,
    treasury: s.treasury,
    guarantee: 0n,
    ceilings: [CEILING],
    minimums: [],
    required: [],
    rebidOf: 0n,
    rebidLot: 0n,
    sealing: PLAIN,
    judging: BY_PRICE,
    ...changes,
  };
}

/** As `termsOf`, sealed for a committee of three seats of which two open a bid; its times are the shortest allowed. */
export async function committeeTermsOf(
  s: Stage,
  sealing: Partial<SealingTermsStruct> = {},
  changes: Partial<TenderTermsStruct> = {},
): Promise<TenderTermsStruct> {
  const plain = await termsOf(s);
  const commitDeadline = BigInt(changes.commitDeadline ?? plain.commitDeadline);
  const scalarsDeadline = commitDeadline + DAY + 30n * MINUTE;
  const revealDeadline = scalarsDeadline + 3n * DAY;
  const judgeDeadline = revealDeadline + 3n * DAY;
  const own = { ...PLAIN, seats: [1n, 2n, 3n], threshold: 2, bidLengths: [64], scalarsDeadline, judgeDeadline };
  return { ...plain, commitDeadline, revealDeadline, ...changes, sealing: { ...own, ...sealing } };
}

export const UNBONDED = { bondToken: ZeroAddress, bondAmount: 0n, treasury: ZeroAddress } as const;

export interface PublishedTender {
  tender: bigint;
  commitDeadline: bigint;
  revealDeadline: bigint;
  awardDeadline: bigint;
}

export async function publish(s: Stage, changes: Partial<TenderTermsStruct> = {}): Promise<PublishedTender> {
  return publishTerms(s, await termsOf(s, changes));
}

/** Publishes whole terms, such as those of `committeeTermsOf`. */
export async function publishTerms(s: Stage, terms: TenderTermsStruct): Promise<PublishedTender> {
  await s.house.connect(s.officer).publish(terms);
  return {
    tender: await s.house.tenderCount(),
    commitDeadline: BigInt(terms.commitDeadline),
    revealDeadline: BigInt(terms.revealDeadline),
    awardDeadline: BigInt(terms.awardDeadline),
  };
}

/** Lets a deadline's last second pass. */
export const pass = (deadline: bigint): Promise<void> => time.increaseTo(deadline + 1n);

/** Gives the next block this time. */
export const at = (second: bigint): Promise<void> => time.setNextBlockTimestamp(second);

export type Scene = Stage & PublishedTender & { bids: [Bid, Bid, Bid, Bid] };

/** A house, a tender and sealed bids of a, b, c and d in its lot 0; the commit deadline is over. */
export async function sealedScene(
  contents: [bigint | string, bigint | string, bigint | string, bigint | string],
  changes: Partial<TenderTermsStruct> = {},
): Promise<Scene> {
  const s = await networkHelpers.loadFixture(stage);
  const published = await publish(s, changes);
  const sealBy = (bidder: HardhatEthersSigner, content: bigint | string) => seal(s, published.tender, bidder, content);
  const bids: Scene["bids"] = [
    await sealBy(s.a, contents[0]),
    await sealBy(s.b, contents[1]),
    await sealBy(s.c, contents[2]),
    await sealBy(s.d, contents[3]),
  ];
  await pass(published.commitDeadline);
  return { ...s, ...published, bids };
}

/** As `sealedScene`, with all bids opened in their places; the reveal deadline is over. */
export async function openedScene(...parameters: Parameters<typeof sealedScene>): Promise<Scene> {
  const s = await sealedScene(...parameters);
  await openAll(s, s.bids);
  await pass(s.revealDeadline);
  return s;
}

export const PRICES: [bigint, bigint, bigint, bigint] = [400n, 300n, 200n, 100n];

/** Four bids sealed in lot 0, the reveal deadline over, and not one opened. */
export async function emptyScene(): Promise<Scene> {
  const s = await sealedScene(PRICES);
  await pass(s.revealDeadline);
  return s;
}

/** What the house keeps of a tender, all of it zero. */
const NOTHING = {
  ...{ commitDeadline: 0n, revealDeadline: 0n, awardDeadline: 0n, cancelledAt: 0n, commits: 0n, lots: 0n },
  ...{ undecidedLots: 0n, rules: 0n, phase: 0n, sealedLength: 0n, agency: 0n, standstill: 0n },
  ...{ treasury: ZeroAddress, technicalLength: 0n, seats: 0n, bondToken: ZeroAddress, bondAmount: 0n },
  ...{ scalarsDeadline: 0n, judgeDeadline: 0n, scoresDeadline: 0n, bidsFrom: 0n, rebidOf: 0n, rebidLot: 0n },
  ...{
    scorer: ZeroAddress,
    guarantee: 0n,
    scoredAt: 0n,
    rule: ZeroAddress,
    amendPeriod: 0n,
    amendUntil: 0n,
    version: 0n,
  },
  complaints: ZeroAddress,
};

/** What the house keeps of a tender is this; all that is not given is zero. */
export async function expectKept(s: Stage, tender: bigint, fields: Record<string, unknown>): Promise<void> {
  const kept = await s.house.tenderOf(tender);
  expect(kept).to.have.length(Object.keys(NOTHING).length);
  for (const [name, value] of Object.entries({ ...NOTHING, ...fields })) {
    expect(kept[name as keyof typeof NOTHING], name).to.equal(value);
  }
}
