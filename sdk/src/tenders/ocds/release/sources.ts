import type { AgencyMetadata } from "../../../agencies/acts.ts";
import type { ContractModel } from "../../evaluation/contracts.ts";
import type { BidModel, TenderModel } from "../../model.ts";
import type { Notice } from "../../notice.ts";
import type { FoundQuotation } from "../../quotation.ts";

/** What an export is made of: logs, and the files their digests name. */
export interface Sources {
  chainId: bigint;
  house: string;
  ocid: string;
  notice: Notice;
  /** As of the publication. */
  agency: AgencyMetadata | null;
  /** Of the bids of the same model. */
  quotations: Map<BidModel, FoundQuotation>;
  /** By digest: the statements of reasons. */
  statements: Map<string, string>;
  /** Contracts signed and places yielded, where a panel judges. */
  contracts: ContractModel[];
}

/** A tender that is told of, as it is at a moment in seconds, UTC. */
export interface Telling {
  model: TenderModel;
  sources: Sources;
  now: number;
}
