import { Signature, ZeroHash } from "ethers";
import type { DocumentFile } from "../documents/documentFile.ts";
import { bestFirst, proofsFor, unpackRequired } from "../documents/required.ts";
import type { Act } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { approve, signPermit, tokenDomain } from "../shared/token.ts";
import { offerStruct } from "./hashes.ts";
import type { OfferModel, OfferTerms } from "./model.ts";

/** How a buyer pays: by an allowance, with a permit (EIP-2612), or by an authorization that anyone may send (EIP-3009). */
export const PAYMENTS = ["allowance", "permit", "authorization"] as const;
export type PaymentKind = (typeof PAYMENTS)[number];

/** What a buyer takes, as the contract takes it: IDataMarket.Purchase. */
export interface Purchase {
  buyer: string;
  dataSet: number;
  offer: number;
  version: number;
  nonce: number;
  periods: number;
  /** Hash of the version that was checked; zero for a subscription. */
  seal: string;
  ephemeral: string;
  maskHash: string;
}

/** How it is paid, as the contract takes it: IDataMarket.Payment. */
export interface Payment {
  kind: number;
  v: number;
  r: string;
  s: string;
  validAfter: bigint;
  validBefore: bigint;
}

const BY_ALLOWANCE: Payment = { kind: 0, v: 0, r: ZeroHash, s: ZeroHash, validAfter: 0n, validBefore: 0n };
const HOUR = 3600n;

export interface Paying {
  /** To be sent before, where the allowance is too small. */
  before: Act<object> | null;
  payment: Payment;
}

/** What it takes to pay a purchase; the signature, where there is one, binds all of it. */
export async function payFor(
  context: Context,
  kind: PaymentKind,
  purchase: Purchase,
  offer: OfferTerms,
  proofs: string,
): Promise<Paying> {
  const amount = offer.price * BigInt(Math.max(1, purchase.periods));
  const market = context.addresses.DataMarket;
  if (amount === 0n) return { before: null, payment: BY_ALLOWANCE };
  if (kind === "allowance") {
    return { before: await approve(context, offer.token, market, amount), payment: BY_ALLOWANCE };
  }
  if (kind === "permit") {
    const { deadline, v, r, s } = await signPermit(context, offer.token, market, amount);
    return { before: null, payment: { kind: 1, v, r, s, validAfter: 0n, validBefore: deadline } };
  }
  return { before: null, payment: await authorize(context, purchase, offer, amount, proofs) };
}

/** Signs an EIP-3009 authorization whose nonce is the hash of the purchase, the offer and the proofs. */
async function authorize(
  context: Context,
  purchase: Purchase,
  offer: OfferTerms,
  value: bigint,
  proofs: string,
): Promise<Payment> {
  const { signer, market, provider, addresses } = context;
  if (!signer) throw new InputError("An authorization needs an account to sign it.");
  const nonce = await market.authorizationNonce(purchase, offerStruct(offer), proofs);
  const block = await provider.getBlock("latest");
  const validBefore = BigInt(block?.timestamp ?? 0) + HOUR;
  const message = { from: await actor(context), to: addresses.DataMarket, value, validAfter: 0n, validBefore, nonce };
  const { v, r, s } = Signature.from(
    await signer.signTypedData(
      await tokenDomain(context, offer.token),
      {
        ReceiveWithAuthorization: [
          { name: "from", type: "address" },
          { name: "to", type: "address" },
          { name: "value", type: "uint256" },
          { name: "validAfter", type: "uint256" },
          { name: "validBefore", type: "uint256" },
          { name: "nonce", type: "bytes32" },
        ],
      },
      message,
    ),
  );
  return { kind: 2, v, r, s, validAfter: 0n, validBefore };
}

/** The proofs of the documents that an offer requires. @throws InputError where one is not given */
export async function proofsOf(
  context: Context,
  { number, terms }: OfferModel,
  documents: DocumentFile[],
  buyer: string,
): Promise<string> {
  const required = unpackRequired(terms.required);
  const { proofs, lacking } = proofsFor(required, await bestFirst(context, required, documents, buyer));
  const [first] = lacking;
  if (!first) return proofs;
  throw new InputError(`Offer ${number} requires a document of schema ${first.schema} that is not given.`);
}
