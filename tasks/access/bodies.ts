import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Body, EXCHANGES, openBody } from "../../sdk/src/access/body.ts";
import type { LogName } from "../../sdk/src/access/anchor.ts";
import { textHash, ZERO } from "../../sdk/src/access/place.ts";
import { readLines } from "../../sdk/src/access/published.ts";
import type { Scope } from "../../sdk/src/access/scope.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { stateFolder } from "../shared/house.ts";
import { type Args, optional, required } from "../shared/options.ts";

/** Where a body keeps its log and its papers: a folder for each house. */
export function bodyFolder(context: Context, agency: number, args: Args, hre: HardhatRuntimeEnvironment): string {
  const { chainId, addresses } = context;
  const house = `${chainId}-${addresses.AccessLog.slice(2, 10)}`;
  return optional(args, "folder") ?? join(stateFolder(hre), "access", house, String(agency));
}

export function bodyOf(context: Context, agency: number, args: Args, hre: HardhatRuntimeEnvironment): Promise<Body> {
  return openBody(context, agency, bodyFolder(context, agency, args, hre));
}

/** The scope of `--schemas` and `--scope`. */
export function scopeOf(args: Args): Scope {
  const schemas = commaList(optional(args, "schemas") ?? "").map((text) => numberOf(text, "--schemas"));
  const name = optional(args, "scope");
  if (schemas.length === 0 && name === undefined) throw new InputError("Give --schemas or --scope: what is it about?");
  return { schemas, named: name === undefined ? ZERO : textHash(name) };
}

export const commaList = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

function numberOf(text: string, option: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) >= 2 ** 32) {
    throw new InputError(`${option} must hold numbers from 1 on, not ${text}.`);
  }
  return Number(text);
}

/**
 * The logs of `--logs 1=FILE,2=http://…/log,2:NAME=FILE`: each body's number, the log's name on chain (`exchanges`
 * where none is given: a file's own name says nothing), and where the log is.
 */
export async function logsOf(args: Args): Promise<{ log: LogName; texts: string[] }[]> {
  const logs: { log: LogName; texts: string[] }[] = [];
  for (const part of commaList(required(args, "logs"))) {
    const [, agency = "", name = EXCHANGES, source = ""] = /^([^=:]*)(?::([^=]+))?=(.+)$/.exec(part) ?? [];
    if (source === "") throw new InputError(`--logs must be like 1=FILE,2=http://127.0.0.1:8000/log, not ${part}.`);
    logs.push({ log: { agency: numberOf(agency, "--logs"), name }, texts: await readLines(source) });
  }
  return logs;
}
