/**
 * `npx hardhat run scripts/scenarios/move-house.ts`: a resident moves from one town to another. The old registration and
 * every extract of it end in the very transaction in which the new one begins.
 */
import hre from "hardhat";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest } from "../../sdk/src/documents/attest.ts";
import { present, type Presentation } from "../../sdk/src/documents/disclosure.ts";
import { type DocumentFile, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { providerEndpoint } from "../../sdk/src/documents/endpoint.ts";
import { moveDocument } from "../../sdk/src/documents/move.ts";
import { holds, type Outcome } from "../../sdk/src/documents/outcome.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { reasonText } from "../../sdk/src/documents/revoke.ts";
import { contentOfJson, type JsonObject, sampleOf, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { signRevocation } from "../../sdk/src/documents/sign.ts";
import { verifyDocument, verifyPresentation } from "../../sdk/src/documents/verify.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";
import { showTime, table } from "../../tasks/shared/text.ts";

const FOREVER = 2 ** 40 - 1;
const HOUR = 3_600;
const MOVED_AWAY = 8;
/** What a bank that opens an account wants to see. */
const SHOWN = ["municipality", "residentSince"];

const say = (text: string) => process.stderr.write(`${text}\n`);

interface Body {
  name: string;
  agency: number;
  context: Context;
}

async function found(stage: OpenStage, name: string): Promise<Body> {
  const admin = await stage.account(`admin of ${name}`);
  const clerk = await stage.account(`clerk of ${name}`);
  const { agency } = (await (await registerAgency(stage.context, { name, admin: await admin.getAddress() })).send())
    .result;
  const key = { agency, account: await clerk.getAddress(), permissions: permissionBits("document"), until: FOREVER };
  await addKey(actingAs(stage.context, admin), key).send();
  say(`  ${name} is body ${agency}`);
  return { name, agency, context: actingAs(stage.context, clerk) };
}

async function play(stage: OpenStage): Promise<string> {
  say("Founding a ministry and two towns");
  const ministry = await found(stage, "Ministry of the Interior");
  const lindenau = await found(stage, "Town of Lindenau");
  const brugg = await found(stage, "Town of Brugg");
  const registration = { agency: ministry.agency, accreditor: ministry.agency, json: schemaOf("resident") };
  const { schema } = (await (await registerSchema(ministry.context, registration)).send()).result;
  for (const { agency } of [lindenau, brugg]) {
    await (await accredit(ministry.context, { schema, issuer: agency, until: FOREVER })).send();
  }

  const register = (town: Body, changes: JsonObject): DocumentFile => {
    const origin = originOf(placeIn(town.context), town.agency, schema);
    return makeDocumentFile(origin, contentOfJson({ ...sampleOf("resident"), ...changes }));
  };
  const rows: string[][] = [];
  const check = async (when: string, what: string, town: Body, ask: () => Promise<Outcome>, expected: boolean) => {
    const outcome = await ask();
    rows.push([when, what, town.name, told(outcome)]);
    if (holds(outcome) !== expected) throw new InputError(`${what}, ${when}: ${told(outcome)} was not expected.`);
  };
  const endpoints = [providerEndpoint(stage.eip1193)];
  const sources = { ...placeIn(stage.context), endpoints, quorum: 1 };
  const document = (file: DocumentFile) => () => verifyDocument(sources, file);
  const extract = (shown: Presentation) => () => verifyPresentation(sources, shown);

  say("Lindenau registers a resident, who shows an extract to a bank");
  const old = register(lindenau, { municipality: lindenau.name, residentSince: "2021-05-01" });
  const issue = (file: DocumentFile) => ({ agency: file.agency, schema, expires: 0, docHash: file.docHash });
  await (await attest(lindenau.context, issue(old))).send();
  const oldExtract = present(old, SHOWN);
  await check("before the move", "registration", lindenau, document(old), true);
  await check("before the move", "extract", lindenau, extract(oldExtract), true);

  say("The resident moves: Lindenau signs the move-out, Brugg does both in one act");
  const fresh = register(brugg, {
    municipality: brugg.name,
    municipalityCode: "BR-0112",
    addressCode: "BR-0112-000417-03",
    residentSince: "2026-11-01",
    movedFromCode: "LN-0417",
  });
  const deadline = (await latest(stage)) + HOUR;
  const order = await signRevocation(lindenau.context, {
    agency: lindenau.agency,
    docHash: old.docHash,
    reason: MOVED_AWAY,
    deadline,
  });
  await check("signed, not yet sent", "registration", brugg, document(fresh), false);
  const done = await (await moveDocument(brugg.context, { order, issue: issue(fresh) })).send();
  say(`  one transaction, ${done.gas} gas`);

  say("Brugg issues the extract; the old one is void");
  await check("after the move", "registration", lindenau, document(old), false);
  await check("after the move", "extract", lindenau, extract(oldExtract), false);
  await check("after the move", "registration", brugg, document(fresh), true);
  await check("after the move", "extract", brugg, extract(present(fresh, SHOWN)), true);
  const shown = SHOWN.map((name) => `${name} ${JSON.stringify(fresh.fields[name])}`).join(", ");
  return `${table(["when", "document", "issuer", "what a check says"], rows)}\n\nThe new extract shows: ${shown}.`;
}

function told(outcome: Outcome): string {
  if (outcome.status === "unavailable" || outcome.status === "unknown") return outcome.status;
  if (outcome.status !== "revoked") return `${outcome.status} since ${showTime(outcome.issued ?? 0)}`;
  return `revoked ${showTime(outcome.revoked ?? 0)}: ${reasonText(outcome.reason ?? 0)}`;
}

async function latest(stage: OpenStage): Promise<number> {
  return (await stage.provider.getBlock("latest"))?.timestamp ?? 0;
}

try {
  const stage = await openStage(hre);
  try {
    process.stdout.write(`${await play(stage)}\n`);
  } finally {
    await stage.close();
  }
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
