import type { BidState, TenderModel } from "../model.ts";
import { type Act, type AuditCase, type OpenedPart, readPart, replay } from "./case.ts";
import { Comparison } from "./comparison.ts";

/** The states in which a bid can be when something happens to it; "none" where its account has no bid. */
const BEFORE: Record<string, (BidState | "none")[]> = {
  BidCommitted: ["none", "withdrawn"],
  BidReplaced: ["sealed"],
  BidSealed: ["none", "withdrawn", "sealed"],
  BidWithdrawn: ["sealed"],
  BidOpened: ["sealed", "part opened"],
  BidPlaced: ["unplaced"],
  BidRejected: ["standing", "part opened"],
  BidAdmitted: ["standing", "unplaced", "part opened"],
  BidReinstated: ["rejected"],
};
const VOIDED_FROM_NOT: (BidState | "none")[] = ["none", "withdrawn", "void"];

/** What the house said that each bid is, against its bytes and the lot's published terms; and every step of a bid. */
export function statuses(of: AuditCase): Comparison {
  const found = new Comparison();
  for (const opening of of.openings) {
    const { lot, bid, told, moment } = opening;
    const wanted = statesOf(of, opening);
    const right = told !== undefined && told !== "none" && wanted.includes(told);
    const where = { lot: lot.lot, bidder: bid.bidder, tx: moment.tx };
    found.expect(right, where, `the opened bid was told to be ${told}, and is ${wanted.join(" or ")}`);
  }
  replay(of, (before, act) => step(found, of, before, act));
  return found;
}

/** What an opened part can be; whether it took its place at once depends on the neighbours that its opener named. */
function statesOf(of: AuditCase, opening: OpenedPart): BidState[] {
  const { lot, part } = opening;
  const read = readPart(of, opening);
  if (!read) return ["malformed"];
  if (of.parts === 2 && part === 0) return ["part opened"];
  const { price = 0n } = read;
  const ceiling = of.terms.ceilings[lot.lot] ?? 0n;
  if (ceiling > 0n && price > ceiling) return ["over the ceiling"];
  if (price < ([...of.terms.minimums][lot.lot] ?? 0n)) return ["under the minimum"];
  return ["standing", "unplaced"];
}

function step(found: Comparison, { parts }: AuditCase, before: TenderModel, { name, args, moment }: Act): void {
  const { lot, bidder, part = 0n } = args as { lot: bigint; bidder: string; part?: bigint };
  const bid = before.lots[Number(lot)]?.bids.find((one) => one.bidder === bidder);
  const state = bid?.state ?? "none";
  const where = { lot: Number(lot), bidder, tx: moment.tx };
  if (name === "BidVoided") {
    found.expect(!VOIDED_FROM_NOT.includes(state), where, `a bid that is ${state} was convicted`);
    return;
  }
  const from = name === "BidOpened" && parts === 2 ? [part === 0n ? "sealed" : "part opened"] : BEFORE[name];
  if (from) found.expect(from.includes(state), where, `${name} of a bid that is ${state}`);
}
