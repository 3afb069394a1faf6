import { AbiCoder, concat, id, isCallException, type Provider, recoverAddress } from "ethers";

/** Tells whether a signature of a digest is an account's. */
export type SignatureCheck = (account: string, digest: string, signature: string) => Promise<boolean>;

const SELECTOR = id("isValidSignature(bytes32,bytes)").slice(0, 10);

/** Whether an account's own key made the signature. Without a node. */
export function isSignedBy(account: string, digest: string, signature: string): boolean {
  try {
    return recoverAddress(digest, signature) === account;
  } catch {
    return false;
  }
}

/** ECDSA first, at no cost; a contract account is asked by ERC-1271, at the latest block. */
export function signatureCheck(provider: Provider): SignatureCheck {
  return async (account, digest, signature) => {
    if (isSignedBy(account, digest, signature)) return true;
    if ((await provider.getCode(account)) === "0x") return false;
    const data = concat([SELECTOR, AbiCoder.defaultAbiCoder().encode(["bytes32", "bytes"], [digest, signature])]);
    try {
      return (await provider.call({ to: account, data })) === `${SELECTOR}${"0".repeat(56)}`;
    } catch (error) {
      if (isRevert(error)) return false;
      throw error;
    }
  };
}

/** Whether the account itself refused, which nodes say in several ways; a node that is down says nothing of it. */
function isRevert(error: unknown): boolean {
  if (isCallException(error)) return true;
  return error instanceof Error && /revert|invalid opcode|out of gas|ran out of gas/i.test(error.message);
}
