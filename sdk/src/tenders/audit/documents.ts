import { marksAt } from "../../documents/requiredAt.ts";
import { bidProofs } from "../bid.ts";
import { type AuditCase, type OpenedPart, readPart } from "./case.ts";
import { Comparison } from "./comparison.ts";

/**
 * The marks of each opened bid against what the registry of documents finds again, as of the commit deadline. What a
 * winner showed again at the award stands in no log, and is not compared.
 */
export async function documents(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  for (const opening of of.openings.filter(({ part, lot }) => part === 0 && lot.required.length > 0)) {
    await compared(found, of, opening);
  }
  return found;
}

async function compared(found: Comparison, of: AuditCase, opening: OpenedPart): Promise<void> {
  const { lot, bid, bytes, moment } = opening;
  const vendor = readPart(of, opening)?.vendor;
  if (vendor === undefined) return;
  const looked = { holder: vendor, time: of.model.commitDeadline, block: moment.block };
  const marks = await marksAt(of.context, lot.required, bidProofs(bytes, of.parts === 2), looked);
  for (const [i, mark] of marks.entries()) {
    const told = bid.marks?.[i] ?? "held";
    const right = mark === undefined ? told !== "revoked" : told === mark;
    const schema = lot.required[i]?.schema;
    const where = { lot: lot.lot, bidder: bid.bidder, tx: moment.tx };
    found.expect(
      right,
      where,
      `the document of schema ${schema} was told to be ${told}, and is ${mark ?? "not revoked"}`,
    );
  }
}
