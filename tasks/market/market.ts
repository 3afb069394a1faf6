import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readKeyFile } from "../../sdk/src/market/keys/keyFile.ts";
import { fileKeys, type KeySource, walletKeys } from "../../sdk/src/market/keys/source.ts";
import { type DataSetModel, numberOf, type OrderModel } from "../../sdk/src/market/model.ts";
import type { OnProgress } from "../../sdk/src/market/seal/pieces.ts";
import { formatAmount } from "../../sdk/src/shared/amount.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type FileStore, MirrorStore } from "../../sdk/src/shared/files.ts";
import { KuboStore } from "../../sdk/src/shared/kubo.ts";
import { tokenDecimals, tokenSymbol } from "../../sdk/src/shared/token.ts";
import { openHouse } from "../shared/house.ts";
import { type Args, optional, whole } from "../shared/options.ts";
import { passPhrase } from "../shared/passPhrase.ts";
import { Progress } from "../shared/progress.ts";

const MOST = 2n ** 32n - 1n;
/** Bytes below which no bar is shown: a second's work. */
const SHORT = 16 << 20;

export const dataSetOf = (args: Args): number => Number(whole(args, "dataSet", MOST));

/** A number from 0 on, or undefined where it is not given. */
export function numberIf(args: Args, name: string): number | undefined {
  return optional(args, name) === undefined ? undefined : Number(whole(args, name, MOST));
}

/** The house, with the files of `--store` where it is given. */
export async function openMarket(args: Args, hre: HardhatRuntimeEnvironment): Promise<Context> {
  const context = await openHouse(args, hre);
  const store = storeOf(args);
  return store ? { ...context, files: store } : context;
}

/** The house for a buyer, who keeps what is read of `--store`: a seller could withhold it later. */
export async function openForBuyer(args: Args, hre: HardhatRuntimeEnvironment): Promise<Context> {
  const context = await openHouse(args, hre);
  const store = storeOf(args);
  return store ? { ...context, files: new MirrorStore(context.files, store) } : context;
}

function storeOf(args: Args): FileStore | null {
  const store = optional(args, "store");
  if (store === undefined) return null;
  const authorization = process.env["COMMON_SEAL_STORE_AUTHORIZATION"];
  return new KuboStore(store, authorization === undefined ? {} : { authorization });
}

/** The keys of who acts: of the key file of `--keys`, else of the wallet. */
export async function keysOf(args: Args, hre: HardhatRuntimeEnvironment, context: Context): Promise<KeySource> {
  const place = { chainId: context.chainId, market: context.addresses.DataMarket };
  const path = optional(args, "keys");
  if (path !== undefined) return fileKeys(await readKeyFile(path, await passPhrase(hre)), place);
  if (!context.signer) throw new InputError("This act needs an account, or a key file by --keys.");
  return walletKeys(context.signer, place);
}

/** A bar over bytes, for work that takes a while. */
export function barOf(total: number | bigint, label: string): { progress?: OnProgress } {
  const bytes = Number(total);
  if (bytes < SHORT) return {};
  const bar = new Progress(bytes);
  let before = 0;
  return {
    progress(done) {
      bar.step(label, done - before);
      before = done;
    },
  };
}

/** Amounts with their token's symbol. */
export class Money {
  readonly #context: Context;
  readonly #tokens = new Map<string, Promise<{ decimals: number; symbol: string }>>();

  constructor(context: Context) {
    this.#context = context;
  }

  async show(token: string, amount: bigint): Promise<string> {
    if (amount === 0n) return "free";
    const known = this.#tokens.get(token) ?? this.#read(token);
    this.#tokens.set(token, known);
    const { decimals, symbol } = await known;
    return `${formatAmount(amount, decimals)} ${symbol}`;
  }

  async #read(token: string): Promise<{ decimals: number; symbol: string }> {
    return { decimals: await tokenDecimals(this.#context, token), symbol: await tokenSymbol(this.#context, token) };
  }
}

/** The buyer's order that options name, else the latest. @throws InputError if there is none */
export function orderOf(args: Args, model: DataSetModel, buyer: string): OrderModel {
  const version = numberIf(args, "versionNumber");
  const nonce = numberIf(args, "nonce");
  const found = model.orders.findLast(
    ({ order }) =>
      order.buyer === buyer &&
      (version === undefined || numberOf(order.version) === version) &&
      (nonce === undefined || order.nonce === nonce),
  );
  if (found) return found;
  const which = [version === undefined ? "" : ` of version ${version}`, nonce === undefined ? "" : `, number ${nonce}`];
  throw new InputError(`${buyer} has no order${which.join("")} of data set ${model.dataSet}.`);
}
