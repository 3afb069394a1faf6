import type { Signer } from "ethers";
import { type Act, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { checkIssue, checkMay, type Issue } from "./attest.ts";
import type { Origin, Placement, SignedPlacement } from "./placement.ts";
import { checkReason, masksOf } from "./revoke.ts";

const uint = (...names: string[]) =>
  names.map((name) => ({ name: name.slice(name.indexOf(" ") + 1), type: name.split(" ")[0] ?? "" }));

/** The EIP-712 types of DocumentRegistry. */
const types = {
  Attest: uint("uint32 agency", "uint32 schema", "bytes32 hash", "uint32 count", "uint40 expires", "uint40 deadline"),
  Revoke: uint("uint32 agency", "bytes32 docHash", "uint8 reason", "uint40 deadline"),
  SignedDocument: uint(
    "uint32 agency",
    "uint32 schema",
    "bytes32 list",
    "uint32 index",
    "bytes32 docHash",
    "uint40 expires",
  ),
};

async function sign(
  context: Context,
  type: keyof typeof types,
  message: object,
): Promise<{ signer: string; signature: string }> {
  const domain = {
    name: "Common Seal Documents",
    version: "1",
    chainId: context.chainId,
    verifyingContract: context.addresses.DocumentRegistry,
  };
  const signer = await actor(context);
  const signature = await (context.signer as Signer).signTypedData(domain, { [type]: types[type] }, message);
  return { signer, signature };
}

/** An act that a key of a body has signed, for anyone to send until the deadline, the last second, UTC. */
export interface Delegated {
  signer: string;
  signature: string;
  deadline: number;
}

/** What a delegated attestation covers; `count` is 0 for a document, the number of documents for a root. */
export type Attestation = Issue & { hash: string; count: number };

/** Signs an attestation. The actor is a key of the body with `document.attest`. */
export async function signAttestation(
  context: Context,
  p: Attestation & { deadline: number },
): Promise<Attestation & Delegated> {
  await checkIssue(context, p);
  await checkMay(context, p.agency, "document.attest");
  return { ...p, ...(await sign(context, "Attest", p)) };
}

/** Sends an attestation signed by another. Anyone. */
export async function attestDelegated(context: Context, p: Attestation & Delegated): Promise<Act<{ hash: string }>> {
  await checkIssue(context, p);
  const { agency, schema, hash, count, expires, signer, deadline, signature } = p;
  const args = [{ agency, schema, hash, count, expires }, signer, deadline, signature] as const;
  return prepare(context.documents.attestDelegated, [...args], () => ({ hash }));
}

export interface RevocationOrder {
  agency: number;
  docHash: string;
  reason: number;
}

/** Signs a revocation. The actor is a key of the body with `document.revoke`. */
export async function signRevocation(
  context: Context,
  p: RevocationOrder & { deadline: number },
): Promise<RevocationOrder & Delegated> {
  checkReason(p.reason);
  await checkMay(context, p.agency, "document.revoke");
  return { ...p, ...(await sign(context, "Revoke", p)) };
}

/** Sends a revocation signed by another. Anyone. */
export function revokeDelegated(context: Context, p: RevocationOrder & Delegated): Act<object> {
  const { agency, docHash, reason, signer, deadline, signature } = p;
  return prepare(context.documents.revokeDelegated, [agency, docHash, reason, signer, deadline, signature], () => ({}));
}

/**
 * Signs a document instead of attesting it: no transaction, and it holds only while the key does. The actor is a key of
 * the body with `document.attest`. Each document of a list needs an index of its own, by which it can be revoked.
 */
export async function signDocument<T extends Origin & { docHash: string; placement: Placement }>(
  context: Context,
  file: T,
  { list, index, expires }: Pick<SignedPlacement, "list" | "index" | "expires">,
): Promise<T> {
  const { agency, schema, docHash } = file;
  await checkIssue(context, { agency, schema, expires });
  await checkMay(context, agency, "document.attest");
  const [[word, mask] = [0, 0n]] = masksOf([index]);
  if ((await context.documents.revokedListed(agency, list, word)) & mask) {
    throw new InputError(`Index ${index} of this list is revoked: take another.`);
  }
  const signed = await sign(context, "SignedDocument", { agency, schema, list, index, docHash, expires });
  return { ...file, placement: { kind: "signed", list, index, expires, ...signed } };
}
