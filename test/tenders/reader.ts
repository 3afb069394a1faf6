import { connect, type Context, CONTRACTS, type Deployment, identifyChain } from "../../sdk/src/shared/context.ts";
import { MemoryStore } from "../../sdk/src/shared/files.ts";
import { ethers } from "../shared/house.ts";
import type { Stage } from "./helpers.ts";

/** A reader of the house of a stage. */
export async function contextOf(s: Omit<Stage, "bidders">): Promise<Context> {
  const provider = ethers.provider as unknown as Context["provider"];
  const known: Partial<Record<string, string>> = {
    AccessLog: await s.accessLog.getAddress(),
    AccessManager: await s.manager.getAddress(),
    AgencyRegistry: await s.registry.getAddress(),
    Complaints: await s.complaints.getAddress(),
    DataMarket: await s.market.getAddress(),
    DocumentRegistry: await s.documents.getAddress(),
    Evaluation: await s.evaluation.getAddress(),
    OpeningCommittee: await s.committee.getAddress(),
    TenderHouse: await s.house.getAddress(),
    TenderDesk: await s.house.DESK(),
    TenderNotices: await s.notices.getAddress(),
    TenderOffice: await s.house.OFFICE(),
  };
  const addresses = Object.fromEntries(CONTRACTS.map((name) => [name, known[name] ?? ""]));
  const deployment: Deployment = {
    ...(await identifyChain(provider)),
    block: 0,
    addresses: addresses as Deployment["addresses"],
  };
  return connect(provider, deployment, new MemoryStore());
}
