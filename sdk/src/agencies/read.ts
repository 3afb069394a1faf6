import { toBeHex } from "ethers";
import type { Context } from "../shared/context.ts";
import { cidOf } from "../shared/cid.ts";
import { InputError } from "../shared/errors.ts";
import { getChecked } from "../shared/files.ts";
import { logsBetween } from "../shared/logs.ts";
import { type AgencyMetadata, agencyMetadataSchema } from "./acts.ts";
import { permissionNames } from "./permissions.ts";

export interface AgencyModel {
  agency: number;
  /** From the metadata file; absent where the store does not have one. */
  name?: string;
  identifier?: { scheme?: string; id: string };
  admin: string;
  suspended: boolean;
  nameHash: string;
  /** CID of the metadata file. */
  metadata: string;
}

export interface AgencyKeyModel {
  index: number;
  account: string;
  permissions: string[];
  /** Seconds, UTC. */
  from: number;
  until: number;
  compromisedSince?: number;
  compromiseKnown?: number;
  /** Whether the key may act at the latest block. */
  active: boolean;
}

/** A body. @throws AgencyUnknown (a contract's error) */
export async function readAgency(context: Context, agency: number): Promise<AgencyModel> {
  const body = await context.registry.agencyOf(agency);
  const file = await getChecked(context.files, body.metadata, agencyMetadataSchema);
  return {
    agency,
    ...(file ? { name: file.name, ...(file.identifier ? { identifier: file.identifier } : {}) } : {}),
    admin: body.admin,
    suspended: body.suspended,
    nameHash: body.nameHash,
    metadata: cidOf(body.metadata),
  };
}

/** A body's metadata as of a block, by the logs; null where the store does not have it. */
export async function readMetadataAt(context: Context, agency: number, block: number): Promise<AgencyMetadata | null> {
  const events = context.registry.interface;
  const topics = [
    [events.getEvent("AgencyRegistered").topicHash, events.getEvent("AgencyMetadataChanged").topicHash],
    toBeHex(agency, 32),
  ];
  const filter = { address: context.addresses.AgencyRegistry, topics };
  const last = (await logsBetween(context.provider, filter, context.block, block)).at(-1);
  const digest: unknown = last && events.parseLog(last)?.args["metadata"];
  return typeof digest === "string" ? getChecked(context.files, digest, agencyMetadataSchema) : null;
}

/** All bodies, in order of registration. */
export async function listAgencies(context: Context): Promise<AgencyModel[]> {
  const count = Number(await context.registry.agencyCount());
  return Promise.all(Array.from({ length: count }, (_, i) => readAgency(context, i + 1)));
}

/** A body's keys, in order of adding. */
export async function readKeys(context: Context, agency: number): Promise<AgencyKeyModel[]> {
  const { keyCount, suspended } = await context.registry.agencyOf(agency);
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  return Promise.all(
    Array.from({ length: Number(keyCount) }, async (_, index) => {
      const { account, key } = await context.registry.keyAt(agency, index);
      const from = Number(key.from);
      const until = Number(key.until);
      return {
        index,
        account,
        permissions: permissionNames(key.permissions),
        from,
        until,
        ...(key.compromisedSince > 0n
          ? { compromisedSince: Number(key.compromisedSince), compromiseKnown: Number(key.compromiseKnown) }
          : {}),
        active: !suspended && from <= block.timestamp && block.timestamp <= until,
      };
    }),
  );
}
