import { toBeHex } from "ethers";
import { z } from "zod";
import { readMetadataAt } from "../../../agencies/read.ts";
import { cidOf } from "../../../shared/cid.ts";
import type { Context } from "../../../shared/context.ts";
import { InputError } from "../../../shared/errors.ts";
import { getChecked, getJson } from "../../../shared/files.ts";
import { logsBetween } from "../../../shared/logs.ts";
import { type ComplaintModel, isHeardHere, readComplaints } from "../../complaints/read.ts";
import { readConsortia } from "../../consortium.ts";
import { type JudgedModel, readJudgings } from "../../evaluation/judgings.ts";
import { termsOf } from "../../evaluation/read.ts";
import type { BidModel, TenderModel } from "../../model.ts";
import { type Notice, parseNotice } from "../../notice.ts";
import { readQuestions } from "../../questions.ts";
import { type FoundQuotation, type Quotation, readQuotations } from "../../quotation.ts";
import type { Sources } from "./sources.ts";

/**
 * Reads all that an export is made of, up to a block.
 * @param first what was gathered of the publication; absent = the model is that of the publication
 * @throws InputError if the notice is not in the store
 */
export async function gather(
  context: Context,
  model: TenderModel,
  { prefix, toBlock, first }: { prefix: string; toBlock: number; first?: Sources },
): Promise<Sources> {
  const { tender, agency, published } = model;
  const [notice, quotations] = [await readNotice(context, model), await readQuotations(context, model)];
  const questions = await readQuestions(context, tender, toBlock);
  const consortia = await readConsortia(context, tender, toBlock);
  const isHeard = isHeardHere(context, model);
  const complaints = isHeard ? await readComplaints(context, tender, toBlock) : [];
  const isJudged = model.rule?.toLowerCase() === context.addresses.Evaluation.toLowerCase();
  const judged = isJudged
    ? await readJudgings(context, tender, await termsOf(context, tender, toBlock), toBlock)
    : undefined;
  const said = questions.flatMap(({ asked, answers }) => [asked, ...answers]);
  return {
    chainId: context.chainId,
    house: context.addresses.TenderHouse,
    ocid: `${prefix}-${context.chainId}-${context.addresses.TenderHouse.toLowerCase()}-${tender}`,
    published: first?.published ?? model.documents,
    notice,
    lotIds: first?.lotIds ?? notice.lots.map(({ id }) => id),
    agency: { agency, metadata: await readMetadataAt(context, agency, published.block) },
    quotations,
    named: namesOf(model, quotations),
    texts: await readTexts(context, [
      ...ofModel(model),
      ...questions.flatMap(({ question, answers }): Named[] => [
        [question, "question"],
        ...answers.map(({ answer }): Named => [answer, "answer"]),
      ]),
      ...complaints.flatMap(ofComplaint),
      ...(judged ? ofJudged(judged) : []),
    ]),
    ...{ questions, consortia, complaints },
    ...(isHeard ? await readReview(context, model) : {}),
    ...(judged ? { judged } : {}),
    times: [
      ...[...said, ...consortia].map(({ time }) => time),
      ...complaints.flatMap(({ filed, ended, state, deadline }) => [
        filed.time,
        ...(ended ? [ended.time] : state === "lapsed" ? [deadline + 1] : []),
      ]),
      ...(judged?.latest ? [judged.latest.time] : []),
    ],
  };
}

async function readNotice({ files }: Context, { tender, documents }: TenderModel): Promise<Notice> {
  const notice = await getJson(files, documents);
  if (notice !== null) return parseNotice(notice);
  throw new InputError(`The notice ${cidOf(documents)} of tender ${tender} is not in the store.`);
}

/** A digest, and the field of its file that has the text. */
type Named = [digest: string | undefined, field: string];

function ofModel({ lots, cancelled, extended }: TenderModel): Named[] {
  const decided = lots.flatMap(({ bids }) => bids.flatMap(({ rejected, admitted }) => [rejected, admitted]));
  return [...decided, cancelled, ...extended].map((one) => [one?.evidence, "statement"]);
}

const ofComplaint = ({ grounds, ended }: ComplaintModel): Named[] => [
  [grounds, "grounds"],
  [ended?.statement, "statement"],
];

const ofJudged = ({ judgings }: JudgedModel): Named[] =>
  judgings.flatMap(({ low }) => [...low.values()].map(({ answer }): Named => [answer?.digest, "explanation"]));

/** The texts of files; what the store does not have, or is none of these, is left out. */
async function readTexts({ files }: Context, named: Named[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const [digest, field] of named) {
    if (digest === undefined) continue;
    const file = await getChecked(files, digest, z.object({ [field]: z.string() }));
    const text = file?.[field];
    if (text !== undefined) texts.set(digest, text);
  }
  return texts;
}

function namesOf(model: TenderModel, quotations: Map<BidModel, FoundQuotation>) {
  const named = new Map<string, Quotation["tenderer"]>();
  for (const bid of model.lots.flatMap(({ bids }) => bids)) {
    const found = quotations.get(bid);
    const party = bid.vendor ?? bid.bidder;
    if (found && "quotation" in found && !named.has(party)) named.set(party, found.quotation.tenderer);
  }
  return named;
}

async function readReview(context: Context, { tender, published }: TenderModel): Promise<Pick<Sources, "review">> {
  const { complaints, addresses, provider } = context;
  const { topicHash } = complaints.interface.getEvent("ReviewBegun");
  const filter = { address: addresses.Complaints, topics: [topicHash, toBeHex(tender, 32)] };
  const [log] = await logsBetween(provider, filter, published.block, published.block);
  const begun = log && complaints.interface.parseLog(log)?.args;
  if (!begun) return {};
  const { reviewer, review } = begun as unknown as { reviewer: bigint; review: { decisionPeriod: bigint } };
  const agency = Number(reviewer);
  const metadata = await readMetadataAt(context, agency, published.block);
  return { review: { agency, metadata, decisionPeriod: Number(review.decisionPeriod) } };
}
