import { AbiCoder, dataSlice, id, keccak256 } from "ethers";
import type { GuaranteeShownEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { unpackRequired } from "../../documents/required.ts";
import { marksAt } from "../../documents/requiredAt.ts";
import type { Moment } from "../../shared/logs.ts";
import { bidProofs } from "../bid.ts";
import { type AuditCase, named, type OpenedPart, readPart } from "./case.ts";
import { Comparison } from "./comparison.ts";

const GUARANTEE_TAG = id("CommonSeal.Guarantee.v1");

/**
 * The marks of each opened bid against what the registry of documents finds again, as of the commit deadline. What a
 * winner showed again at the award stands in no log, and is not compared.
 */
export async function documents(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  for (const opening of of.openings.filter(({ part, lot }) => part === 0 && lot.required.length > 0)) {
    await compared(found, of, opening);
  }
  for (const shown of named<GuaranteeShownEvent.OutputObject>(of.acts, "GuaranteeShown")) {
    await guaranteed(found, of, shown);
  }
  return found;
}

/** A guarantee is a document that holds when it is shown, and whose holder is this very bid. */
async function guaranteed(
  found: Comparison,
  of: AuditCase,
  { args, moment }: { args: GuaranteeShownEvent.OutputObject; moment: Moment },
): Promise<void> {
  const { tender, lot, bidder, proof } = args;
  const { chainId, addresses } = of.context;
  const types = ["bytes32", "uint256", "address", "uint64", "uint16", "address"];
  const values = [GUARANTEE_TAG, chainId, addresses.TenderHouse, tender, lot, bidder];
  const holder = dataSlice(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)), 12);
  const looked = { holder, time: moment.time, block: moment.block };
  const marks = await marksAt(of.context, unpackRequired(of.terms.guarantee), proof, looked);
  const held = marks.length > 0 && marks.every((mark) => mark === "held" || mark === undefined);
  const where = { lot: Number(lot), bidder, tx: moment.tx };
  found.expect(held, where, `a guarantee was taken that is ${marks.join() || "not asked for"}`);
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
