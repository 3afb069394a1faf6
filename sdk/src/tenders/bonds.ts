import { Signature, toBeHex } from "ethers";
import { IERC20Metadata__factory, IERC20Permit__factory, IERC5267__factory } from "../../../typechain-types/index.ts";
import { type Act, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { formatAmount } from "./amount.ts";
import { tokenDecimals } from "./publish.ts";

/** How long a permit holds. */
const PERMIT_SECONDS = 3600;

/** A vendor's bond balance, in token base units and as text. */
export interface BondModel {
  token: string;
  symbol: string;
  decimals: number;
  account: string;
  free: bigint;
  locked: bigint;
  /** Forfeited bonds of others that are due to this account as a treasury. */
  due: bigint;
}

/** An account's bonds in a token. */
export async function readBonds(context: Context, token: string, account: string): Promise<BondModel> {
  const decimals = await tokenDecimals(context, token);
  const symbol = await IERC20Metadata__factory.connect(token, context.provider)
    .symbol()
    .catch(() => "?");
  const { free, locked } = await context.house.bondBalance(token, account);
  return { token, symbol, decimals, account, free, locked, due: await context.house.bondDue(token, account) };
}

/** Lets the house take an amount of the token, where the allowance is smaller; null where it suffices. */
export async function approveBond(context: Context, token: string, amount: bigint): Promise<Act<object> | null> {
  const owner = await actor(context);
  const erc20 = IERC20Metadata__factory.connect(token, context.signer);
  if ((await erc20.allowance(owner, context.addresses.TenderHouse)) >= amount) return null;
  const balance = await erc20.balanceOf(owner);
  if (balance < amount) {
    const decimals = await tokenDecimals(context, token);
    throw new InputError(`${owner} holds ${formatAmount(balance, decimals)} of the token, less than asked for.`);
  }
  return prepare(erc20.approve, [context.addresses.TenderHouse, amount], () => ({}));
}

/** Pays into the actor's bond balance; the allowance must suffice. */
export function depositBond(context: Context, token: string, amount: bigint): Act<object> {
  return prepare(context.house.depositBond, [token, amount], () => ({}));
}

/** Pays into the actor's bond balance with an EIP-2612 permit signed here: one transaction, no allowance. */
export async function depositBondWithPermit(context: Context, token: string, amount: bigint): Promise<Act<object>> {
  const owner = await actor(context);
  const signer = context.signer;
  if (!signer) throw new InputError("A permit needs an account to sign it.");
  const block = await context.provider.getBlock("latest");
  const deadline = BigInt((block?.timestamp ?? 0) + PERMIT_SECONDS);
  const nonce = await IERC20Permit__factory.connect(token, context.provider)
    .nonces(owner)
    .catch(() => {
      throw new InputError(`The token at ${token} takes no permits (EIP-2612); pay in without --permit.`);
    });
  const signature = Signature.from(
    await signer.signTypedData(
      await permitDomain(context, token),
      {
        Permit: [
          { name: "owner", type: "address" },
          { name: "spender", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
        ],
      },
      { owner, spender: context.addresses.TenderHouse, value: amount, nonce, deadline: toBeHex(deadline) },
    ),
  );
  const { v, r, s } = signature;
  return prepare(context.house.depositBondWithPermit, [token, amount, deadline, v, r, s], () => ({}));
}

/** Takes out of the actor's free balance. */
export function withdrawBond(context: Context, token: string, amount: bigint): Act<object> {
  return prepare(context.house.withdrawBond, [token, amount], () => ({}));
}

/** Settles the bond of a bid whose fate is known: back to the bidder, or to the treasury. Anyone. */
export function settleBond(context: Context, tender: bigint, lot: number, bidder: string): Act<{ forfeited: boolean }> {
  return prepare(context.house.settleBond, [tender, lot, bidder], (receipt) => ({
    forfeited: receipt.logs.some((log) => context.house.interface.parseLog(log)?.name === "BondForfeited"),
  }));
}

/** Pays all that is due to a treasury out to it. Anyone. */
export function collectBonds(context: Context, token: string, treasury: string): Act<object> {
  return prepare(context.house.payDue, [token, treasury], () => ({}));
}

/** The token's EIP-712 domain: as it tells by ERC-5267, else its name and version 1. */
async function permitDomain(context: Context, token: string) {
  const fallback = async () => ({
    name: await IERC20Metadata__factory.connect(token, context.provider).name(),
    version: "1",
  });
  const domain = await IERC5267__factory.connect(token, context.provider)
    .eip712Domain()
    .then(({ name, version }) => ({ name, version }))
    .catch(fallback);
  return { ...domain, chainId: context.chainId, verifyingContract: token };
}
