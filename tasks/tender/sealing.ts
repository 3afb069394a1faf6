import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { digestOf } from "../../sdk/src/shared/cid.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { parsePrice } from "../../sdk/src/tenders/amount.ts";
import { NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { readReceipt } from "../../sdk/src/tenders/attach.ts";
import { identityIn, readIdentityFile } from "../../sdk/src/tenders/identityFile.ts";
import { type Quotation, quotationSchema } from "../../sdk/src/tenders/quotation.ts";
import { readMoney } from "../../sdk/src/tenders/read.ts";
import { signBid } from "../../sdk/src/tenders/relay.ts";
import {
  commitBid,
  placeFor,
  quotationFile,
  replaceBid,
  type Sealed,
  type SealParameters,
} from "../../sdk/src/tenders/seal.ts";
import { bidStore, openHouse } from "../shared/house.ts";
import { type Args, lotOf, optional, tenderOf } from "../shared/options.ts";
import { secretInput } from "../shared/secretInput.ts";
import type { Output } from "../shared/verb.ts";
import { documentsOf } from "./documents.ts";
import { relayOf, writeRelay } from "./relaying.ts";

/** What `tender commit` and `tender replace` share: the bid from the options, sealed, or signed for a relayer. */
export async function seal(again: boolean, args: Args, hre: HardhatRuntimeEnvironment): Promise<Output> {
  const relay = relayOf(args);
  const price = await secretInput(args, hre, "price", "Price");
  const context = await openHouse(args, hre);
  const parameters = await parametersOf(context, args, price, hre);
  if (relay) {
    const signed = await signBid(context, { ...parameters, ...relay.until, again });
    return "done" in signed ? before(signed.done) : writeRelay(relay.out, signed.relay, signed.file);
  }
  const outcome = await (again ? replaceBid : commitBid)(context, parameters);
  if ("done" in outcome) return before(outcome.done);
  const done = await outcome.act.send();
  const { number, file } = done.result;
  return {
    text: `${again ? "Replaced: sealed" : "Sealed"} as number ${number}. Keep this file safe, it opens the bid: ${file}`,
    json: { ...done, ...done.result },
  };
}

function before(done: Sealed): Output {
  return { text: `This bid is sealed already, as number ${done.number}. Its bid file: ${done.file}`, json: done };
}

/** The bid of the options. */
async function parametersOf(
  context: Context,
  args: Args,
  price: string,
  hre: HardhatRuntimeEnvironment,
): Promise<SealParameters> {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const { decimals } = await readMoney(context, tender);
  const quotation = await withAttachments(context, args, await quotationOf(args));
  const [identity, guarantee] = [optional(args, "identity"), optional(args, "guarantee")];
  const technical = optional(args, "technical");
  const place = await placeFor(context, tender, lot);
  const named = identity && identityIn(await readIdentityFile(identity), context.genesisHash, place);
  return {
    tender,
    lot,
    bid: {
      price: parsePrice(price, decimals),
      quotation: quotation ? quotationFile(quotation).digest : NO_QUOTATION,
      ...(named ? { identity: named } : {}),
    },
    ...(quotation ? { quotation } : {}),
    ...(technical === undefined ? {} : { technical: digestOf(await readFile(technical).catch(unreadable(technical))) }),
    documents: await documentsOf(args),
    marked: args["marked"] === true,
    foreign: args["foreign"] === true,
    ...(guarantee ? { guarantee: await readDocumentFile(guarantee) } : {}),
    bids: bidStore(hre),
  };
}

/** The quotation with the attachments whose receipts are given. */
async function withAttachments(context: Context, args: Args, quotation: Quotation | undefined) {
  const paths = optional(args, "attachments")
    ?.split(",")
    .map((path) => path.trim());
  if (!paths) return quotation;
  if (!quotation) throw new InputError("Attachments are listed in a quotation: give --name or --quotation too.");
  const receipts = await Promise.all(paths.map((path) => readReceipt(context, path, tenderOf(args), lotOf(args))));
  return { ...quotation, attachments: [...(quotation.attachments ?? []), ...receipts] };
}

function unreadable(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw new InputError(`${path} cannot be read: ${error.code ?? error.message}`);
  };
}

async function quotationOf(args: Args): Promise<Quotation | undefined> {
  const path = optional(args, "quotation");
  const name = optional(args, "name");
  if (path === undefined) {
    return name === undefined ? undefined : { format: "common-seal/quotation/1", tenderer: { name } };
  }
  const content = await readFile(path, "utf8").catch(unreadable(path));
  const parsed = quotationSchema.safeParse(parseJson(content, path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(`${path} is not a quotation: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  return parsed.data;
}
