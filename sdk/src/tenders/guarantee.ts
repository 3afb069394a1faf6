import { AbiCoder, dataSlice, getAddress, id, keccak256 } from "ethers";
import type { DocumentFile } from "../documents/documentFile.ts";
import {
  NOW,
  packRequired,
  proofsFor,
  type RequiredDocument,
  unpackMarks,
  unpackRequired,
} from "../documents/required.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { BidPlace } from "./bid.ts";

const GUARANTEE_TAG = id("CommonSeal.Guarantee.v1");

/** The holder for which a bank issues the guarantee of exactly this bid: an address that is nobody's account. */
export function guaranteeHolder({ chainId, house, tender, lot, bidder }: BidPlace): string {
  const types = ["bytes32", "uint256", "address", "uint256", "uint256", "address"];
  const values = [GUARANTEE_TAG, chainId, getAddress(house), tender, lot, getAddress(bidder)];
  return getAddress(dataSlice(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)), 12));
}

/** The document that a tender accepts in place of a bond. @throws InputError if it accepts none */
export async function guaranteeWanted(context: Context, tender: bigint): Promise<RequiredDocument> {
  const [wanted] = unpackRequired((await context.house.tenderOf(tender)).guarantee);
  if (!wanted) throw new InputError(`Tender ${tender} accepts no guarantee.`);
  return wanted;
}

/**
 * The proof of a bid's guarantee, as `commitFor` takes it.
 * @throws InputError if the document is of another kind or holder, or does not hold now
 */
export async function guaranteeProof(context: Context, place: BidPlace, document: DocumentFile): Promise<string> {
  const wanted = await guaranteeWanted(context, place.tender);
  const { proofs, lacking } = proofsFor([wanted], [document]);
  const holder = guaranteeHolder(place);
  const word = packRequired([wanted]);
  const [mark] = unpackMarks(await context.documents.documentMarks(word, proofs, holder, NOW), 1);
  if (lacking.length === 0 && mark === "held") return proofs;
  const by = wanted.issuer === undefined ? "any accredited body" : `agency ${wanted.issuer}`;
  const why = lacking.length > 0 ? "of another kind or issuer" : mark;
  throw new InputError(
    `A guarantee here is a document of schema ${wanted.schema} by ${by} for the holder ${holder}, and yours is ${why}.`,
  );
}
