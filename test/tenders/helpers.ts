import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Addressable, BytesLike, ContractTransactionResponse } from "ethers";
import { AgencyRegistry__factory, type TenderHouse, TenderHouse__factory } from "../../typechain-types/index.ts";
import type { TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { deployHouse, ethers, type House, networkHelpers } from "../shared/house.ts";

export const { time } = networkHelpers;
export const { ZeroAddress, ZeroHash, id } = ethers;
export const DAY = 86_400n;
export const BOND = 1_000n;
export const DEPOSIT = 10n * BOND;
export const CEILING = 750_000n;
export const STANDSTILL = 10n * DAY;
export const EVIDENCE = id("statement of reasons");
export const MAX_PRICE = 2n ** 59n - 1n;
export const MAX_UINT40 = 2n ** 40n - 1n;

export const Permission = { Publish: 1n, Reject: 2n, Award: 4n, Cancel: 8n, All: 15n } as const;
export const Status = {
  None: 0n,
  Sealed: 1n,
  Withdrawn: 2n,
  Standing: 3n,
  Unplaced: 4n,
  OverCeiling: 5n,
  Malformed: 6n,
  Rejected: 7n,
  Forfeited: 8n,
} as const;
export const Outcome = { Undecided: 0n, Awarded: 1n, NoWinner: 2n } as const;

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
  return { ...deployed, registry, house, agency: 1n, key: 1n, other, a, b, c, d };
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

/** Terms of a bonded tender of one lot. */
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
    ceilings: [CEILING],
    required: [],
    ...changes,
  };
}

export const UNBONDED = { bondToken: ZeroAddress, bondAmount: 0n, treasury: ZeroAddress } as const;

export interface PublishedTender {
  tender: bigint;
  commitDeadline: bigint;
  revealDeadline: bigint;
  awardDeadline: bigint;
}

export async function publish(s: Stage, changes: Partial<TenderTermsStruct> = {}): Promise<PublishedTender> {
  const terms = await termsOf(s, changes);
  await s.house.connect(s.officer).publish(terms);
  return {
    tender: await s.house.tenderCount(),
    commitDeadline: BigInt(terms.commitDeadline),
    revealDeadline: BigInt(terms.revealDeadline),
    awardDeadline: BigInt(terms.awardDeadline),
  };
}

export const bidBytes = (price: bigint, quotation: string = ZeroHash): string =>
  ethers.AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32"], [price, quotation]);

export interface CommitmentParameters {
  chainId: bigint;
  house: string;
  tender: bigint;
  lot: bigint;
  part: bigint;
  bidder: string;
  bid: string;
  salt: BytesLike;
}

export function commitmentOf(p: CommitmentParameters): string {
  const types = ["bytes32", "uint256", "address", "uint64", "uint256", "uint256", "address", "bytes32", "bytes32"];
  const bidHash = ethers.keccak256(p.bid);
  const values = [id("CommonSeal.Bid.v1"), p.chainId, p.house, p.tender, p.lot, p.part, p.bidder, bidHash, p.salt];
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values));
}

/** What malformed bids have for a price: above every other, so that none of them is a predecessor. */
const NO_PRICE = 2n ** 256n;

/** A bid as its bidder keeps it. */
export interface Bid {
  tender: bigint;
  lot: bigint;
  bidder: HardhatEthersSigner;
  bid: string;
  price: bigint;
  salt: string;
  commitment: string;
  number: bigint;
  time: bigint;
}

let salts = 0;

/** A bid not yet committed. `content` is a price, or bytes that are no bid; `changes` go into the commitment only. */
export async function prepare(
  s: { house: TenderHouse },
  tender: bigint,
  bidder: HardhatEthersSigner,
  content: bigint | string,
  lot = 0n,
  changes: Partial<CommitmentParameters> = {},
): Promise<Bid> {
  const bid = typeof content === "string" ? content : bidBytes(content, id("quotation"));
  const salt = id(`salt ${++salts}`);
  const { chainId } = await ethers.provider.getNetwork();
  const house = await s.house.getAddress();
  const own = { chainId, house, tender, lot, part: 0n, bidder: bidder.address, bid, salt };
  const price = typeof content === "string" ? NO_PRICE : content;
  const commitment = commitmentOf({ ...own, ...changes });
  return { tender, lot, bidder, bid, price, salt, commitment, number: 0n, time: 0n };
}

/** The bid with the number and the time of its sealing, read from the event. */
export async function sealedBy(s: { house: TenderHouse }, bid: Bid, tx: ContractTransactionResponse): Promise<Bid> {
  const receipt = await tx.wait();
  const log = receipt?.logs.map((entry) => s.house.interface.parseLog(entry)).find((parsed) => parsed !== null);
  const block = await receipt?.getBlock();
  if (!log || !block) throw new Error("the sealing left no event");
  return { ...bid, number: BigInt(log.args["number"] as bigint), time: BigInt(block.timestamp) };
}

/** Commits to a bid. */
export async function seal(...parameters: Parameters<typeof prepare>): Promise<Bid> {
  const bid = await prepare(...parameters);
  const { house } = parameters[0];
  return sealedBy({ house }, bid, await house.connect(bid.bidder).commit(bid.tender, bid.lot, bid.commitment));
}

/** Opens a bid, put after the one of a predecessor. */
export const open = (
  s: { house: TenderHouse },
  bid: Bid,
  predecessor: string = ZeroAddress,
): Promise<ContractTransactionResponse> =>
  s.house.connect(bid.bidder).reveal(bid.tender, bid.lot, bid.bid, bid.salt, bid.number, bid.time, predecessor);

const precedes = (x: Bid, y: Bid): boolean => x.price < y.price || (x.price === y.price && x.number < y.number);

/** Standing bids in the order in which they win. */
export const ranked = (bids: Bid[]): Bid[] => [...bids].sort((x, y) => (precedes(x, y) ? -1 : 1));

/** The bidder of the bid directly before this one among the standing ones, or zero. */
export const predecessorOf = (bid: Bid, standing: Bid[]): string =>
  ranked(standing.filter((other) => precedes(other, bid))).at(-1)?.bidder.address ?? ZeroAddress;

/** Opens bids in this order, each in its right place. */
export async function openAll(s: { house: TenderHouse }, bids: Bid[]): Promise<void> {
  for (const [i, bid] of bids.entries()) await open(s, bid, predecessorOf(bid, bids.slice(0, i)));
}

/** Lets a deadline's last second pass. */
export const pass = (deadline: bigint): Promise<void> => time.increaseTo(deadline + 1n);

/** Gives the next block this time. */
export const at = (second: bigint): Promise<void> => time.setNextBlockTimestamp(second);

/** The numbers of the standing bids of a lot as the house lists them. */
export async function listOf(s: { house: TenderHouse }, tender: bigint, lot: bigint, bids: Bid[]): Promise<bigint[]> {
  const numbers: bigint[] = [];
  let bidder = (await s.house.lotOf(tender, lot)).lowest;
  while (bidder !== ZeroAddress) {
    const bid = bids.find((other) => other.bidder.address === bidder);
    if (!bid) throw new Error(`the list holds the unknown bidder ${bidder}`);
    if (numbers.includes(bid.number)) throw new Error(`the list turns back to bid ${bid.number}`);
    numbers.push(bid.number);
    bidder = (await s.house.bidOf(tender, lot, bidder)).next;
  }
  return numbers;
}

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
