import { AbiCoder } from "ethers";
import {
  account,
  type Account,
  chainId,
  clock,
  DAY,
  digest,
  ethers,
  evaluation,
  gasOf,
  house,
  measure,
  officer,
  results,
} from "./bench.ts";
import { type Bid, commitment, openAll, terms } from "./tenders.ts";

const BIDS = 100;
const CRITERIA = 3;
const abi = AbiCoder.defaultAbiCoder();
const word = (values: number[]): bigint =>
  values.reduce((sum, value, i) => sum | (BigInt(value) << BigInt(16 * i)), 0n);

const TERMS =
  "tuple(address[],uint8,bool,tuple(uint256,bool,uint16,uint24,uint16,uint32,uint32)[],uint16,uint8,uint16,uint64[]," +
  "uint32,uint16,uint32)";

/** One scored stage of three criteria that makes up 70 % of the total; three bids win within a budget. */
const ruleTerms = (panel: Account[]): string => {
  const stage = [word([5000, 3000, 2000]), false, 1000, 0, 7000, 2 * DAY, DAY];
  const people = panel.map(({ address }) => address);
  return abi.encode([TERMS], [[people, 2, true, [stage], 3000, 1, 3, [2_000_000], 5 * DAY, 0, 0]]);
};

/** The hash over words, from the first one on. */
const chain = (words: string[]): string =>
  words.reduceRight((hash, one) => ethers.keccak256(ethers.concat([one, hash])), ethers.ZeroHash);

/** Bids of as many vendors, opened in a tender that is judged by this panel. */
async function openedBids(panel: Account[]): Promise<Bid[]> {
  const judging = { ...terms(false).judging, rule: evaluation.target, ruleTerms: ruleTerms(panel) };
  await measure("tenders.publish.judged", [() => house.connect(officer).publish({ ...terms(false), judging })]);
  const tender = await house.tenderCount();
  const bids: Bid[] = [];
  for (let i = 0; i < BIDS; i++) {
    const who = await account(`judged vendor ${i}`);
    const price = 100_000 + (((i + 1) * 70) % 101) * 1_000;
    await gasOf(() => house.connect(who).commitBid(tender, 0, commitment(tender, who, price)));
    bids.push({ tender, vendor: who, price, number: i + 1, time: clock.now, proofs: "0x" });
  }
  clock.now += 7 * DAY;
  await openAll(bids);
  return bids;
}

/** All evaluators commit to points and reveal them. */
async function score(tender: bigint, panel: Account[], bidders: string[]): Promise<void> {
  const salt = digest("salt of scores");
  const sheets = panel.map((_, i) =>
    bidders.map((_bidder, j) => {
      const points = Array.from({ length: CRITERIA }, (__, k) => 2000 + ((i * 811 + j * 677 + k * 1009) % 8000));
      return ethers.toBeHex(word(points), 32);
    }),
  );
  const types = [
    "bytes32",
    "uint256",
    "address",
    "uint64",
    "uint16",
    "uint16",
    "uint8",
    "address",
    "bytes32",
    "bytes32",
  ];
  const commits = panel.map((who, i) => () => {
    const place = [chainId, evaluation.target, tender, 0, 0, 0, who.address];
    const hash = ethers.keccak256(
      abi.encode(types, [digest("CommonSeal.Scores.v1"), ...place, chain(sheets[i] ?? []), salt]),
    );
    return evaluation.connect(who).commitScores(tender, 0, 0, hash);
  });
  await measure("evaluation.commitScores", commits);
  const reveals = panel.map(
    (who, i) => () => evaluation.connect(who).revealScores(tender, 0, sheets[i] ?? [], salt, bidders),
  );
  await measure("evaluation.revealPerBid", reveals);
}

/** Judges a lot of 100 bids, each step in one transaction; what that costs for each bid. */
export async function measureEvaluation(): Promise<void> {
  const panel = [await account("evaluator 0"), await account("evaluator 1"), await account("evaluator 2")];
  const bids = await openedBids(panel);
  const tender = bids[0]?.tender ?? 0n;
  const bidders = bids.map(({ vendor }) => vendor.address).sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
  const declare = panel.map((who) => () => evaluation.connect(who).declare(tender, digest("declaration")));
  await measure("evaluation.declare", declare);
  await measure("evaluation.listPerBid", [() => evaluation.list(tender, 0, bidders)]);
  await score(tender, panel, bidders);
  await measure("evaluation.closeStagePerBid", [() => evaluation.closeStage(tender, 0, bidders)]);
  await measure("evaluation.loadPricesPerBid", [() => evaluation.loadPrices(tender, 0, bidders)]);
  const keyed: { bidder: string; key: bigint }[] = [];
  for (const bidder of bidders) keyed.push({ bidder, key: (await evaluation.candidateOf(tender, 0, bidder)).key });
  const ranking = keyed.sort((x, y) => (x.key > y.key ? -1 : 1)).map(({ bidder }) => bidder);
  await measure("tenders.rankPerBid", [() => evaluation.rank(tender, 0, ranking)]);
  for (const key of Object.keys(results).filter((name) => name.endsWith("PerBid"))) {
    results[key] = Math.ceil((results[key] ?? NaN) / BIDS);
  }
}
