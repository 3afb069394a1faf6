import type { AgencyMetadata } from "../../../agencies/acts.ts";
import type { Moment } from "../../../shared/logs.ts";
import type { ComplaintModel } from "../../complaints/read.ts";
import type { Consortium } from "../../consortium.ts";
import type { JudgedModel } from "../../evaluation/judgings.ts";
import type { BidModel, TenderModel } from "../../model.ts";
import type { Notice } from "../../notice.ts";
import type { QuestionModel } from "../../questions.ts";
import type { FoundQuotation, Quotation } from "../../quotation.ts";

/** A body, with its metadata as of the publication. */
export interface Body {
  agency: number;
  metadata: AgencyMetadata | null;
}

/** What an export is made of: logs up to a block, and the files their digests name. */
export interface Sources {
  chainId: bigint;
  house: string;
  ocid: string;
  /** Digest of the notice as it was published. */
  published: string;
  /** As it was last amended. */
  notice: Notice;
  /** Of the notice as it was published: they stay the same through its amendments. */
  lotIds: string[];
  agency: Body;
  /** Of the bids of the same model. */
  quotations: Map<BidModel, FoundQuotation>;
  /** By the account of a bid's party: how its quotation names it. */
  named: Map<string, Quotation["tenderer"]>;
  /** By digest: statements of reasons, questions, answers and the like, where the store has them. */
  texts: Map<string, string>;
  questions: QuestionModel[];
  consortia: (Consortium & Moment)[];
  /** Who hears complaints, and within how many seconds it decides. */
  review?: Body & { decisionPeriod: number };
  complaints: ComplaintModel[];
  /** Where a panel judges. */
  judged?: JudgedModel;
  /** Seconds, UTC, of what was read beside the house's logs. */
  times: number[];
}

/** A tender that is told of, as it is at a moment in seconds, UTC. */
export interface Telling {
  model: TenderModel;
  sources: Sources;
  now: number;
}
