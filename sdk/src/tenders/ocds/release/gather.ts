import { z } from "zod";
import { readMetadataAt } from "../../../agencies/read.ts";
import { cidOf } from "../../../shared/cid.ts";
import type { Context } from "../../../shared/context.ts";
import { InputError } from "../../../shared/errors.ts";
import { getChecked, getJson } from "../../../shared/files.ts";
import { readContracts } from "../../evaluation/contracts.ts";
import type { TenderModel } from "../../model.ts";
import { parseNotice } from "../../notice.ts";
import { readQuotations } from "../../quotation.ts";
import type { Sources } from "./sources.ts";

const statementSchema = z.object({ statement: z.string() });

/** Reads all that an export is made of, up to a block. @throws InputError if the notice is not in the store */
export async function gather(context: Context, model: TenderModel, prefix: string, toBlock: number): Promise<Sources> {
  const notice = await getJson(context.files, model.documents);
  if (notice === null) {
    throw new InputError(`The notice ${cidOf(model.documents)} of tender ${model.tender} is not in the store.`);
  }
  const statements = new Map<string, string>();
  const keepStatement = async (digest: string) => {
    const file = await getChecked(context.files, digest, statementSchema);
    if (file) statements.set(digest, file.statement);
  };
  for (const bid of model.lots.flatMap((lot) => lot.bids)) {
    if (bid.rejected) await keepStatement(bid.rejected.evidence);
  }
  if (model.cancelled) await keepStatement(model.cancelled.evidence);
  return {
    chainId: context.chainId,
    house: context.addresses.TenderHouse,
    ocid: `${prefix}-${context.chainId}-${context.addresses.TenderHouse.toLowerCase()}-${model.tender}`,
    notice: parseNotice(notice),
    agency: await readMetadataAt(context, model.agency, model.published.block),
    quotations: await readQuotations(context, model),
    statements,
    contracts: isJudged(context, model) ? await readContracts(context, model.tender, toBlock) : [],
  };
}

/** Whether the house's evaluation is the tender's rule. */
const isJudged = ({ addresses }: Context, { rule }: TenderModel): boolean =>
  rule?.toLowerCase() === addresses.Evaluation.toLowerCase();
