import { AbiCoder } from "ethers";
import { newAgency } from "./agencies.ts";
import {
  account,
  type Account,
  addresses,
  admin,
  clock,
  complaints,
  DAY,
  digest,
  ethers,
  gasOf,
  house,
  measure,
  officer,
  registry,
  token,
  treasury,
} from "./bench.ts";
import { terms, vendor } from "./tenders.ts";

const FEE = 50n;
const [REJECTED, ANNULLED, REEVALUATED] = [2, 5, 4];

/** A tender of one lot with a committed bid of each vendor; the commit deadline is over. */
async function complainable(reviewer: number, vendors: Account[]): Promise<bigint> {
  const fields = ["uint32", "address", "uint96", "address", "uint32"];
  const values = [reviewer, token.target, FEE, treasury.address, 5 * DAY];
  const reviewTerms = AbiCoder.defaultAbiCoder().encode(fields, values);
  const own = terms(false);
  const judging = { ...own.judging, complaints: addresses.complaints, reviewTerms };
  await gasOf(() => house.connect(officer).publish({ ...own, judging }));
  const tender = await house.tenderCount();
  for (const one of vendors) await gasOf(() => house.connect(one).commitBid(tender, 0, digest(one.address)));
  clock.now += 7 * DAY;
  return tender;
}

/** Files and decides complaints: two are rejected, one is met by a new evaluation, the last by an annulment. */
export async function measureComplaints(): Promise<void> {
  const reviewer = await account("reviewer");
  const body = await newAgency("Review body", reviewer);
  await gasOf(() => registry.connect(admin).transferAdmin(body, reviewer.address));
  const vendors = [await vendor("complainant a"), await vendor("complainant b"), await vendor("complainant c")];
  for (const one of vendors) await gasOf(() => token.connect(one).approve(addresses.complaints, FEE * 10n));
  for (const warm of [true, false]) {
    const tender = await complainable(body, vendors);
    const first = Number(await complaints.complaintCount());
    const file = (one: Account) => () =>
      complaints.connect(one).complain(tender, 0, one.address, ethers.ZeroAddress, digest("grounds"));
    const decide =
      (complaint: number, status: number, awardDeadline = 0) =>
      () =>
        complaints.connect(reviewer).decide(first + complaint, status, digest("decision"), awardDeadline, []);
    await measure("tenders.complain", vendors.map(file));
    await measure("tenders.decideComplaint.rejected", [decide(1, REJECTED)]);
    await measure("tenders.decideComplaint.reevaluated", [decide(2, REEVALUATED, clock.now + 40 * DAY)]);
    await measure("tenders.decideComplaint.annulled", [decide(3, ANNULLED)]);
    if (warm) continue;
    await measure("tenders.collectComplaintFees", [() => complaints.collect(token, treasury.address)]);
  }
}
