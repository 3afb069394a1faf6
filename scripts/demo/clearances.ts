import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest } from "../../sdk/src/documents/attest.ts";
import { type DocumentFile, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { contentOfJson, sampleOf, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import type { Done } from "../../sdk/src/shared/act.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import type { Play, Stage } from "../../sdk/src/tenders/play.ts";

const FOREVER = 2 ** 40 - 1;

/** Whose clearance a bidder cites; a bidder that does not stand here cites its own. */
export type Citations = Record<string, string | undefined>;

/**
 * Lets a tax office attest a clearance to every bidder of a play who is cited, requires one in each lot, and gives the
 * bidders what they cite: their own, a rival's, or none.
 */
export async function requireClearances(stage: Stage, play: Play, citations: Citations): Promise<void> {
  const office = await taxOffice(stage);
  const { schema } = await done(
    play,
    "registerSchema",
    "tax clearance",
    await registerSchema(office.context, {
      agency: office.agency,
      accreditor: office.agency,
      json: schemaOf("tax-clearance"),
    }),
  );
  const accreditation = { schema, issuer: office.agency, until: FOREVER };
  await done(play, "accredit", "the tax office", await accredit(office.context, accreditation));

  const held = new Map<string, DocumentFile>();
  const bids = play.lots.flat();
  const cited = (key: string) => (key in citations ? citations[key] : key);
  for (const { key, name } of bids.filter((bid) => bids.some((other) => cited(other.key) === bid.key))) {
    const holder = await (await stage.account(key)).getAddress();
    const content = contentOfJson({ ...sampleOf("tax-clearance"), taxpayerName: name, holder });
    const origin = originOf(placeIn(office.context), office.agency, schema);
    const document = makeDocumentFile(origin, content);
    const issue = { agency: office.agency, schema, expires: 0, docHash: document.docHash };
    await done(play, "attest", `clearance of ${name}`, await attest(office.context, issue));
    held.set(key, document);
  }
  for (const lot of play.notice.lots) lot.requiredDocuments = [{ schema, issuer: office.agency }];
  for (const bid of bids) {
    const document = held.get(cited(bid.key) ?? "");
    if (document) bid.documents = [document];
  }
}

async function done<T>(play: Play, act: string, detail: string, prepared: { send(): Promise<Done<T>> }): Promise<T> {
  const sent = await prepared.send();
  play.onAct?.(act, detail, sent);
  return sent.result;
}

async function taxOffice(stage: Stage): Promise<{ context: Context; agency: number }> {
  const admin = await stage.account("admin of the tax office");
  const clerk = await stage.account("clerk of the tax office");
  const registration = { name: "Tax office", admin: await admin.getAddress() };
  const { agency } = (await (await registerAgency(stage.context, registration)).send()).result;
  const key = { agency, account: await clerk.getAddress(), permissions: permissionBits("document"), until: FOREVER };
  await addKey(actingAs(stage.context, admin), key).send();
  return { context: actingAs(stage.context, clerk), agency };
}
