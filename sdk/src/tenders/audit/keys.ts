import { permissionBits } from "../../agencies/permissions.ts";
import { type BodyAct, bodyLog } from "./bodies.ts";
import { type Act, type AuditCase, isBefore } from "./case.ts";
import { Comparison, iso } from "./comparison.ts";

/** What a body's key must be permitted to do each act. */
const PERMISSIONS: Record<string, string> = {
  TenderPublished: "tender.publish",
  ExtensionProposed: "tender.publish",
  TenderAmended: "tender.publish",
  TenderExtended: "tender.extend",
  CeilingSealed: "tender.publish",
  BidRejected: "tender.reject",
  BidAdmitted: "tender.reject",
  LotAwarded: "tender.award",
  LotClosed: "tender.award",
  TenderCancelled: "tender.cancel",
  SeatTaken: "committee.sit",
  QuestionsAnswered: "tender.publish",
  ComplaintDecided: "tender.review",
};

/** Every act of a body with the key that it names: by the registry's logs it was permitted to act then. */
export async function keys(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  const bodies = new Map<number, BodyAct[]>();
  for (const act of of.acts.filter(({ name }) => name in PERMISSIONS)) {
    const { key } = act.args as { key: bigint };
    const body = bodyOf(of, act);
    const log = bodies.get(body) ?? (await bodyLog(of, body));
    bodies.set(body, log);
    const may = PERMISSIONS[act.name] ?? "";
    const detail = `${act.name} at ${iso(act.moment.time)} by key ${key} of agency ${body}, which was not permitted ${may}`;
    found.expect(mayAct(log, act, key, permissionBits(may)), act.moment, detail);
  }
  return found;
}

/** Whose key did an act: of the agency, a seat's body, or the reviewer. */
function bodyOf({ model, review }: AuditCase, { name, args }: Act): number {
  const { seat } = args as { seat?: bigint };
  if (name === "SeatTaken") return model.sealing?.seats[Number(seat)] ?? 0;
  return name === "ComplaintDecided" ? (review?.terms.reviewer ?? 0) : model.agency;
}

/** Whether a key had been added with a permission, its time was not over, and its body was not suspended. */
function mayAct(log: BodyAct[], { moment }: Act, key: bigint, permission: bigint): boolean {
  const earlier = log.filter(({ at }) => isBefore(at, moment));
  const ofKey = (name: string) => earlier.find((one) => one.name === name && one.args.index === key)?.args;
  const added = ofKey("AgencyKeyAdded");
  if (!added || ofKey("AgencyKeyEnded")) return false;
  const body = earlier.filter(({ name }) => name === "AgencySuspended" || name === "AgencyResumed").at(-1);
  const able = (added.permissions & permission) === permission && body?.name !== "AgencySuspended";
  return able && added.from <= BigInt(moment.time) && BigInt(moment.time) <= added.until;
}
