import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { parsePrice } from "../../sdk/src/tenders/amount.ts";
import { NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { type Quotation, quotationSchema } from "../../sdk/src/tenders/quotation.ts";
import { readMoney } from "../../sdk/src/tenders/read.ts";
import { quotationFile, type SealOutcome, type SealParameters } from "../../sdk/src/tenders/seal.ts";
import { bidStore, openHouse } from "../shared/house.ts";
import { type Args, lotOf, optional, required, tenderOf } from "../shared/options.ts";
import type { Output } from "../shared/verb.ts";
import { documentsOf } from "./documents.ts";

type Seal = (context: Context, parameters: SealParameters) => Promise<SealOutcome>;

/** What `tender commit` and `tender replace` share: the bid from the options, sealed by one action or the other. */
export async function seal(action: Seal, did: string, args: Args, hre: HardhatRuntimeEnvironment): Promise<Output> {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const price = await priceOf(args, hre);
  const quotation = await quotationOf(args);
  const context = await openHouse(args, hre);
  const { decimals } = await readMoney(context, tender);
  const bid = {
    price: parsePrice(price, decimals),
    quotation: quotation ? quotationFile(quotation).digest : NO_QUOTATION,
  };
  const outcome = await action(context, {
    tender,
    lot,
    bid,
    ...(quotation ? { quotation } : {}),
    documents: await documentsOf(args),
    marked: args["marked"] === true,
    bids: bidStore(hre),
  });
  if ("done" in outcome) {
    const { number, file } = outcome.done;
    return { text: `This bid is sealed already, as number ${number}. Its bid file: ${file}`, json: outcome.done };
  }
  const done = await outcome.act.send();
  const { number, file } = done.result;
  return {
    text: `${did} as number ${number}. Keep this file safe, it opens the bid: ${file}`,
    json: { ...done, ...done.result },
  };
}

/** The price: from the option, from stdin for "-", or asked for on a terminal, where no list of processes shows it. */
async function priceOf(args: Args, hre: HardhatRuntimeEnvironment): Promise<string> {
  const given = optional(args, "price");
  if (given === "-") return (await text(process.stdin)).trim();
  if (given === undefined && process.stdin.isTTY) return hre.interruptions.requestSecretInput("tender", "Price");
  return required(args, "price");
}

async function quotationOf(args: Args): Promise<Quotation | undefined> {
  const path = optional(args, "quotation");
  const name = optional(args, "name");
  if (path === undefined) {
    return name === undefined ? undefined : { format: "common-seal/quotation/1", tenderer: { name } };
  }
  const content = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The quotation ${path} cannot be read: ${error.code ?? error.message}`);
  });
  const parsed = quotationSchema.safeParse(parseJson(content, path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(`${path} is not a quotation: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  return parsed.data;
}
