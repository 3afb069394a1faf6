import { ZeroAddress } from "ethers";
import type { Done } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { withdraw } from "./deliver.ts";
import type { DataSetModel } from "./model.ts";

/** An amount that waits for an account. */
export interface Due {
  token: string;
  /** Base units. */
  amount: bigint;
}

/** What is due to an account, in the tokens of the market's offers. */
export async function duesOf(context: Context, models: readonly DataSetModel[], account: string): Promise<Due[]> {
  const tokens = new Set(models.flatMap(({ offers }) => offers.map(({ terms }) => terms.token)));
  tokens.delete(ZeroAddress);
  const dues: Due[] = [];
  for (const token of tokens) dues.push({ token, amount: await context.market.dueOf(token, account) });
  return dues.filter(({ amount }) => amount > 0n);
}

/** Pays out what is due to an account. */
export async function collect(context: Context, dues: readonly Due[], account: string): Promise<Done<object>[]> {
  const done: Done<object>[] = [];
  for (const { token } of dues) done.push(await withdraw(context, token, account).send());
  return done;
}
