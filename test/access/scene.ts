import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { expect } from "chai";
import { id, type Provider, type Signer, Wallet } from "ethers";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { type Body, openBody } from "../../sdk/src/access/body.ts";
import { type Consent, type ConsentTerms, draftConsent, random32, signConsent } from "../../sdk/src/access/consent.ts";
import type { Ask } from "../../sdk/src/access/message.ts";
import { type AccessPlace, MAX_TIME, placeOf, ZERO } from "../../sdk/src/access/place.ts";
import { type Policy, Provider as AccessProvider } from "../../sdk/src/access/provide.ts";
import { queryHash, type Request, signRequest } from "../../sdk/src/access/record.ts";
import { namedScope } from "../../sdk/src/access/scope.ts";
import { type RunningServer, serve } from "../../sdk/src/access/server.ts";
import { actingAs, type Context, identifyChain } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { MemoryStore } from "../../sdk/src/shared/files.ts";
import { deployHouse, ethers, networkHelpers } from "../shared/house.ts";

/** The bodies of the scene. */
export const HOSPITAL = 1;
export const CLINIC = 2;
export const TAX_OFFICE = 3;

export const HISTORY = namedScope("medical history");
export const REFERENCE = "P-001";
export const SUBJECT_KEY = id("the subject key that the hospital knows");

export interface Land {
  context: Context;
  place: AccessPlace;
  /** Keys of the bodies by number, with `access`. */
  keys: Record<number, Signer>;
  /** A second key of each body with `access`. */
  seconds: Record<number, Signer>;
  admin: Signer;
  person: Signer;
  stranger: Signer;
}

/** Three bodies with two keys each. Use through `loadFixture`. */
export async function deployLand(): Promise<Land> {
  const house = await deployHouse();
  const { manager, registry, documents, accessLog, admin, platform, stranger, bidders } = house;
  const provider = ethers.provider as unknown as Provider;
  const addresses = {
    AccessLog: await accessLog.getAddress(),
    AccessManager: await manager.getAddress(),
    AgencyRegistry: await registry.getAddress(),
    DocumentRegistry: await documents.getAddress(),
    Complaints: await house.complaints.getAddress(),
    DataMarket: await house.market.getAddress(),
    Evaluation: await house.evaluation.getAddress(),
    OpeningCommittee: await house.committee.getAddress(),
    TenderDesk: await house.house.DESK(),
    TenderHouse: await house.house.getAddress(),
    TenderNotices: await house.notices.getAddress(),
    TenderOffice: await house.house.OFFICE(),
  };
  const context: Context = {
    ...(await identifyChain(provider)),
    block: 0,
    addresses,
    provider,
    signer: platform,
    registry,
    documents,
    accessLog,
    house: house.house,
    committee: house.committee,
    complaints: house.complaints,
    notices: house.notices,
    evaluation: house.evaluation,
    market: house.market,
    files: new MemoryStore(),
  };
  const [person, ...rest] = bidders;
  const keys: Land["keys"] = {};
  const seconds: Land["keys"] = {};
  for (const agency of [HOSPITAL, CLINIC, TAX_OFFICE]) {
    await registry.register(id(`body ${agency}`), id("metadata"), admin);
    for (const group of [keys, seconds]) {
      const key = rest.pop();
      if (!key) throw new Error("the chain has too few accounts");
      await registry.connect(admin).addKey(agency, key, permissionBits("access"), 0, MAX_TIME);
      group[agency] = key;
    }
  }
  if (!person) throw new Error("the chain has too few accounts");
  return { context, place: placeOf(context), keys, seconds, admin, person, stranger };
}

/** The land with folders for its bodies' logs, and servers, all gone after `close`. */
export class Scene {
  readonly land: Land;
  readonly folder: string;
  readonly #servers: RunningServer[] = [];

  private constructor(land: Land, folder: string) {
    this.land = land;
    this.folder = folder;
  }

  static async open(): Promise<Scene> {
    return new Scene(await networkHelpers.loadFixture(deployLand), await mkdtemp(join(tmpdir(), "access-")));
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.close();
    await rm(this.folder, { recursive: true });
  }

  as(signer: Signer): Context {
    return actingAs(this.land.context, signer);
  }

  keyOf(agency: number, which: "keys" | "seconds" = "keys"): Signer {
    const key = this.land[which][agency];
    if (!key) throw new Error(`no key of body ${agency}`);
    return key;
  }

  /** A body's log and papers; opened again from its folder each time. */
  body(agency: number, key: Signer = this.keyOf(agency)): Promise<Body> {
    return openBody(this.as(key), agency, join(this.folder, String(agency)));
  }

  /** What a provider in the scene holds: one person's history. */
  async policy(changes: Partial<Policy> = {}): Promise<Policy> {
    const person = await this.land.person.getAddress();
    return {
      statutes: [{ reference: "Health Act s. 7", scope: HISTORY, consumers: [CLINIC] }],
      emergencies: true,
      subjectOf: (reference) => Promise.resolve(reference === REFERENCE ? { person, subjectKey: SUBJECT_KEY } : null),
      find: ({ reference }) => Promise.resolve({ of: reference, allergies: ["penicillin"] }),
      ...changes,
    };
  }

  async provider(changes: Partial<Policy> = {}, agency = HOSPITAL): Promise<AccessProvider> {
    return new AccessProvider(await this.body(agency), await this.policy(changes));
  }

  async serve(provider: AccessProvider): Promise<string> {
    const server = await serve(provider);
    this.#servers.push(server);
    return server.url;
  }

  async now(): Promise<number> {
    return networkHelpers.time.latest();
  }

  /** The person's consent for the clinic to see their history at the hospital. */
  async consent(
    changes: Partial<ConsentTerms> = {},
    guardians = 0,
    by = this.land.person,
    place = this.land.place,
  ): Promise<{ consent: Consent; secrets: string[] }> {
    const terms = {
      ...{ provider: HOSPITAL, consumer: CLINIC, scope: HISTORY, purpose: "treatment" },
      ...{ expires: (await this.now()) + 3600, ...changes },
    };
    const draft = draftConsent(place, await by.getAddress(), terms, guardians);
    return { consent: await signConsent(draft.consent, by), secrets: draft.secrets };
  }

  /** A request as the clinic would make it, with anything of it done differently before it is signed. */
  async request(changes: Partial<Request>, by = this.keyOf(CLINIC), place = this.land.place): Promise<Ask> {
    const salt = random32();
    const query = { reference: REFERENCE };
    const part = {
      ...{ provider: HOSPITAL, consumer: CLINIC, scope: HISTORY, ground: { kind: "emergency", reason: 1 } as const },
      ...{ subject: ZERO, nonce: random32(), time: await this.now() },
      ...{ query: queryHash(place, salt, canonicalize(query) ?? "") },
      ...changes,
    };
    return { request: await signRequest(place, by, part), query, salt };
  }
}

/** The parts in each line of a body's log. */
export const kinds = (body: Body): string[][] =>
  body.log.file.lines.map((line) =>
    Object.keys(line)
      .filter((key) => key !== "seq" && key !== "time")
      .sort(),
  );

export async function caught(act: Promise<unknown>): Promise<Error> {
  return act.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown as Error,
  );
}

/** Expects an InputError of one line. */
export async function refused(act: Promise<unknown>, words: string | RegExp): Promise<void> {
  const error = await caught(act);
  expect(error, error.stack).to.be.instanceOf(InputError);
  expect(error.message).to.match(
    typeof words === "string" ? new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : words,
  );
  expect(error.message).to.not.include("\n");
}

/** A key that no body has. */
export const outsider = (): Wallet => new Wallet(id("an outsider"));
