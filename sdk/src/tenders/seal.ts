import canonicalize from "canonicalize";
import type { ContractTransactionReceipt } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import { digestOf } from "../shared/cid.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { DocumentFile } from "../documents/documentFile.ts";
import { holderProof, LACKING } from "../documents/holderProof.ts";
import {
  type Bid,
  type BidPlace,
  bidProofs,
  decodeBid,
  decodeTechnical,
  encodeBid,
  encodePrice,
  encodeTechnical,
  newSalt,
  NO_QUOTATION,
} from "./bid.ts";
import { type BidFile, type BidStore, makeBidFile, placeOf, priceSectionOf, quotationFileOf } from "./bidFile.ts";
import { newLottery, sealedBytes } from "./envelopes.ts";
import { guaranteeProof } from "./guarantee.ts";
import { NO_IDENTITY, vendorOf } from "./identity.ts";
import type { SealingModel } from "./model.ts";
import { BID_STATES, type Commit, commitsOf } from "./order.ts";
import type { Quotation } from "./quotation.ts";
import { requireOwnJudges } from "./judging.ts";
import { readTender } from "./read.ts";
import { sealQuotation } from "./sealedQuotation.ts";
import {
  bestFirst,
  presentSecond,
  proofsFor,
  splitProofs,
  type RequiredDocument,
  unpackMarks,
  unpackRequired,
} from "../documents/required.ts";

/** The last of all times. */
const FOREVER = 2n ** 40n - 1n;

/** Where the actor's bid in a lot belongs. */
export async function placeFor(context: Context, tender: bigint, lot: number): Promise<BidPlace> {
  return {
    chainId: context.chainId,
    house: context.addresses.TenderHouse,
    tender,
    lot,
    bidder: await actor(context),
  };
}

export interface SealParameters {
  tender: bigint;
  lot: number;
  bid: Pick<Bid, "price" | "quotation" | "identity" | "proofs">;
  /** Digest of the technical offer, where the tender has two parts. */
  technical?: string;
  /**
   * The quotation whose digest the bid holds: kept beside the bid, and made public when it is opened. For a committee it
   * goes into the store sealed before the bid is sent, and the bid holds that file's digest.
   */
  quotation?: Quotation;
  /** Documents of the bidder that the lot requires. */
  documents?: readonly DocumentFile[];
  /** Seal even where a required document is missing or does not hold; the bid will be marked. */
  marked?: boolean;
  /** Seal even where contracts that are not of this house choose the winners or hear complaints. */
  foreign?: boolean;
  /** A document that stands for the bond, as the tender accepts it; absent = the bond is paid. */
  guarantee?: DocumentFile;
  bids: BidStore;
}

/** A quotation's file: its text, and the digest that goes into the bid. */
export function quotationFile(quotation: Quotation): { text: string; digest: string } {
  const text = canonicalize(quotation) ?? "";
  return { text, digest: digestOf(new TextEncoder().encode(text)) };
}

export interface Sealed {
  commitment: string;
  number: number;
  /** Path of the bid file. */
  file: string;
}

/** Either an act still to be sent, or what an earlier run of the same command did already. */
export type SealOutcome = { act: Act<Sealed> } | { done: Sealed };

/**
 * Seals a bid. Its file is on disk before anything is sent. Run again after a crash it reuses the file, or finds that
 * the very same bid stands sealed.
 * @throws InputError if another bid of the actor stands in the lot
 */
export async function commitBid(context: Context, parameters: SealParameters): Promise<SealOutcome> {
  const entry = await enter(context, parameters, false);
  return "done" in entry ? entry : { act: await sealing(context, entry.parameters, false) };
}

/** Replaces the actor's sealed bid, which gets a new commit number. Safe to run again, as `commitBid`. */
export async function replaceBid(context: Context, parameters: SealParameters): Promise<SealOutcome> {
  const entry = await enter(context, parameters, true);
  return "done" in entry ? entry : { act: await sealing(context, entry.parameters, true) };
}

/**
 * The parameters of a bid that can be sealed, with the proofs of its documents; or what an earlier run sealed.
 * @param again whether the bid replaces one
 * @throws InputError if another bid of the actor stands in the lot, or there is none to replace
 */
export async function enter(
  context: Context,
  parameters: SealParameters,
  again: boolean,
): Promise<{ parameters: SealParameters } | { done: Sealed }> {
  const standing = await standingCommitment(context, parameters);
  if (again && parameters.guarantee) {
    throw new InputError("The bond or guarantee of a bid that is replaced stays: replace it without a guarantee.");
  }
  if (again && !standing) throw new InputError("No bid of yours is sealed in this lot; seal one with `tender commit`.");
  const done = standing && (await sealedBefore(context, parameters, standing));
  if (done) return { done };
  if (standing && !again) {
    throw new InputError("A bid of yours is sealed in this lot already; replace it with `tender replace`.");
  }
  return { parameters: await documented(context, parameters) };
}

/** What an earlier run sealed, if it was this very bid: with proofs of these documents, whatever became of them. */
async function sealedBefore(context: Context, p: SealParameters, standing: Commit): Promise<Sealed | undefined> {
  const kept = await fileOf(context, p, standing.commitment);
  if (!kept || priceSectionOf(kept.file)?.price !== p.bid.price || !isOfQuotation(kept.file, p)) return undefined;
  const decode = kept.file.second ? decodeTechnical : decodeBid;
  if (decode(kept.file.bid, placeOf(kept.file))?.identity !== p.bid.identity) return undefined;
  const required = unpackRequired((await context.house.lotOf(p.tender, p.lot)).required);
  const own = [LACKING, ...(p.documents ?? []).map((document) => holderProof(document))];
  const same = splitProofs(bidProofs(kept.file.bid, kept.file.second !== undefined), required.length).every((proof) =>
    own.includes(proof),
  );
  return same ? { ...standing, file: kept.path } : undefined;
}

/**
 * The parameters with the proofs of the documents that the lot requires in the bid, and those documents alone.
 * @throws InputError if one is missing, of another holder, or would not hold now, unless the bid may be marked
 */
async function documented(context: Context, parameters: SealParameters): Promise<SealParameters> {
  const { tender, lot, bid, marked } = parameters;
  const { required: word } = await context.house.lotOf(tender, lot);
  const required = unpackRequired(word);
  if (required.length === 0) {
    if ((parameters.documents ?? []).length > 0) {
      throw new InputError(`Lot ${lot} of tender ${tender} requires no documents.`);
    }
    return parameters;
  }
  const bidder = vendorIn(bid, await placeFor(context, tender, lot));
  const documents = await bestFirst(context, required, parameters.documents ?? [], bidder);
  const { proofs } = proofsFor(required, documents);
  const now = await presentSecond(context);
  const marks = unpackMarks(await context.documents.documentMarks(word, proofs, bidder, now), required.length);
  const wanting = marks.findIndex((mark) => mark !== "held");
  if (marked !== true && wanting < 0) await checkLasting(context, { ...parameters, documents }, required);
  if (wanting < 0 || marked === true) return { ...parameters, documents, bid: { ...bid, proofs } };
  const { schema, issuer } = required[wanting] ?? { schema: 0 };
  const by = issuer === undefined ? "any accredited body" : `agency ${issuer}`;
  throw new InputError(
    `Lot ${lot} requires a document of schema ${schema} by ${by}, and yours is ${marks[wanting]}: the bid would be marked.`,
  );
}

/** Who must hold a bid's documents. @throws InputError if its identity is none for this place */
function vendorIn({ identity = NO_IDENTITY }: SealParameters["bid"], place: BidPlace): string {
  const vendor = vendorOf(identity, place);
  if (vendor !== null) return vendor;
  throw new InputError(
    `The identity is none for a bid of ${place.bidder} in lot ${place.lot}: the bid would not count.`,
  );
}

/** Checks that the documents that the bid proves hold until the commit deadline, by which they are judged. */
async function checkLasting(
  context: Context,
  { tender, lot, documents = [] }: SealParameters,
  required: readonly RequiredDocument[],
): Promise<void> {
  const { commitDeadline } = await context.house.tenderOf(tender);
  for (const { docHash, agency, schema, placement } of documents.filter((one) => isProof(one, required, documents))) {
    const hash = placement.kind === "leaf" ? placement.root : docHash;
    const { expires } = await context.documents.recordOf(agency, hash);
    if (expires === 0n || expires >= commitDeadline) continue;
    throw new InputError(
      `Lot ${lot} requires a document of schema ${schema} at the commit deadline, and yours expires before it: the bid would be marked.`,
    );
  }
}

/** Whether a document is the one that the bid carries for a requirement. */
function isProof(
  document: DocumentFile,
  required: readonly RequiredDocument[],
  documents: readonly DocumentFile[],
): boolean {
  return required.some(
    (one) =>
      proofsFor([one], documents).proofs === proofsFor([one], [document]).proofs &&
      proofsFor([one], [document]).lacking.length === 0,
  );
}

/** Withdraws the actor's sealed bid and frees its bond. The bid file stays. */
export function withdrawBid(context: Context, tender: bigint, lot: number): Act<object> {
  return prepare(context.house.withdraw, [tender, lot], () => ({}));
}

/** A bid ready to be handed in. */
export interface ReadyBid {
  file: BidFile;
  /** What is handed in: for a committee each part's commitment and envelope, else the commitment alone. */
  sealed: string;
  /** Whether a committee opens the bids. */
  enveloped: boolean;
  /** Proof of the guarantee; absent = the bond is paid. */
  guarantee?: string;
  /** Puts the bid file on disk, where it is not yet; returns its path. */
  keep(): Promise<string>;
}

/** Makes a bid, or finds one of an earlier run that was not sent. Nothing is kept or sent yet. */
export async function readyBid(context: Context, parameters: SealParameters): Promise<ReadyBid> {
  const { tender, lot, bid, quotation, bids } = parameters;
  const place = await placeFor(context, tender, lot);
  vendorIn(bid, place);
  const details = quotation && quotationFile(quotation);
  if (details && details.digest !== bid.quotation) throw new InputError("The bid is of another quotation.");
  const model = await readTender(context, tender);
  if (parameters.foreign !== true) requireOwnJudges(context.addresses, model);
  const { sealing: terms } = model;
  const { kept, used } = await keptFor(context, place, bids);
  const unsent = kept.find(({ file }) => !used.has(file.commitment) && isOf(file, parameters, terms));
  const file = unsent?.file ?? newFile(context, place, parameters, terms, details?.text);
  const guarantee = parameters.guarantee && (await guaranteeProof(context, place, parameters.guarantee));
  return {
    file,
    sealed: terms ? await sealedBytes(context, file) : file.commitment,
    enveloped: terms !== undefined,
    ...(guarantee === undefined ? {} : { guarantee }),
    async keep() {
      const path = unsent?.path ?? (await bids.keep(file));
      const sealedQuotation = terms && quotationFileOf(file);
      if (sealedQuotation) await context.files.put(sealedQuotation);
      return path;
    },
  };
}

async function sealing(context: Context, parameters: SealParameters, again: boolean): Promise<Act<Sealed>> {
  const { tender, lot } = parameters;
  const { file, sealed, enveloped, guarantee, keep } = await readyBid(context, parameters);
  const { house } = context;
  const event = enveloped || guarantee !== undefined ? "BidSealed" : again ? "BidReplaced" : "BidCommitted";
  const read = (receipt: ContractTransactionReceipt) => ({
    number: Number(eventOf<{ number: bigint }>(receipt, context.house, event).number),
  });
  const own = enveloped
    ? again
      ? house.replaceEnvelope
      : house.commitEnvelope
    : again
      ? house.replaceBid
      : house.commitBid;
  let act = prepare(own, [tender, lot, sealed], read);
  if (guarantee !== undefined) {
    const replaces = await house.slotOf(tender, lot, file.bidder);
    act = prepare(house.commitFor, [file.bidder, tender, lot, sealed, guarantee, replaces, FOREVER, "0x"], read);
  }
  return {
    estimate: act.estimate,
    async send() {
      await act.estimate();
      const path = await keep();
      const done = await act.send();
      return { ...done, result: { ...done.result, commitment: file.commitment, file: path } };
    },
  };
}

/** A new bid file: the bytes of each part as the tender wants them, each with a salt of its own. */
function newFile(
  context: Context,
  place: BidPlace,
  { bid, technical = NO_QUOTATION }: SealParameters,
  terms: SealingModel | undefined,
  details: string | undefined,
): BidFile {
  const lottery = terms ? newLottery() : 0;
  const [first, second] = terms?.bidLengths ?? [];
  const salt = newSalt();
  const quotation =
    terms && details !== undefined
      ? digestOf(sealQuotation(place, salt, new TextEncoder().encode(details)))
      : bid.quotation;
  if (second === undefined) {
    const bytes = encodeBid({ ...bid, quotation, lottery }, first);
    return makeBidFile(place, context.genesisHash, bytes, salt, details);
  }
  const part = encodeTechnical({ ...bid, quotation: technical }, first);
  const price = { bid: encodePrice({ quotation, price: bid.price, lottery }, second), salt };
  return makeBidFile(place, context.genesisHash, part, newSalt(), details, price);
}

/** Whether a kept file is of the bid to be sealed, but for its lottery number. */
function isOf(file: BidFile, parameters: SealParameters, terms: SealingModel | undefined): boolean {
  const { technical = NO_QUOTATION } = parameters;
  const price = priceSectionOf(file);
  const [first, second] = terms?.bidLengths ?? [];
  if (!price || (second === undefined) !== (file.second === undefined)) return false;
  if (!isOfQuotation(file, parameters)) return false;
  const { lottery, quotation } = price;
  const bid = { ...parameters.bid, quotation };
  if (second === undefined) return file.bid === encodeBid({ ...bid, lottery }, first);
  return (
    file.bid === encodeTechnical({ ...bid, quotation: technical }, first) &&
    file.second?.bid === encodePrice({ ...bid, lottery }, second)
  );
}

/** Whether the bid of a file holds this quotation's digest, or that of its sealed file. */
function isOfQuotation(file: BidFile, { bid, quotation }: SealParameters): boolean {
  if (quotation !== undefined && file.quotation === quotationFile(quotation).text) return true;
  return priceSectionOf(file)?.quotation === bid.quotation;
}

async function standingCommitment(context: Context, { tender, lot }: SealParameters): Promise<Commit | undefined> {
  const bidder = await actor(context);
  const { status } = await context.house.bidOf(tender, lot, bidder);
  if (BID_STATES[Number(status)] !== "sealed") return undefined;
  const commit = (await commitsOf(context, tender, lot, bidder)).at(-1);
  if (!commit) throw new InputError(`The node gives no log of your sealing in lot ${lot} of tender ${tender}.`);
  return commit;
}

async function fileOf(context: Context, { tender, lot, bids }: SealParameters, commitment: string) {
  return bids.ofCommitment(await placeFor(context, tender, lot), context.genesisHash, commitment);
}

/** The bid files of a place, and the commitments that have been on chain: a salt is never used twice. */
async function keptFor(context: Context, place: BidPlace, bids: BidStore) {
  const kept = await bids.find(place, context.genesisHash);
  if (kept.length === 0) return { kept, used: new Set<string>() };
  const mine = await commitsOf(context, place.tender, place.lot, place.bidder);
  return { kept, used: new Set(mine.map(({ commitment }) => commitment)) };
}
