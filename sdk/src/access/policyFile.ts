import { dirname, resolve } from "node:path";
import { z } from "zod";
import { readJsonFile } from "./consentFile.ts";
import type { Statute } from "./ground.ts";
import { account, agencyNumber, hex32, parseAs, textHash, ZERO } from "./place.ts";
import type { Policy } from "./provide.ts";
import { covers, type Scope } from "./scope.ts";

const scopeShape = { schemas: z.array(agencyNumber).default([]), scope: z.string().min(1).optional() };

const policySchema = z.strictObject({
  format: z.literal("common-seal/body/1"),
  agency: agencyNumber,
  /** Whether access in an emergency is answered. */
  emergencies: z.boolean().default(false),
  statutes: z
    .array(z.strictObject({ reference: z.string().min(1), ...scopeShape, consumers: z.array(agencyNumber).optional() }))
    .default([]),
  /** Left out of what is published. */
  subjects: z
    .array(
      z.strictObject({
        /** As consumers name the person. */
        reference: z.string().min(1),
        person: account,
        subjectKey: hex32,
        /** JSON files, beside this one. */
        records: z.array(z.strictObject({ ...scopeShape, file: z.string().min(1) })),
      }),
    )
    .default([]),
});

/** What a body holds and by which grounds it answers, as a file. */
export type PolicyFile = z.infer<typeof policySchema>;

export async function readPolicyFile(path: string): Promise<PolicyFile> {
  return parseAs(policySchema, await readJsonFile(path), `${path} is not a body's file`);
}

const scopeOf = ({ schemas, scope }: { schemas: number[]; scope?: string | undefined }): Scope => ({
  schemas,
  named: scope === undefined ? ZERO : textHash(scope),
});

const sameScope = (a: Scope, b: Scope): boolean => covers(a, b) && covers(b, a);

/** The statutes of a body's file. */
export function statutesOf({ statutes }: PolicyFile): Statute[] {
  return statutes.map(({ reference, consumers, ...rest }) => ({
    reference,
    scope: scopeOf(rest),
    ...(consumers ? { consumers } : {}),
  }));
}

/**
 * What a body's file says, as a policy. A record answers a request for exactly its scope: one for less must not be
 * handed more.
 */
export function policyOf(file: PolicyFile, path: string): Policy {
  const subjects = new Map(file.subjects.map((subject) => [subject.reference, subject]));
  return {
    statutes: statutesOf(file),
    emergencies: file.emergencies,
    subjectOf: (reference) => Promise.resolve(subjects.get(reference) ?? null),
    async find({ reference }, { scope }) {
      const record = subjects.get(reference)?.records.find((one) => sameScope(scopeOf(one), scope));
      if (!record) return null;
      const source = resolve(dirname(path), record.file);
      return parseAs(z.looseObject({}), await readJsonFile(source), `${source} is no record`);
    },
  };
}
