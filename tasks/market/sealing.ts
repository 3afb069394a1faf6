import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Listed, listedBefore } from "../../sdk/src/market/listed.ts";
import type { DataSetModel } from "../../sdk/src/market/model.ts";
import { type Prepared, prepareVersion } from "../../sdk/src/market/prepare.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type Args, numbers, optional, required } from "../shared/options.ts";
import { barOf, keysOf } from "./market.ts";

const MOST_CHUNK = 2 ** 32 - 1;

/** A file on its way into the market: either listed before, or prepared to be listed. */
export type Prepare = { listed: Listed } | Prepared;

/**
 * Seals a file, or keeps it as it is with `--open`. A run that was cut off is gone on with by the next one; a file that
 * was listed is found again by its content.
 */
export async function prepareFile(
  context: Context,
  args: Args,
  hre: HardhatRuntimeEnvironment,
  { agency, models, mediaType: said }: { agency: number; models: DataSetModel[]; mediaType?: string | undefined },
): Promise<Prepare> {
  const path = resolve(required(args, "file"));
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new InputError(`There is no file ${path}.`);
  const open = args["open"] === true;
  if (open && optional(args, "samples") !== undefined) throw new InputError("--samples are of sealed data.");
  const keys = open ? undefined : await keysOf(args, hre, context);
  const listed = await listedBefore(models, { path, ...(keys ? { keys } : {}) });
  if (listed) return { listed };
  const mediaType = optional(args, "mediaType") ?? said;
  const samples = optional(args, "samples") === undefined ? [] : numbers(args, "samples", MOST_CHUNK);
  const common = {
    ...{ path, agency, name: optional(args, "name") ?? basename(path) },
    ...(mediaType === undefined ? {} : { mediaType }),
    ...barOf(BigInt(found.size), open ? "kept" : "sealed"),
  };
  return prepareVersion(context, keys ? { ...common, keys, samples } : common);
}
