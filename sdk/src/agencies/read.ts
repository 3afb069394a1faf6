import type { Context } from "../shared/context.ts";
import { cidOf } from "../shared/cid.ts";
import { InputError } from "../shared/errors.ts";
import { getJson } from "../shared/files.ts";
import type { AgencyMetadata } from "./acts.ts";
import { permissionNames } from "./permissions.ts";

export interface AgencyModel {
  agency: number;
  /** From the metadata file; absent where the store does not have it. */
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
  const file = (await getJson(context.files, body.metadata)) as AgencyMetadata | null;
  return {
    agency,
    ...(file ? { name: file.name, ...(file.identifier ? { identifier: file.identifier } : {}) } : {}),
    admin: body.admin,
    suspended: body.suspended,
    nameHash: body.nameHash,
    metadata: cidOf(body.metadata),
  };
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
