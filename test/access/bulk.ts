import canonicalize from "canonicalize";
import { id, type TypedDataDomain, type TypedDataField, Wallet } from "ethers";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import {
  type Consent,
  consentHash,
  draftConsent,
  groundTag,
  random32,
  signConsent,
  subjectTag,
} from "../../sdk/src/access/consent.ts";
import type { Statute } from "../../sdk/src/access/ground.ts";
import { type AccessPlace, MAX_TIME, textHash, typedHash, ZERO } from "../../sdk/src/access/place.ts";
import {
  type Ground,
  type LogLine,
  requestHash,
  responseHash,
  signReceipt,
  signRequest,
  signResponse,
} from "../../sdk/src/access/record.ts";
import { schemasScope } from "../../sdk/src/access/scope.ts";
import type { Land } from "./scene.ts";

export const PROVIDER = 1;
export const CONSUMER = 2;
const SCOPE = schemasScope(4);
const PERSONS = 200;
export const STATUTES: Statute[] = [{ reference: "Health Act s. 7", scope: SCOPE }];

/** A wallet that signs without first asking a node for names. */
class QuickWallet extends Wallet {
  readonly #place: AccessPlace;

  constructor(name: string, place: AccessPlace) {
    super(id(name));
    this.#place = place;
  }

  override signTypedData(_: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>) {
    return Promise.resolve(this.signingKey.sign(typedHash(this.#place, types, value)).serialized);
  }
}

export type Flaw = "expired" | "revoked" | "out of scope" | "statute unknown" | "not shown";

/** One exchange as both sides log it, or should. */
export interface Made {
  hash: string;
  provider: Omit<LogLine, "seq">[];
  consumer: Omit<LogLine, "seq">[];
}

/** Makes exchanges without HTTP, by keys that the registry knows. */
export class Bulk {
  readonly place: AccessPlace;
  readonly consents = new Map<string, Consent>();
  /** A secret that revokes the consent used for the flaw `revoked`. */
  readonly secret: string;
  readonly #keys: Record<number, QuickWallet>;
  readonly #good: Consent[];
  readonly #flawed: Record<"expired" | "revoked" | "out of scope", Consent>;

  private constructor(
    place: AccessPlace,
    keys: Record<number, QuickWallet>,
    good: Consent[],
    flawed: Record<"expired" | "revoked" | "out of scope", Consent>,
    secret: string,
  ) {
    this.place = place;
    this.#keys = keys;
    this.#good = good;
    this.#flawed = flawed;
    this.secret = secret;
  }

  static async open({ place, context, admin }: Land): Promise<Bulk> {
    const keys: Record<number, QuickWallet> = {};
    for (const agency of [PROVIDER, CONSUMER]) {
      const key = new QuickWallet(`bulk key of body ${agency}`, place);
      await context.registry.connect(admin).addKey(agency, key.address, permissionBits("access"), 0, MAX_TIME);
      keys[agency] = key;
    }
    let secret = "";
    const consent = async (name: string, expires = MAX_TIME, scope = SCOPE) => {
      const person = new QuickWallet(name, place);
      const terms = { provider: PROVIDER, consumer: CONSUMER, scope, purpose: "treatment", expires };
      const draft = draftConsent(place, person.address, terms, 1);
      secret = draft.secrets[0] ?? "";
      return signConsent(draft.consent, person);
    };
    const good: Consent[] = [];
    for (let i = 0; i < PERSONS; i++) good.push(await consent(`person ${i}`));
    const flawed = {
      expired: await consent("expired", 1),
      "out of scope": await consent("scope", MAX_TIME, schemasScope(5)),
      revoked: await consent("revoked"),
    };
    return new Bulk(place, keys, good, flawed, secret);
  }

  async make(i: number, time: number, flaw?: Flaw): Promise<Made> {
    const at = { provider: PROVIDER, consumer: CONSUMER, nonce: random32() };
    const { ground, consent } = this.#ground(i, at, flaw);
    const subject = consent ? subjectTag(this.place, at, consent.subjectKey) : ZERO;
    const asked = { ...at, scope: SCOPE, ground, subject, query: random32(), time };
    const request = await signRequest(this.place, this.#key(CONSUMER), asked);
    const hash = requestHash(this.place, request);
    if (consent && flaw !== "not shown") this.consents.set(hash, consent);
    const response = await this.respond(hash, subject, time, flaw === undefined && i % 11 === 0);
    const digest = responseHash(this.place, response);
    const receipt = await signReceipt(this.place, this.#key(CONSUMER), { request: hash, response: digest, time });
    return {
      hash,
      provider: [
        { time, request, response },
        { time, receipt },
      ],
      consumer: [
        { time, request },
        { time, response, receipt },
      ],
    };
  }

  /** A response of the provider's; each has another payload. */
  respond(request: string, subject: string, time: number, refuse = false) {
    const said = refuse
      ? { outcome: "refused" as const, code: 12, payload: ZERO }
      : { outcome: "answered" as const, code: 0, payload: random32() };
    return signResponse(this.place, this.#key(PROVIDER), { request, subject, time, ...said });
  }

  #ground(i: number, at: { provider: number; consumer: number; nonce: string }, flaw?: Flaw) {
    if (flaw === "statute unknown") return { ground: { kind: "statute", statute: textHash("no act") } as Ground };
    if (flaw === undefined && i % 5 === 0) {
      return { ground: { kind: "statute", statute: textHash("Health Act s. 7") } as Ground };
    }
    if (flaw === undefined && i % 97 === 0) return { ground: { kind: "emergency", reason: 1 } as Ground };
    const flawed = flaw === undefined || flaw === "not shown" ? undefined : this.#flawed[flaw];
    const consent = flawed ?? this.#good[i % PERSONS];
    if (!consent) throw new Error("no consent");
    return { consent, ground: { kind: "consent", tag: groundTag(this.place, at, consentHash(consent)) } as Ground };
  }

  #key(agency: number): QuickWallet {
    const key = this.#keys[agency];
    if (!key) throw new Error("no key");
    return key;
  }
}

/** Numbers lines and writes them as a body does. */
export function written(lines: Omit<LogLine, "seq">[]): string[] {
  return lines.map((line, i) => canonicalize({ seq: i + 1, ...line }) ?? "");
}
