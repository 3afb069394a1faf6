import { actingAs } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type Consortium, formConsortium, signConsortium } from "./consortium.ts";
import type { PlayedBid, Stage } from "./play.ts";
import type { Did } from "./playCommittee.ts";
import type { Quotation } from "./quotation.ts";
import { commitBid, quotationFile } from "./seal.ts";

/** Seals a played bid; one of a consortium is registered first, with the consent that each partner signs. */
export async function sealBid(stage: Stage, tender: bigint, lot: number, bid: PlayedBid, did: Did): Promise<void> {
  if (bid.partners?.length) await register(stage, tender, lot, bid, did);
  const { name, identifier, amount, documents } = bid;
  const quotation: Quotation = {
    format: "common-seal/quotation/1",
    tenderer: { name, ...(identifier ? { identifier } : {}) },
  };
  const outcome = await commitBid(actingAs(stage.context, await stage.account(bid.key)), {
    ...{ tender, lot, quotation, bids: stage.bids, marked: true },
    bid: { price: amount, quotation: quotationFile(quotation).digest },
    ...(documents ? { documents } : {}),
  });
  if ("act" in outcome) await did("commit", name, outcome.act);
}

async function register(
  stage: Stage,
  tender: bigint,
  lot: number,
  { key, name, partners = [] }: PlayedBid,
  did: Did,
): Promise<void> {
  const lead = await addressOf(stage, key);
  const shares: Consortium["shares"] = { [lead]: partners.reduce((left, { share }) => left - share, 10_000) };
  for (const partner of partners) shares[await addressOf(stage, partner.key)] = partner.share;
  const consortium = { tender, lot, lead, shares };
  const consents: Record<string, string> = {};
  for (const partner of partners) {
    const { member, signature } = await signConsortium(
      actingAs(stage.context, await stage.account(partner.key)),
      consortium,
    );
    consents[member] = signature;
  }
  const by = actingAs(stage.context, await stage.account(key));
  await did("consortium", name, formConsortium(by, consortium, consents));
}

export const addressOf = async (stage: Stage, name: string): Promise<string> =>
  (await stage.account(name)).getAddress();

/** The played bid of an account. @throws InputError if it has none */
export async function bidBy<T extends PlayedBid>(stage: Stage, bids: readonly T[], bidder: string): Promise<T> {
  for (const bid of bids) if ((await addressOf(stage, bid.key)) === bidder) return bid;
  throw new InputError(`The bid of ${bidder} is not of the play.`);
}
