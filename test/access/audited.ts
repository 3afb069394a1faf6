import { anchorAll } from "../../sdk/src/access/anchor.ts";
import type { Finding } from "../../sdk/src/access/audit.ts";
import { auditOnChain, type ChainAuditParameters } from "../../sdk/src/access/auditChain.ts";
import type { Body } from "../../sdk/src/access/body.ts";
import type { Provider } from "../../sdk/src/access/provide.ts";
import type { LogLine } from "../../sdk/src/access/record.ts";
import { type AskedGround, askProvider } from "../../sdk/src/access/request.ts";
import { CLINIC, HISTORY, HOSPITAL, REFERENCE, Scene } from "./scene.ts";

export const linesOf = (body: Body): LogLine[] => body.log.file.lines.map((line) => structuredClone(line));
export const textsOf = (lines: LogLine[]): string[] => lines.map((line) => JSON.stringify(line));
export const brief = (found: Finding[]) => found.map(({ kind, agency, seq }) => [kind, agency, seq]);

/** A hospital that answers a clinic, and an auditor of both. */
export class Audited {
  readonly scene: Scene;
  readonly provider: Provider;
  readonly clinic: Body;
  readonly url: string;

  private constructor(scene: Scene, provider: Provider, clinic: Body, url: string) {
    this.scene = scene;
    this.provider = provider;
    this.clinic = clinic;
    this.url = url;
  }

  static async open(): Promise<Audited> {
    const scene = await Scene.open();
    const provider = await scene.provider();
    return new Audited(scene, provider, await scene.body(CLINIC), await scene.serve(provider));
  }

  /** The clinic asks for the person's history; returns the request's hash. */
  async ask(ground: AskedGround): Promise<string> {
    const asked = { url: this.url, provider: HOSPITAL, scope: HISTORY, ground, query: { reference: REFERENCE } };
    return (await askProvider(this.clinic, asked)).request;
  }

  /** Audits both logs as they are, or others in their place. */
  async audit(logs?: Record<number, string[]>, changes: Partial<ChainAuditParameters> = {}): Promise<Finding[]> {
    const { provider, clinic, scene } = this;
    const given = logs ?? { [HOSPITAL]: provider.body.log.file.texts, [CLINIC]: clinic.log.file.texts };
    const found = await auditOnChain(scene.land.context, {
      logs: Object.entries(given).map(([agency, texts]) => ({
        log: { agency: Number(agency), name: "exchanges" },
        texts,
      })),
      consents: new Map([...provider.body.papers.consents(), ...clinic.papers.consents()]),
      statutes: new Map([[HOSPITAL, provider.policy.statutes]]),
      ...changes,
    });
    // Most plays here anchor nothing, which is a finding of its own: test/findings/access.logs.test.ts.
    return found.filter(({ kind }) => kind !== "unanchored");
  }

  async anchorBoth(): Promise<void> {
    for (const body of [this.provider.body, this.clinic]) {
      await anchorAll(this.scene.as(body.signer), body.log.name, body.log.file.texts);
    }
  }
}
