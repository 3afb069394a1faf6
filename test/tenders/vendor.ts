import { encodeBid, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { identityMessage, packIdentity } from "../../sdk/src/tenders/identity.ts";
import type { Played } from "./scene.ts";

const SEAL_BID = {
  SealBid: [
    { name: "tender", type: "uint64" },
    { name: "lot", type: "uint16" },
    { name: "sealed", type: "bytes" },
    { name: "guarantee", type: "bytes" },
    { name: "replaces", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
};

/** What a vendor signs so that another account can bid in its name. */
export async function identityFor(played: Played, name: string, vendor: string): Promise<string> {
  const place = await played.placeOf(name);
  const { domain, types, value } = identityMessage(place);
  const signer = await played.scene.stage.account(vendor);
  return packIdentity(place, await signer.getAddress(), await signer.signTypedData(domain, types, value));
}

/** Seals a bid of an account that bids in the name of a vendor. */
export async function commitNaming(
  played: Played,
  name: string,
  vendor: string,
  price: bigint,
  more: { lottery?: number; proofs?: string } = {},
): Promise<void> {
  const identity = await identityFor(played, name, vendor);
  await played.commitBytes(name, encodeBid({ price, lottery: 0, quotation: NO_QUOTATION, identity, ...more }));
}

/** Has a relayer seal a bid that its bidder signed. The relayer pays the bond, where no guarantee stands for it. */
export async function relay(
  played: Played,
  name: string,
  relayer: string,
  bytes: string,
  guarantee = "0x",
): Promise<void> {
  const { commitment, bidder } = await played.keepBytes(name, bytes);
  const { house } = await played.scene.as(relayer);
  const { tender } = played;
  const deadline = played.schedule.commitDeadline;
  const replaces = await house.slotOf(tender, 0, bidder);
  const message = { tender, lot: 0, sealed: commitment, guarantee, replaces, deadline };
  const { domain } = identityMessage(await played.placeOf(name));
  const signature = await (await played.scene.stage.account(name)).signTypedData(domain, SEAL_BID, message);
  const act = await house.commitFor(bidder, tender, 0, commitment, guarantee, replaces, deadline, signature);
  await act.wait();
}
