import { id as keccakText } from "ethers";
import { z } from "zod";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { putJson } from "../shared/files.ts";
import { prepareRestricted } from "../shared/restricted.ts";

export const agencyMetadataSchema = z.strictObject({
  format: z.literal("common-seal/agency/1"),
  name: z.string().min(1),
  /** Identifier of the legal entity, such as `{ scheme: "UA-EDR", id: "39985748" }`. */
  identifier: z.strictObject({ scheme: z.string().min(1).optional(), id: z.string().min(1) }).optional(),
  url: z.string().optional(),
});

/** A body's public metadata file. Names of bodies only, never of persons. */
export type AgencyMetadata = z.infer<typeof agencyMetadataSchema>;

export interface RegisterAgencyParameters {
  name: string;
  identifier?: { scheme?: string; id: string };
  url?: string;
  /** Account that will manage the body's keys. */
  admin: string;
}

/** Registers a body; its metadata file goes into the store. Only the platform's registrars. */
export async function registerAgency(
  context: Context,
  { admin, ...rest }: RegisterAgencyParameters,
): Promise<Act<{ agency: number }>> {
  const metadata: AgencyMetadata = { format: "common-seal/agency/1", ...rest };
  const digest = await putJson(context.files, metadata);
  return prepareRestricted(context, context.registry.register, [keccakText(rest.name), digest, admin], (receipt) => ({
    agency: Number(eventOf<{ agency: bigint }>(receipt, context.registry, "AgencyRegistered").agency),
  }));
}

/** Replaces a body's metadata file. Only its admin. The registered name stays. */
export async function updateAgency(context: Context, agency: number, rest: Omit<AgencyMetadata, "format">) {
  const digest = await putJson(context.files, { format: "common-seal/agency/1", ...rest });
  return prepare(context.registry.setMetadata, [agency, digest], () => ({ agency }));
}

/** Suspends a body. Only the platform's supervisors. */
export function suspendAgency(context: Context, agency: number): Act<{ agency: number }> {
  return prepareRestricted(context, context.registry.suspend, [agency], () => ({ agency }));
}

/** Lets a suspended body act again. Only the platform's supervisors. */
export function resumeAgency(context: Context, agency: number): Act<{ agency: number }> {
  return prepareRestricted(context, context.registry.resume, [agency], () => ({ agency }));
}

/** Hands a body over to another admin. Only its admin. */
export function transferAgency(context: Context, agency: number, admin: string): Act<{ agency: number }> {
  return prepare(context.registry.transferAdmin, [agency, admin], () => ({ agency }));
}

/** Gives a body whose admin key is lost another one. Only the platform's supervisors. */
export function replaceAgencyAdmin(context: Context, agency: number, admin: string): Act<{ agency: number }> {
  return prepareRestricted(context, context.registry.replaceAdmin, [agency, admin], () => ({ agency }));
}

export interface AddKeyParameters {
  agency: number;
  account: string;
  /** Bits of `permissions`. */
  permissions: bigint;
  /** First second of validity, UTC; 0 or absent = from the block on. */
  from?: number;
  /** Last second of validity, UTC. */
  until: number;
}

/** Adds a signing key to a body. Only its admin. */
export function addKey(context: Context, p: AddKeyParameters): Act<{ index: number }> {
  return prepare(context.registry.addKey, [p.agency, p.account, p.permissions, p.from ?? 0, p.until], (receipt) => ({
    index: Number(eventOf<{ index: bigint }>(receipt, context.registry, "AgencyKeyAdded").index),
  }));
}

/** Ends a key. Only the body's admin. */
export function endKey(context: Context, agency: number, account: string): Act<{ account: string }> {
  return prepare(context.registry.endKey, [agency, account], () => ({ account }));
}

/** Marks a key as compromised since a second, UTC, and ends it. Only the body's admin. */
export function compromiseKey(context: Context, agency: number, index: number, since: number): Act<{ index: number }> {
  return prepare(context.registry.markCompromised, [agency, index, since], () => ({ index }));
}
