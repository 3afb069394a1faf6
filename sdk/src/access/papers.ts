import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../shared/files.ts";
import { AppendLog } from "./appendLog.ts";
import { type Consent, consentSchema } from "./consent.ts";
import { hex32, parseAs } from "./place.ts";
import { readLines } from "./published.ts";

const json = z.string().min(1);
const paperSchema = z.discriminatedUnion("kind", [
  /** What the consumer asked, and where: enough to ask again. */
  z.strictObject({
    kind: z.literal("asked"),
    request: hex32,
    url: z.string(),
    query: json,
    salt: hex32,
    consent: consentSchema.optional(),
  }),
  /** What was handed over, on either side; `payload` is absent in a refusal. */
  z.strictObject({
    kind: z.literal("answer"),
    request: hex32,
    payload: json.optional(),
    salt: hex32.optional(),
    consent: consentSchema.optional(),
  }),
  /** The provider has taken the receipt. */
  z.strictObject({ kind: z.literal("delivered"), request: hex32 }),
]);
export type Paper = z.infer<typeof paperSchema>;
export type Asked = Extract<Paper, { kind: "asked" }>;
export type AnswerPaper = Extract<Paper, { kind: "answer" }>;

/** What belongs to the records of a body's log and is not published: queries, consents, what was handed over. */
export class Papers {
  readonly #file: AppendLog<Paper>;
  readonly #asked = new Map<string, Asked>();
  readonly #answers = new Map<string, AnswerPaper>();
  readonly #delivered = new Set<string>();
  #read = 0;

  private constructor(file: AppendLog<Paper>) {
    this.#file = file;
  }

  static async open(folder: string): Promise<Papers> {
    const path = join(folder, "papers.ndjson");
    const file = await AppendLog.open(path, (value, i) => parseAs(paperSchema, value, `Line ${i} of ${path}`), 0o600);
    return new Papers(file);
  }

  async keep(paper: Paper): Promise<void> {
    await this.#file.append(() => paper);
  }

  asked(request: string): Asked | undefined {
    this.#refresh();
    return this.#asked.get(request);
  }

  answer(request: string): AnswerPaper | undefined {
    this.#refresh();
    return this.#answers.get(request);
  }

  /** Whether the provider has the receipt. */
  isDelivered(request: string): boolean {
    this.#refresh();
    return this.#delivered.has(request);
  }

  /** The consent of each request that has one: what an auditor is shown. */
  consents(): Map<string, Consent> {
    this.#refresh();
    const found = new Map<string, Consent>();
    for (const { request, consent } of [...this.#asked.values(), ...this.#answers.values()]) {
      if (consent) found.set(request, consent);
    }
    return found;
  }

  #refresh(): void {
    for (; this.#read < this.#file.lines.length; this.#read++) {
      const line = this.#file.lines[this.#read];
      if (line?.kind === "asked") this.#asked.set(line.request, line);
      if (line?.kind === "answer") this.#answers.set(line.request, line);
      if (line?.kind === "delivered") this.#delivered.add(line.request);
    }
  }
}

/** All that several bodies show, by request: none of them can hide another's by showing a spoilt one. */
export function allShown(papers: Iterable<Map<string, Consent>>): Map<string, Consent[]> {
  const shown = new Map<string, Consent[]>();
  for (const consents of papers) {
    for (const [request, consent] of consents) shown.set(request, [...(shown.get(request) ?? []), consent]);
  }
  return shown;
}

/** The consents of each request in a file of papers, which is only read. */
export async function readConsents(path: string): Promise<Map<string, Consent>> {
  const found = new Map<string, Consent>();
  for (const [i, text] of (await readLines(path)).entries()) {
    const source = `Line ${i + 1} of ${path}`;
    const line = parseAs(paperSchema, parseJson(text, source), source);
    if (line.kind !== "delivered" && line.consent) found.set(line.request, line.consent);
  }
  return found;
}
