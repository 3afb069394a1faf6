import { AbiCoder, keccak256, toBeHex } from "ethers";
import { OFFER_KINDS, type OfferTerms, type SubscriptionModel, type VersionTerms } from "./model.ts";

const abi = AbiCoder.defaultAbiCoder();

/** Hash of a version's parts that no dispute needs one by one: IDataMarket.Seal's `rest`. */
export function restHash({ content, sellerKey, manifest, size, count }: VersionTerms): string {
  return keccak256(
    abi.encode(["bytes32", "bytes32", "bytes32", "uint64", "uint32"], [content, sellerKey, manifest, size, count]),
  );
}

/** Hash of a version, which orders pin: as IDataMarket.sealOf. Its lowest bit tells whether the version is sealed. */
export function sealHash(version: VersionTerms): string {
  const { root, keyCommit, words } = version;
  const digest = keccak256(
    abi.encode(["bytes32", "bytes32", "uint256", "bytes32"], [root, keyCommit, words, restHash(version)]),
  );
  const even = BigInt(digest) & ~1n;
  return toBeHex(BigInt(root) === 0n ? even : even | 1n, 32);
}

/** An offer as the contract takes it. */
export function offerStruct(terms: OfferTerms) {
  return { ...terms, kind: OFFER_KINDS.indexOf(terms.kind) };
}

/** The subscription as the contract takes it. */
export function subscriptionStruct({ dataSet, offer, nonce, buyer, start, periods }: SubscriptionModel) {
  return { dataSet, offer, nonce, buyer, start, periods };
}
