/** What seller and buyers of the scenario, each a process of its own, have in common. */
import { JsonRpcProvider, Wallet } from "ethers";
import type { DocumentFile } from "../../../sdk/src/documents/documentFile.ts";
import { type KeySource, walletKeys } from "../../../sdk/src/market/keys/source.ts";
import { connect, type Context, type Deployment } from "../../../sdk/src/shared/context.ts";
import { describeError } from "../../../sdk/src/shared/decode.ts";
import { FolderStore } from "../../../sdk/src/shared/files.ts";

/** How a party finds the house. */
export interface Invitation {
  url: string;
  deployment: Omit<Deployment, "chainId"> & { chainId: string };
  /** Folder of the public store, in which the sealed pieces are. */
  files: string;
  /** The party's private key, of this play only. */
  secret: string;
}

export interface SellerTask extends Invitation {
  agency: number;
  /** The table that is sold. */
  path: string;
  token: string;
  payee: string;
  /** Body and schema of the register in which an accredited buyer stands. */
  register: { schema: number; issuer: number };
  /** Whether one hash is listed that no chunk has. */
  crooked: boolean;
}

export interface BuyerTask extends Invitation {
  dataSet: number;
  offer: number;
  /** Folder in which the buyer keeps what it fetched. */
  own: string;
  out: string;
  documents: DocumentFile[];
}

/** What a party tells the play, a line each. */
export type Told =
  | { told: "progress"; bytes: number }
  | { told: "listed"; dataSet: number }
  | { told: "round"; delivered: number; settled: number }
  | { told: "ordered"; gas: string }
  | { told: "ended"; outcome: string; version: string; nonce: number };

export const tell = (told: Told): void => {
  process.stdout.write(`${JSON.stringify(told)}\n`);
};

/** Progress as lines, not more than one a mebibyte. */
export function tellProgress(): (bytes: number) => void {
  let last = 0;
  return (bytes) => {
    if (bytes - last < 2 ** 20) return;
    tell({ told: "progress", bytes: bytes - last });
    last = bytes;
  };
}

export const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** Runs a party's part; what goes wrong is one line on stderr and exit code 1. */
export async function play<T extends Invitation>(
  part: (context: Context, keys: KeySource, task: T) => Promise<void>,
): Promise<void> {
  const task = JSON.parse(process.env["COMMON_SEAL_TASK"] ?? "{}") as T;
  const provider = new JsonRpcProvider(task.url, undefined, { staticNetwork: true, cacheTimeout: -1 });
  provider.pollingInterval = 200;
  try {
    const deployment = { ...task.deployment, chainId: BigInt(task.deployment.chainId) };
    const wallet = new Wallet(task.secret, provider);
    const context = await connect(provider, deployment, new FolderStore(task.files), wallet);
    const place = { chainId: context.chainId, market: context.addresses.DataMarket };
    await part(context, walletKeys(wallet, place), task);
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  } finally {
    provider.destroy();
  }
}
