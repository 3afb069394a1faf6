import { Signature, type Signer, type TypedDataDomain, TypedDataEncoder, verifyTypedData } from "ethers";
import { InputError } from "../../shared/errors.ts";

/** The market that keys are for. */
export interface MarketPlace {
  chainId: bigint;
  /** Address of the market. */
  market: string;
}

/** What a secret is for: it is another for each. */
export interface KeyUse {
  purpose: "seal" | "seller" | "order";
  /** The agency of a seller's key; version and buyer of an order's; for sealing the data's digest, or 0 for the key. */
  subject: bigint;
  nonce: bigint;
}

/** Where the secrets of one seller or buyer come from, the same again on any machine. */
export interface KeySource {
  readonly place: MarketPlace;
  /** The secret from which the keys of a use derive. */
  secretOf(use: KeyUse): Promise<Uint8Array>;
}

/** What a wallet shows before it signs. */
const WARNING =
  "Sign this only for the market's own software: whoever has the signature can read what is sold or bought with it.";
const TYPES = {
  MarketKey: [
    { name: "warning", type: "string" },
    { name: "purpose", type: "string" },
    { name: "subject", type: "uint256" },
    { name: "nonce", type: "uint256" },
  ],
};

/** The EIP-712 hash of a use in a market: what a wallet signs, and what stands in every derivation. */
export function useHash(place: MarketPlace, use: KeyUse): string {
  return TypedDataEncoder.hash(domainOf(place), TYPES, { warning: WARNING, ...use });
}

function domainOf({ chainId, market }: MarketPlace): TypedDataDomain {
  return { name: "Common Seal Market", version: "1", chainId, verifyingContract: market };
}

/**
 * Secrets are signatures of the wallet, so that nothing needs to be kept. It signs each message twice: a wallet that
 * signs otherwise the second time could never give the secret again.
 * @throws InputError for such a wallet, when a secret is asked for
 */
export function walletKeys(signer: Signer, place: MarketPlace): KeySource {
  return {
    place,
    async secretOf(use) {
      const domain = domainOf(place);
      const message = { warning: WARNING, ...use };
      const first = await signer.signTypedData(domain, TYPES, message);
      const second = await signer.signTypedData(domain, TYPES, message);
      const signature = plainSignature(first);
      const signs = signature !== null && signature.serialized === plainSignature(second)?.serialized;
      if (signs && verifyTypedData(domain, TYPES, message, signature) === (await signer.getAddress())) {
        return Buffer.from(signature.serialized.slice(2), "hex");
      }
      throw new InputError(
        "This wallet does not sign the same way twice with its own key, so the keys need a key file.",
      );
    },
  };
}

/** An ECDSA signature in its one form, or null where it is none: those of smart accounts change with their owners. */
function plainSignature(signature: string): Signature | null {
  try {
    return Signature.from(signature);
  } catch {
    return null;
  }
}

/** Secrets derive from the 32 bytes of a key file. */
export function fileKeys(secret: Uint8Array, place: MarketPlace): KeySource {
  return { place, secretOf: () => Promise.resolve(secret) };
}
