import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import type { JudgingTermsStruct, TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import type { ReinstatementStruct } from "../../typechain-types/contracts/tenders/IComplaints.ts";
import { ethers } from "../shared/house.ts";
import { openAll, seal } from "./bids.ts";
import { BY_PRICE, newAccount, pass, PRICES, publish, type Scene, type Stage, stage } from "./helpers.ts";
import { DAY, DEPOSIT, id, MAX_UINT40, Permission, ZeroAddress } from "./values.ts";

export const FEE = 50n;
/** Time for a decision. */
export const PERIOD = 5n * DAY;
export const GROUNDS = id("grounds");
export const STATEMENT = id("decision");
export const Complaint = {
  None: 0n,
  Open: 1n,
  Rejected: 2n,
  Upheld: 3n,
  Reevaluated: 4n,
  Annulled: 5n,
  Withdrawn: 6n,
  Lapsed: 7n,
} as const;

/** A stage with a body that reviews, whose key `reviewer` is its second one; bidders allow fees. */
export interface ReviewStage extends Stage {
  body: bigint;
  bodyAdmin: HardhatEthersSigner;
  reviewer: HardhatEthersSigner;
}

export async function reviewStage(): Promise<ReviewStage> {
  const s = await stage();
  const [bodyAdmin, reviewer] = [await newAccount(), await newAccount()];
  await s.registry.register(id("review body"), id("metadata"), bodyAdmin);
  for (const key of [s.platform, reviewer]) {
    await s.registry.connect(bodyAdmin).addKey(3, key, Permission.Review, 0, MAX_UINT40);
  }
  for (const bidder of [s.a, s.b, s.c, s.d]) await s.token.connect(bidder).approve(s.complaints, DEPOSIT);
  return { ...s, body: 3n, bodyAdmin, reviewer };
}

export interface ReviewTerms {
  reviewer: bigint;
  feeToken: string;
  feeAmount: bigint;
  treasury: string;
  decisionPeriod: bigint;
}

/** Terms under which the scene's body hears complaints. */
export async function judgedBy(
  s: ReviewStage,
  changes: Partial<ReviewTerms> = {},
  judging: Partial<JudgingTermsStruct> = {},
): Promise<JudgingTermsStruct> {
  const fee = { feeToken: await s.token.getAddress(), feeAmount: FEE, treasury: s.treasury.address };
  const t = { reviewer: s.body, ...fee, decisionPeriod: PERIOD, ...changes };
  const types = ["uint32", "address", "uint96", "address", "uint32"];
  const values = [t.reviewer, t.feeToken, t.feeAmount, t.treasury, t.decisionPeriod];
  const reviewTerms = ethers.AbiCoder.defaultAbiCoder().encode(types, values);
  return { ...BY_PRICE, complaints: s.complaints, reviewTerms, ...judging };
}

export const FREE = { feeToken: ZeroAddress, feeAmount: 0n, treasury: ZeroAddress };

export type ReviewScene = ReviewStage & Scene;

/** Four bids opened in lot 0 of a tender whose complaints are heard, the lowest of d; the reveal deadline is over. */
export async function reviewed(changes: Partial<TenderTermsStruct> = {}, from?: ReviewStage): Promise<ReviewScene> {
  const s = from ?? (await reviewStage());
  const published = await publish(s, { judging: await judgedBy(s), ...changes });
  const bids: Scene["bids"] = [
    await seal(s, published.tender, s.a, PRICES[0]),
    await seal(s, published.tender, s.b, PRICES[1]),
    await seal(s, published.tender, s.c, PRICES[2]),
    await seal(s, published.tender, s.d, PRICES[3]),
  ];
  await pass(published.commitDeadline);
  await openAll(s, bids);
  await pass(published.revealDeadline);
  return { ...s, ...published, bids };
}

/** That scene, to be loaded. */
export const reviewedScene = (): Promise<ReviewScene> => reviewed();

export interface Complaining {
  tender?: bigint;
  lot?: bigint;
  bidder?: string;
  winner?: string;
  grounds?: string;
}

export const complain = (
  s: ReviewScene,
  by: HardhatEthersSigner,
  { tender = s.tender, lot = 0n, bidder = by.address, winner = ZeroAddress, grounds = GROUNDS }: Complaining = {},
): Promise<ContractTransactionResponse> => s.complaints.connect(by).complain(tender, lot, bidder, winner, grounds);

export interface Deciding {
  by?: HardhatEthersSigner;
  statement?: string;
  awardDeadline?: bigint;
  reinstated?: ReinstatementStruct[];
}

export const decide = (
  s: ReviewScene,
  complaint: bigint,
  status: bigint,
  { by = s.reviewer, statement = STATEMENT, awardDeadline = 0n, reinstated = [] }: Deciding = {},
): Promise<ContractTransactionResponse> =>
  s.complaints.connect(by).decide(complaint, status, statement, awardDeadline, reinstated);

/** Reopens the lot of a complaint; the award deadline stays. */
export const reevaluate = (
  s: ReviewScene,
  complaint: bigint,
  reinstated: ReinstatementStruct[] = [],
): Promise<ContractTransactionResponse> =>
  decide(s, complaint, Complaint.Reevaluated, { awardDeadline: s.awardDeadline, reinstated });

export const award = (
  s: ReviewScene,
  to: { address: string },
  by: HardhatEthersSigner = s.officer,
): Promise<ContractTransactionResponse> => s.house.connect(by).award(s.tender, 0, to.address);

export const timeOf = async (tx: ContractTransactionResponse): Promise<bigint> =>
  BigInt((await tx.getBlock())?.timestamp ?? 0);

export const statusOf = async (s: ReviewStage, complaint: bigint): Promise<bigint> =>
  (await s.complaints.complaintOf(complaint)).status;
