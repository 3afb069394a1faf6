/**
 * `npx hardhat run scripts/scenarios/clinic.ts`: a chronic patient, two clinics and a food plant. Consent, an exchange
 * over HTTP, an emergency that is reviewed, a revocation, who looked; and a cold room's log with a gap.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Signer } from "ethers";
import hre from "hardhat";
import { type Anchored, anchorAll } from "../../sdk/src/access/anchor.ts";
import { auditOnChain } from "../../sdk/src/access/auditChain.ts";
import { type Body, openBody } from "../../sdk/src/access/body.ts";
import { draftConsent, random32, revokeConsent, signConsent } from "../../sdk/src/access/consent.ts";
import { keepConsent, keepSecrets, readSecret } from "../../sdk/src/access/consentFile.ts";
import { findMine } from "../../sdk/src/access/mine.ts";
import { chainTime, placeOf } from "../../sdk/src/access/place.ts";
import { Provider, reviewEmergency } from "../../sdk/src/access/provide.ts";
import { parseLog, readLines } from "../../sdk/src/access/published.ts";
import { type AskedGround, askProvider, type Outcome } from "../../sdk/src/access/request.ts";
import { namedScope } from "../../sdk/src/access/scope.ts";
import { anchorSensor } from "../../sdk/src/access/sensor.ts";
import { serve } from "../../sdk/src/access/server.ts";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { actingAs } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { gapTable } from "../../tasks/access/anchor.ts";
import { findingTable } from "../../tasks/access/audit.ts";
import { accessTable } from "../../tasks/access/mine.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";
import { table } from "../../tasks/shared/text.ts";

const HISTORY = namedScope("medical history");
const REFERENCE = "P-001";
const DAY = 86_400;
const MINUTE = 60;

const say = (text: string) => process.stderr.write(`${text}\n`);

/** A body with keys for its clerk and its reviewer. */
async function foundBody(stage: OpenStage, name: string): Promise<{ agency: number; clerk: Signer; reviewer: Signer }> {
  const admin = await stage.account(`admin of ${name}`);
  const act = await registerAgency(stage.context, { name, admin: await admin.getAddress() });
  const { agency } = (await act.send()).result;
  const [clerk, reviewer] = [await stage.account(`clerk of ${name}`), await stage.account(`reviewer of ${name}`)];
  for (const key of [clerk, reviewer]) {
    const account = await key.getAddress();
    const until = 2 ** 40 - 1;
    await addKey(actingAs(stage.context, admin), {
      agency,
      account,
      permissions: permissionBits("access"),
      until,
    }).send();
  }
  say(`  ${name} is body ${agency}`);
  return { agency, clerk, reviewer };
}

async function playClinics(stage: OpenStage, folder: string): Promise<string> {
  const { context } = stage;
  const place = placeOf(context);
  say("Founding two clinics");
  const names = ["City Clinic", "Coast Clinic"] as const;
  const city = await foundBody(stage, names[0]);
  const coast = await foundBody(stage, names[1]);
  const patient = await stage.account("patient");
  const person = await patient.getAddress();
  const subjectKey = random32();
  const cityFolder = join(folder, "city");
  const cityBody = await openBody(actingAs(context, city.clerk), city.agency, cityFolder);
  const coastBody = await openBody(actingAs(context, coast.clerk), coast.agency, join(folder, "coast"));
  const anchorBoth = async (): Promise<Anchored[]> => {
    const anchored: Anchored[] = [];
    for (const [body, key] of [
      [cityBody, city.clerk],
      [coastBody, coast.clerk],
    ] as [Body, Signer][]) {
      anchored.push(...(await anchorAll(actingAs(context, key), body.log.name, body.log.file.texts)));
    }
    return anchored;
  };
  const server = await serve(
    new Provider(cityBody, {
      statutes: [],
      emergencies: true,
      subjectOf: (reference) => Promise.resolve(reference === REFERENCE ? { person, subjectKey } : null),
      find: () => Promise.resolve({ condition: "diabetes, type 1", insulin: "glargine, 18 units" }),
    }),
  );
  say(`  City Clinic answers at ${server.url}`);
  try {
    const ask = (ground: AskedGround) =>
      askProvider(coastBody, {
        ...{ url: server.url, provider: city.agency, scope: HISTORY, ground, query: { reference: REFERENCE } },
      });
    say("The patient consents; a guardian gets a secret too");
    const expires = (await chainTime(context)) + 90 * DAY;
    const terms = { provider: city.agency, consumer: coast.agency, scope: HISTORY, purpose: "treatment", expires };
    const draft = draftConsent(place, person, terms, 1);
    const secrets = await keepSecrets(join(folder, "patient"), draft);
    const consent = await signConsent(draft.consent, patient);
    await keepConsent(join(folder, "patient"), consent);
    say("Coast Clinic asks by the consent");
    expectOutcome(await ask({ consent }), "answered");

    await stage.advanceTo((await chainTime(context)) + 10 * DAY);
    say("At night, unconscious and without papers: Coast Clinic asks in an emergency");
    const emergency = expectOutcome(await ask({ emergency: 1 }), "answered");
    await anchorBoth();
    await stage.advanceTo((await chainTime(context)) + 3 * DAY);
    const reviewer = await openBody(actingAs(context, city.reviewer), city.agency, cityFolder);
    await reviewEmergency(reviewer, emergency.request, "justified", "The patient was unconscious; care was given.");
    say("City Clinic's reviewer finds it justified");

    await stage.advanceTo((await chainTime(context)) + DAY);
    const guardian = await readSecret(secrets[1] ?? "");
    const revocation = await revokeConsent(actingAs(context, await stage.account("a relayer")), guardian.secret);
    if ("act" in revocation) await revocation.act.send();
    say("The guardian revokes the consent; Coast Clinic asks by it once more");
    expectOutcome(await ask({ consent }), "consent revoked");
    await stage.advanceTo((await chainTime(context)) + MINUTE);
    const cityLines = await readLines(`${server.url}/log`);
    await reviewer.log.file.append(() => null);
    await cityBody.log.file.append(() => null);
    await anchorBoth();

    say("The patient lists who looked, an auditor compares both logs");
    const logs = [
      { log: cityBody.log.name, texts: cityLines },
      { log: coastBody.log.name, texts: coastBody.log.file.texts },
    ];
    const accesses = findMine(
      place,
      [consent.subjectKey, subjectKey],
      logs.map(({ log, texts }) => parseLog(log, texts)),
    );
    if (accesses.length !== 3) throw new InputError(`The patient finds ${accesses.length} accesses instead of 3.`);
    const findings = await auditOnChain(context, {
      ...{ logs, consents: coastBody.papers.consents(), statutes: new Map([]) },
    });
    if (findings.length > 0) throw new InputError(`The audit finds what is not there:\n${findingTable(findings)}`);
    const rows = logs.map(({ log, texts }) => [names[log.agency - city.agency] ?? "", String(texts.length), "none"]);
    return [
      "Who looked at the patient's records",
      accessTable(accesses, (agency) => names[agency - city.agency] ?? String(agency)),
      "\nAudit of both logs",
      table(["body", "records", "findings"], rows),
    ].join("\n");
  } finally {
    await server.close();
  }
}

function expectOutcome(outcome: Outcome, expected: string): Outcome {
  const came = outcome.refusal ?? outcome.outcome;
  if (came !== expected || !outcome.receipted) throw new InputError(`The request was ${came} instead of ${expected}.`);
  say(`  ${outcome.outcome}${outcome.refusal ? `: ${outcome.refusal}` : ""}, logged on both sides`);
  return outcome;
}

async function playPlant(stage: OpenStage, folder: string): Promise<string> {
  say("A food plant anchors its cold room's log, twice a day");
  const plant = await foundBody(stage, "Food Plant");
  const context = actingAs(stage.context, plant.clerk);
  const log = { agency: plant.agency, name: "cold room 1" };
  const path = join(folder, "cold-room-1.ndjson");
  const start = await chainTime(context);
  const reading = (seq: number) => JSON.stringify({ seq, time: start + seq * MINUTE, celsius: 3 + (seq % 7) / 10 });
  const minutes = Array.from({ length: 1440 }, (_, i) => i + 1);
  // For 43 minutes at night the sensor was cut off, and its readings were lost.
  const kept = minutes.filter((seq) => seq < 131 || seq > 173).map(reading);
  const runs: string[][] = [];
  for (const until of [700, kept.length]) {
    await writeFile(path, `${kept.slice(0, until).join("\n")}\n`);
    const { anchored } = await anchorSensor(context, log, await readLines(path), MINUTE);
    runs.push(...anchored.map(({ first, last, root }) => [`${first} to ${last}`, root]));
  }
  const report = await anchorSensor(context, log, await readLines(path), MINUTE);
  if (report.anchored.length > 0 || report.gaps.length !== 1) throw new InputError("The plant's log is not as played.");
  say("Somebody fills the gap afterwards");
  await writeFile(path, `${minutes.map(reading).join("\n")}\n`);
  const refusal = await anchorSensor(context, log, await readLines(path), MINUTE).then(
    () => "",
    (error: unknown) => describeError(error),
  );
  if (!refusal.includes("were changed since they were anchored"))
    throw new InputError("The filled gap went unnoticed.");
  say(`  refused: ${refusal}`);
  return ["The cold room's periods", table(["lines", "root"], runs), "\nIts gaps", gapTable(report.gaps)].join("\n");
}

say("Deploying the house");
const stage = await openStage(hre);
const folder = await mkdtemp(join(tmpdir(), "common-seal-clinic-"));
try {
  const clinics = await playClinics(stage, folder);
  const plant = await playPlant(stage, folder);
  process.stdout.write(`${clinics}\n\n${plant}\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await stage.close();
}
