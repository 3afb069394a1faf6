import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { checkIssue, type Issue } from "./attest.ts";
import { reasonText } from "./revoke.ts";
import type { Delegated, RevocationOrder } from "./sign.ts";

/**
 * Moves a registration from one body to another in one act: revokes the old document by the order that the old body has
 * signed, and attests the new one, both or neither. The actor is a key of the new body with `document.attest`. Where the
 * order was carried out before, the new document is attested alone.
 * @throws InputError if the old document was revoked for another reason
 */
export async function moveDocument(
  context: Context,
  p: { order: RevocationOrder & Delegated; issue: Issue & { docHash: string } },
): Promise<Act<{ docHash: string }>> {
  const { order, issue } = p;
  await checkIssue(context, issue);
  const abi = context.documents.interface;
  const { agency, docHash, reason, signer, deadline, signature } = order;
  const moveIn = abi.encodeFunctionData("attest", [issue.agency, issue.schema, issue.docHash, issue.expires]);
  const { revoked, reason: told } = await context.documents.recordOf(agency, docHash);
  if (revoked > 0n && Number(told) !== reason) {
    throw new InputError(`The old document is revoked already, for another reason: ${reasonText(Number(told))}.`);
  }
  const moveOut = abi.encodeFunctionData("revokeDelegated", [agency, docHash, reason, signer, deadline, signature]);
  const acts = revoked > 0n ? [moveIn] : [moveOut, moveIn];
  return prepare(context.documents.multicall, [acts], () => ({ docHash: issue.docHash }));
}
