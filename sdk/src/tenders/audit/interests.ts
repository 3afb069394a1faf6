import type { ConsortiumFormedEvent } from "../../../../typechain-types/contracts/tenders/TenderNotices.ts";
import type { Moment } from "../../shared/logs.ts";
import type { LotModel } from "../model.ts";
import { type BodyAct, bodyLog } from "./bodies.ts";
import { type AuditCase, type AuditReview, isBefore, named } from "./case.ts";
import { Comparison } from "./comparison.ts";

/**
 * Those who judge have no interest in a lot: members of the panel who declared that, and who decides on complaints. The
 * house refuses bidders and vendors; of the other members of a consortium it knows nothing.
 */
export async function interests(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  for (const { args, moment } of named<{ evaluator: string }>(of.acts, "ConflictDenied")) {
    for (const lot of of.model.lots) {
      const side = sideOf(of, lot, args.evaluator);
      const where = { lot: lot.lot, tx: moment.tx };
      found.expect(side === undefined, where, `${args.evaluator} declared that it has no conflict, and ${side}`);
    }
  }
  if (of.review) await reviewers(found, of, of.review);
  return found;
}

/** What an account has to do with the bids of a lot; undefined = nothing that logs tell. */
function sideOf({ acts }: AuditCase, { lot, bids }: LotModel, account: string): string | undefined {
  const inLot = bids.filter(({ state }) => state !== "withdrawn");
  if (inLot.some(({ bidder }) => bidder === account)) return "bids in the lot";
  const front = inLot.find(({ vendor }) => vendor === account);
  if (front) return `is the vendor behind the bid of ${front.bidder}`;
  const consortium = named<ConsortiumFormedEvent.OutputObject>(acts, "ConsortiumFormed").find(
    ({ args }) =>
      Number(args.lot) === lot &&
      [...args.members].includes(account) &&
      inLot.some(({ bidder, vendor }) => bidder === args.lead || vendor === args.lead),
  );
  return consortium && `is a member of the consortium that ${consortium.args.lead} leads, which bids in the lot`;
}

/** Each decision on a complaint: who made it is nobody of the agency or of a bid, and its body is not the agency's. */
async function reviewers(found: Comparison, of: AuditCase, { terms, complaints }: AuditReview): Promise<void> {
  const decided = complaints.filter(({ ended }) => ended?.key !== undefined);
  if (decided.length === 0) return;
  const body = await bodyLog(of, terms.reviewer);
  const agency = await bodyLog(of, of.model.agency);
  for (const { complaint, lot, filed, ended } of decided) {
    if (!ended) continue;
    const where = { lot, tx: ended.tx };
    // What the agency changed after the filing proves nothing: it needs nobody's consent to name an admin.
    const admin = adminOf(agency, filed);
    const apart = terms.reviewer !== of.model.agency && admin !== adminOf(body, ended);
    found.expect(apart, where, `complaint ${complaint} was decided by a body that the agency's admin manages`);
    const added = body.find(({ name, args }) => name === "AgencyKeyAdded" && Number(args.index) === ended.key);
    const account = added?.args.account;
    const ofLot = of.model.lots[lot];
    if (account === undefined || !ofLot) continue;
    const side = isOfAgency(agency, account, filed, admin)
      ? "acts for the agency"
      : of.evaluation?.panel.includes(account)
        ? "is on the panel"
        : sideOf(of, ofLot, account);
    found.expect(side === undefined, where, `complaint ${complaint} was decided by ${account}, who ${side}`);
  }
}

function adminOf(log: BodyAct[], moment: Moment): string | undefined {
  const named = log.filter(
    ({ name, at }) => ["AgencyRegistered", "AgencyAdminChanged"].includes(name) && isBefore(at, moment),
  );
  return named.at(-1)?.args.admin;
}

/** Whether an account is the agency's admin, or had a key of it before the complaint; one added later proves nothing. */
function isOfAgency(agency: BodyAct[], account: string, filed: Moment, admin: string | undefined): boolean {
  const keyed = agency.some(
    ({ name, args, at }) => name === "AgencyKeyAdded" && args.account === account && isBefore(at, filed),
  );
  return keyed || account === admin;
}
