import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { approve, signPermit, tokenDecimals, tokenSymbol } from "../shared/token.ts";

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
  const symbol = await tokenSymbol(context, token);
  const { free, locked } = await context.house.bondBalance(token, account);
  return { token, symbol, decimals, account, free, locked, due: await context.house.bondDue(token, account) };
}

/** Lets the house take an amount of the token, where the allowance is smaller; null where it suffices. */
export function approveBond(context: Context, token: string, amount: bigint): Promise<Act<object> | null> {
  return approve(context, token, context.addresses.TenderHouse, amount);
}

/** Pays into the actor's bond balance; the allowance must suffice. */
export function depositBond(context: Context, token: string, amount: bigint): Act<object> {
  return prepare(context.house.depositBond, [token, amount], () => ({}));
}

/** Pays into the actor's bond balance with an EIP-2612 permit signed here: one transaction, no allowance. */
export async function depositBondWithPermit(context: Context, token: string, amount: bigint): Promise<Act<object>> {
  const { deadline, v, r, s } = await signPermit(context, token, context.addresses.TenderHouse, amount);
  return prepare(context.house.depositBondWithPermit, [token, amount, deadline, v, r, s], () => ({}));
}

/** Takes out of the actor's free balance. */
export function withdrawBond(context: Context, token: string, amount: bigint): Act<object> {
  return prepare(context.house.withdrawBond, [token, amount], () => ({}));
}

const FORFEITED = ["BondForfeited", "GuaranteeForfeited"];

/** Settles the bond of a bid whose fate is known: back to the bidder, or to the treasury. Anyone. */
export function settleBond(context: Context, tender: bigint, lot: number, bidder: string): Act<{ forfeited: boolean }> {
  return prepare(context.house.settleBond, [tender, lot, bidder], (receipt) => ({
    forfeited: receipt.logs.some((log) => FORFEITED.includes(context.house.interface.parseLog(log)?.name ?? "")),
  }));
}

/** Pays all that is due to a treasury out to it. Anyone. */
export function collectBonds(context: Context, token: string, treasury: string): Act<object> {
  return prepare(context.house.payDue, [token, treasury], () => ({}));
}
