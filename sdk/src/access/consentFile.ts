import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { parseJson, syncFolder } from "../shared/files.ts";
import { type Consent, commitmentOf, consentPlace, type ConsentDraft, consentSchema } from "./consent.ts";
import { account, hex32, parseAs } from "./place.ts";

const secretSchema = z.strictObject({
  format: z.literal("common-seal/consent-secret/1"),
  chainId: z.string().regex(/^\d{1,78}$/),
  accessLog: account,
  /** Whose it is. */
  holder: z.enum(["person", "guardian"]),
  secret: hex32,
  commitment: hex32,
  /** The person's alone: by it `access mine` finds who looked. */
  subjectKey: hex32.optional(),
});

/** What revokes a consent. Who has it can revoke; it says nothing of what the consent is about. */
export type SecretFile = z.infer<typeof secretSchema>;

/** The secret files of a draft: the person's, then one for each guardian. */
export function secretFiles({ consent, secrets }: ConsentDraft): SecretFile[] {
  const { chainId, accessLog, commitments, subjectKey } = consent;
  return secrets.map((secret, i) => ({
    format: "common-seal/consent-secret/1",
    chainId,
    accessLog,
    holder: i === 0 ? "person" : "guardian",
    secret,
    commitment: commitments[i] ?? "",
    ...(i === 0 ? { subjectKey } : {}),
  }));
}

/** Keeps a draft's secrets in a folder; returns their paths once they are on disk. */
export async function keepSecrets(folder: string, draft: ConsentDraft): Promise<string[]> {
  const paths: string[] = [];
  for (const [i, file] of secretFiles(draft).entries()) {
    const name = `${nameOf(draft.consent)}.${i === 0 ? "person" : `guardian-${i}`}.secret.json`;
    paths.push(await keepPrivate(join(folder, name), file));
  }
  return paths;
}

/** Keeps a consent, which is private too. */
export function keepConsent(folder: string, consent: Consent): Promise<string> {
  return keepPrivate(join(folder, `${nameOf(consent)}.json`), consent);
}

const nameOf = ({ commitments }: Pick<Consent, "commitments">) => `consent-${(commitments[0] ?? "").slice(2, 18)}`;

/** Writes a new file that only its owner can read. */
export async function keepPrivate(path: string, value: object): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The file ${path} cannot be written: ${error.code ?? error.message}`);
  });
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
  return path;
}

/** Reads a JSON file. @throws InputError in one line */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The file ${path} cannot be read: ${error.code ?? error.message}`);
  });
  return parseJson(text, path);
}

/** Reads a consent. Its signature is checked when it is used. */
export async function readConsent(path: string): Promise<Consent> {
  return parseAs(consentSchema, await readJsonFile(path), `${path} is not a consent`);
}

/** Reads a secret and checks that it yields its commitment. */
export async function readSecret(path: string): Promise<SecretFile> {
  const file = parseAs(secretSchema, await readJsonFile(path), `${path} is not a consent's secret`);
  if (commitmentOf(consentPlace(file), file.secret) !== file.commitment) {
    throw new InputError(`${path} was changed: its secret does not yield its commitment.`);
  }
  return file;
}

/** The subject key of a person's secret file, or of any JSON file that holds one. */
export async function readSubjectKey(path: string): Promise<string> {
  const source = `${path} holds no subject key`;
  return parseAs(z.looseObject({ subjectKey: hex32 }), await readJsonFile(path), source).subjectKey;
}
