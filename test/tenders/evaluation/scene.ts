import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import { type Evaluation, Evaluation__factory, type TenderHouse } from "../../../typechain-types/index.ts";
import type { TenderTermsStruct } from "../../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { type Bid, openAll, seal } from "../bids.ts";
import { BY_PRICE, newAccount, pass, publish, type PublishedTender, type Stage, stage, UNBONDED } from "../helpers.ts";
import { DAY, id, ZeroHash } from "../values.ts";

export const Step = { Listing: 0n, Scoring: 1n, Screening: 2n, Pricing: 3n, Ranking: 4n, Ranked: 5n } as const;
export const Formula = { None: 0, Proportional: 1, Linear: 2 } as const;
export const NO_BUDGET = 2n ** 64n - 1n;
/** The stage of a bid that goes through none any more. */
export const GONE = 7n;

export interface StageTerms {
  weights: bigint;
  passFail: boolean;
  threshold: number;
  keep: number;
  weight: number;
  commitPeriod: bigint;
  revealPeriod: bigint;
}

export interface EvaluationTerms {
  panel: string[];
  quorum: number;
  dropExtremes: boolean;
  stages: StageTerms[];
  priceWeight: number;
  formula: number;
  winners: number;
  budgets: bigint[];
  signPeriod: bigint;
  lowBp: number;
  answerPeriod: bigint;
}

const TERMS =
  "tuple(address[] panel,uint8 quorum,bool dropExtremes,tuple(uint256 weights,bool passFail,uint16 threshold," +
  "uint24 keep,uint16 weight,uint32 commitPeriod,uint32 revealPeriod)[] stages,uint16 priceWeight,uint8 formula," +
  "uint16 winners,uint64[] budgets,uint32 signPeriod,uint16 lowBp,uint32 answerPeriod)";

const coder = ethers.AbiCoder.defaultAbiCoder();
export const encodeTerms = (terms: EvaluationTerms): string => coder.encode([TERMS], [terms]);

/** Words of 16 bits for each criterion, the first one lowest. */
export const pack = (values: number[]): bigint =>
  values.reduce((word, value, i) => word | (BigInt(value) << BigInt(16 * i)), 0n);

/** A scored stage of two criteria that makes up 70 % of the total. */
export const SCORED: StageTerms = {
  weights: pack([6000, 4000]),
  passFail: false,
  threshold: 5000,
  keep: 0,
  weight: 7000,
  commitPeriod: 2n * DAY,
  revealPeriod: DAY,
};

export interface PanelStage extends Stage {
  evaluation: Evaluation;
  evaluators: [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
}

/** A stage with three evaluators. */
export async function panelStage(): Promise<PanelStage> {
  const s = await stage();
  const address = ethers.getAddress(await s.evaluation.getAddress());
  const evaluation = Evaluation__factory.connect(address, s.stranger);
  return { ...s, evaluation, evaluators: [await newAccount(), await newAccount(), await newAccount()] };
}

/** Terms of one scored stage; the price makes up the rest, and one bid wins. */
export const evaluationTerms = (s: PanelStage, changes: Partial<EvaluationTerms> = {}): EvaluationTerms => ({
  panel: s.evaluators.map(({ address }) => address),
  quorum: 2,
  dropExtremes: false,
  stages: [SCORED],
  priceWeight: 3000,
  formula: Formula.Proportional,
  winners: 1,
  budgets: [],
  signPeriod: 0n,
  lowBp: 0,
  answerPeriod: 0n,
  ...changes,
});

/** Where only the price counts. */
export const BY_PRICE_ONLY: Partial<EvaluationTerms> = { panel: [], quorum: 0, stages: [], priceWeight: 10_000 };

export interface Options {
  terms?: Partial<EvaluationTerms>;
  tender?: Partial<TenderTermsStruct>;
  /** Absent = a new one. */
  from?: PanelStage;
  /** For each lot the prices of a, b, c, d ... */
  prices?: bigint[][];
  /** Who judges besides. */
  judging?: (s: PanelStage) => Promise<{ complaints: string }>;
}

export type Judged = Omit<PanelStage, "bidders"> & PublishedTender & { bids: Bid[]; bidders: string[] };

export const judgingOf = (s: PanelStage, terms: Partial<EvaluationTerms> = {}) => ({
  ...BY_PRICE,
  rule: s.evaluation,
  ruleTerms: encodeTerms(evaluationTerms(s, terms)),
});

/** A tender that is judged by the panel, with all bids opened; the reveal deadline is over, and evaluators declared. */
export async function opened(o: Options = {}): Promise<Judged> {
  const s = o.from ?? (await networkHelpers.loadFixture(panelStage));
  const { prices = [[400n, 300n, 200n, 100n]] } = o;
  const ceilings = prices.map(() => 750_000n);
  const judging = { ...judgingOf(s, o.terms), ...(await o.judging?.(s)) };
  const changes = { ...UNBONDED, ceilings, judging, ...o.tender };
  const published = await publish(s, changes);
  const bids: Bid[] = [];
  const known = [s.a, s.b, s.c, s.d];
  for (const [lot, row] of prices.entries()) {
    for (const [i, price] of row.entries()) {
      const bidder = (known[i] ??= await newAccount());
      bids.push(await seal(s, published.tender, bidder, price, BigInt(lot)));
    }
  }
  await pass(published.commitDeadline);
  for (const lot of prices.keys())
    await openAll(
      s,
      bids.filter((bid) => bid.lot === BigInt(lot)),
    );
  await pass(published.revealDeadline);
  for (const evaluator of o.terms?.panel ? [] : s.evaluators) {
    await s.evaluation.connect(evaluator).declare(published.tender, id("declaration"));
  }
  return { ...s, ...published, bids, bidders: known.slice(0, prices[0]?.length).map(({ address }) => address) };
}

export const ascending = (bidders: string[]): string[] => [...bidders].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));

export const list = (s: Judged, lot = 0, bidders = s.bidders): Promise<ContractTransactionResponse> =>
  s.evaluation.list(s.tender, lot, ascending(bidders));

/** As `opened`, with the bids listed: the first stage runs, or where there is none prices can be loaded. */
export async function listed(o: Options = {}): Promise<Judged> {
  const s = await opened(o);
  for (const lot of (o.prices ?? [[]]).keys()) await list(s, lot);
  return s;
}

/** The hash over a list, from its first item on. */
export const chain = (items: string[], rest: string = ZeroHash): string =>
  items.reduceRight((hash, item) => ethers.keccak256(ethers.concat([ethers.zeroPadValue(item, 32), hash])), rest);

/** Points of the bids by an evaluator: for each bidder those of each criterion. */
export type Points = Record<string, number[]>;

/** The words of points, by the bidders' addresses. */
export const wordsOf = (points: Points): string[] =>
  ascending(Object.keys(points)).map((bidder) => ethers.toBeHex(pack(points[bidder] ?? []), 32));

export interface Place {
  chainId?: bigint;
  tender?: bigint;
  lot?: number;
  generation?: number;
  stage?: number;
  evaluator: string;
}

const SCORE_TYPES = ["bytes32", "uint256", "address", "uint64", "uint16", "uint16", "uint8", "address"];

/** What an evaluator commits to. */
export async function scoresHash(s: Judged, place: Place, words: string[], salt: string): Promise<string> {
  const { chainId = 31_337n, tender = s.tender, lot = 0, generation = 0, stage: at = 0, evaluator } = place;
  const own = [id("CommonSeal.Scores.v1"), chainId, await s.evaluation.getAddress(), tender, lot, generation, at];
  return ethers.keccak256(
    coder.encode([...SCORE_TYPES, "bytes32", "bytes32"], [...own, evaluator, chain(words), salt]),
  );
}

export const saltOf = (evaluator: { address: string }): string => id(`salt of ${evaluator.address}`);

/** Commits an evaluator to points. */
export async function commit(s: Judged, evaluator: HardhatEthersSigner, points: Points, place: Partial<Place> = {}) {
  const hash = await scoresHash(s, { evaluator: evaluator.address, ...place }, wordsOf(points), saltOf(evaluator));
  const { lot = 0, stage: at = 0 } = place;
  return s.evaluation.connect(evaluator).commitScores(s.tender, lot, at, hash);
}

/** Reveals an evaluator's points, and counts them for these bidders. */
export const reveal = (
  s: Judged,
  evaluator: HardhatEthersSigner,
  points: Points,
  lot = 0,
  bidders = ascending(Object.keys(points)),
): Promise<ContractTransactionResponse> =>
  s.evaluation.connect(evaluator).revealScores(s.tender, lot, wordsOf(points), saltOf(evaluator), bidders);

/** The same points for each criterion: of the bidders in order. */
export const points = (s: Judged, ...values: number[]): Points =>
  Object.fromEntries(s.bidders.slice(0, values.length).map((bidder, i) => [bidder, [values[i] ?? 0, values[i] ?? 0]]));

/** All evaluators commit and reveal. */
export async function score(s: Judged, sheets: Points[], place: { lot?: number; stage?: number } = {}): Promise<void> {
  const acting = s.evaluators.slice(0, sheets.length);
  for (const [i, evaluator] of acting.entries()) await commit(s, evaluator, sheets[i] ?? {}, place);
  for (const [i, evaluator] of acting.entries()) await reveal(s, evaluator, sheets[i] ?? {}, place.lot);
}

export const closeStage = (s: Judged, bidders: string[], lot = 0): Promise<ContractTransactionResponse> =>
  s.evaluation.closeStage(s.tender, lot, bidders);

/** As `listed`; the only stage is over, with the same points by all evaluators. */
export async function finished(values: number[], o: Options = {}): Promise<Judged> {
  const s = await listed(o);
  const sheet = points(s, ...values);
  await score(s, [sheet, sheet, sheet]);
  await closeStage(s, s.bidders);
  return s;
}

export const load = (s: Judged, bidders = s.bidders, lot = 0): Promise<ContractTransactionResponse> =>
  s.evaluation.loadPrices(s.tender, lot, bidders);

/** The bidders as they are to be ranked. */
export async function order(s: Judged, bidders = s.bidders, lot = 0): Promise<string[]> {
  const keyed = await Promise.all(
    bidders.map(async (bidder) => ({ bidder, key: (await s.evaluation.candidateOf(s.tender, lot, bidder)).key })),
  );
  return keyed.sort((x, y) => (x.key > y.key ? -1 : 1)).map(({ bidder }) => bidder);
}

export const rank = (s: Judged, bidders: string[], lot = 0): Promise<ContractTransactionResponse> =>
  s.evaluation.rank(s.tender, lot, bidders);

/** Bids by price alone, ranked: lowest first. */
export async function rankedByPrice(o: Options = {}): Promise<Judged> {
  const s = await listed({ ...o, terms: { ...BY_PRICE_ONLY, ...o.terms } });
  await load(s);
  await rank(s, await order(s));
  return s;
}

export const progress = async (s: Judged, lot = 0) => (await s.evaluation.progressOf(s.tender, lot))[1];

/** The bidders selected, in the order of the scene. */
export async function selected(s: Judged, lot = 0): Promise<string[]> {
  const flags = await Promise.all(s.bidders.map((bidder) => s.evaluation.selects(s.tender, lot, bidder)));
  return s.bidders.filter((_, i) => flags[i]);
}

/** The identity inside a bid: its vendor's signature over the place of the bid in lot 0. */
export async function identityOf(
  { house, tender }: { house: TenderHouse; tender: bigint },
  vendor: HardhatEthersSigner,
  bidder: string,
): Promise<string> {
  const verifyingContract = await house.getAddress();
  const domain = { name: "Common Seal TenderHouse", version: "1", chainId: 31_337n, verifyingContract };
  const fields = [
    { name: "tender", type: "uint64" },
    { name: "lot", type: "uint16" },
    { name: "bidder", type: "address" },
  ];
  const signature = await vendor.signTypedData(domain, { BidIdentity: fields }, { tender, lot: 0, bidder });
  return ethers.concat(["0x14", vendor.address, signature]);
}
