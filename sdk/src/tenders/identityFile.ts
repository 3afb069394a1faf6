import { getAddress } from "ethers";
import { z } from "zod";
import { parseExact, readText } from "../documents/json.ts";
import { address, hex, originShape } from "../documents/placement.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type BidPlace, PRICE_LENGTH } from "./bid.ts";
import { IDENTITY_LENGTH, identityMessage, packIdentity } from "./identity.ts";
import { lotAt } from "./model.ts";
import { readTender } from "./read.ts";

const identityFileSchema = z.strictObject({
  format: z.literal("common-seal/identity/1"),
  chainId: originShape.chainId,
  genesisHash: hex(32),
  house: address,
  tender: z.string().regex(/^\d{1,20}$/),
  lot: z.int().min(0).max(65_535),
  /** The account that bids. */
  bidder: address,
  /** On whose behalf it bids. */
  vendor: address,
  signature: hex(65),
});

/** A vendor's word that the bid of an account in a lot is its own. Nobody sees it before the bid is opened. */
export type IdentityFile = z.infer<typeof identityFileSchema>;

/** Bytes of the digest in a technical part, and of the length of an identity. */
const [DIGEST, SIZE] = [32, 2];

/**
 * Signs that the bid of another account in a lot is the actor's own. Nothing is sent.
 * @throws InputError if bids of the tender have no room for it
 */
export async function signIdentity(
  context: Context,
  { tender, lot, bidder }: Pick<BidPlace, "tender" | "lot" | "bidder">,
): Promise<IdentityFile> {
  if (!context.signer) throw new InputError("This act needs an account to sign it.");
  const model = await readTender(context, tender);
  lotAt(model, lot);
  const [first, second] = model.sealing?.bidLengths ?? [];
  const before = (second === undefined ? PRICE_LENGTH : DIGEST) + SIZE;
  if (first !== undefined && first < before + IDENTITY_LENGTH) {
    throw new InputError(`Bids in tender ${tender} have no room for an identity: its notice does not ask for it.`);
  }
  const place = { chainId: context.chainId, house: context.addresses.TenderHouse, tender, lot, bidder };
  const { domain, types, value } = identityMessage(place);
  return {
    format: "common-seal/identity/1",
    chainId: context.chainId.toString(),
    genesisHash: context.genesisHash.toLowerCase(),
    house: getAddress(place.house),
    tender: tender.toString(),
    lot,
    bidder: getAddress(bidder),
    vendor: await actor(context),
    signature: (await context.signer.signTypedData(domain, types, value)).toLowerCase(),
  };
}

/** Reads a vendor's word. @throws InputError in one line */
export async function readIdentityFile(path: string): Promise<IdentityFile> {
  const text = await readText(path, "identity file");
  return parseExact(text, `The identity file ${path}`, "vendor's identity file", identityFileSchema);
}

/**
 * The identity that a bid carries.
 * @throws InputError unless the file was signed by its vendor for this very place
 */
export function identityIn(file: IdentityFile, genesisHash: string, place: BidPlace): string {
  const own = `tender ${file.tender}, lot ${file.lot}, bidder ${getAddress(file.bidder)}`;
  if (own !== `tender ${place.tender}, lot ${place.lot}, bidder ${getAddress(place.bidder)}`) {
    throw new InputError(`The identity is for a bid in ${own}.`);
  }
  const here = BigInt(file.chainId) === place.chainId && file.genesisHash === genesisHash.toLowerCase();
  if (!here || getAddress(file.house) !== getAddress(place.house)) {
    throw new InputError("The identity is for a bid in another house, or on another chain.");
  }
  return packIdentity(place, file.vendor, file.signature);
}
