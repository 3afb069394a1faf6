import { request as httpRequest } from "node:http";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { getAddress, id } from "ethers";
import type { Body } from "../../sdk/src/access/body.ts";
import { responseOf } from "../../sdk/src/access/book.ts";
import {
  type Consent,
  consentHash,
  groundTag,
  random32,
  revokeConsent,
  subjectTag,
} from "../../sdk/src/access/consent.ts";
import { fetchDocument } from "../../sdk/src/access/fetchDocument.ts";
import { postJson } from "../../sdk/src/access/http.ts";
import type { Answer } from "../../sdk/src/access/message.ts";
import { textHash, ZERO } from "../../sdk/src/access/place.ts";
import type { Provider } from "../../sdk/src/access/provide.ts";
import { reviewEmergency } from "../../sdk/src/access/provide.ts";
import {
  queryHash,
  REFUSALS,
  type Request,
  requestHash,
  responseHash,
  signReceipt,
} from "../../sdk/src/access/record.ts";
import { type AskedGround, askProvider } from "../../sdk/src/access/request.ts";
import { namedScope, schemasScope } from "../../sdk/src/access/scope.ts";
import { makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  CLINIC,
  HISTORY,
  HOSPITAL,
  kinds,
  outsider,
  REFERENCE,
  refused,
  Scene,
  SUBJECT_KEY,
  TAX_OFFICE,
} from "./scene.ts";

describe("exchanges over HTTP", () => {
  let scene: Scene;
  let provider: Provider;
  let clinic: Body;
  let url: string;

  beforeEach(async () => {
    scene = await Scene.open();
    provider = await scene.provider();
    url = await scene.serve(provider);
    clinic = await scene.body(CLINIC);
  });
  afterEach(() => scene.close());

  const ask = (ground: AskedGround, changes: Partial<Parameters<typeof askProvider>[1]> = {}) =>
    askProvider(clinic, {
      ...{ url, provider: HOSPITAL, scope: HISTORY, ground, query: { reference: REFERENCE } },
      ...changes,
    });
  const forge = (changes: Partial<Request>, by = clinic.signer, place = clinic.place) =>
    scene.request(changes, by, place);
  const post = (value: unknown) => postJson(`${url}/exchange`, value) as Promise<Answer>;

  it("with consent: answered, the same three signed parts in both logs, nothing private in them", async () => {
    const { consent } = await scene.consent();
    const outcome = await ask({ consent });
    expect(outcome).to.deep.include({ outcome: "answered", receipted: true });
    expect(outcome.content).to.deep.equal({ of: REFERENCE, allergies: ["penicillin"] });
    expect(kinds(provider.body)).to.deep.equal([["request", "response"], ["receipt"]]);
    expect(kinds(clinic)).to.deep.equal([["request"], ["receipt", "response"]]);
    const [here, there] = [provider.body, clinic].map(({ log }) => log.book.get(outcome.request));
    expect(here?.request?.part).to.deep.equal(there?.request?.part);
    expect(responseOf(here)).to.deep.equal(responseOf(there));
    expect(here?.receipts[0]?.part).to.deep.equal(there?.receipts[0]?.part);
    const request = here?.request?.part;
    if (!request) throw new Error("no request");
    expect(request.subject).to.equal(subjectTag(clinic.place, request, consent.subjectKey));
    for (const agency of [HOSPITAL, CLINIC]) {
      const text = await readFile(join(scene.folder, String(agency), "exchanges.ndjson"), "utf8");
      for (const secret of [REFERENCE, "penicillin", consent.subjectKey, consent.salt, consent.person, "treatment"]) {
        expect(text.toLowerCase()).to.not.include(secret.toLowerCase());
      }
    }
  });

  it("two exchanges under one consent share no word of 32 bytes but scope and zero", async () => {
    const { consent } = await scene.consent();
    for (let i = 0; i < 2; i++) await ask({ consent });
    const words = [...provider.body.log.book.exchanges.values()].map(({ request, responses }) => {
      const parts = [request?.part, ...[...responses.values()].map(({ part }) => part)];
      return new Set(JSON.stringify(parts).match(/0x[0-9a-f]{64}(?=")/g));
    });
    const shared = [...(words[0] ?? [])].filter((word) => words[1]?.has(word));
    expect(shared.sort()).to.deep.equal([HISTORY.named]);
  });

  it("by statute and in an emergency: the provider puts in the person's tag", async () => {
    for (const ground of [{ statute: "Health Act s. 7" }, { emergency: 1 }]) {
      const { request, outcome } = await ask(ground);
      expect(outcome).to.equal("answered");
      const { part } = responseOf(clinic.log.book.get(request)) ?? {};
      const asked = clinic.log.book.get(request)?.request?.part;
      expect(asked?.subject).to.equal(ZERO);
      expect(part?.subject).to.equal(asked && subjectTag(clinic.place, asked, SUBJECT_KEY));
    }
  });

  it("GET /log gives the log as it stands in the file", async () => {
    await ask({ emergency: 1 });
    const text = await (await fetch(`${url}/log`)).text();
    expect(text).to.equal(await readFile(provider.body.log.file.path, "utf8"));
    expect(text.split("\n")).to.have.length(3);
  });

  describe("refusals, each signed and in both logs", () => {
    const expectRefusal = async (ground: AskedGround, refusal: keyof typeof REFUSALS, changes = {}) => {
      const outcome = await ask(ground, changes);
      expect(outcome).to.deep.include({ outcome: "refused", refusal, receipted: true });
      expect(outcome.content).to.equal(undefined);
      for (const body of [provider.body, clinic]) {
        const exchange = body.log.book.get(outcome.request);
        const { part } = responseOf(exchange) ?? {};
        expect(part).to.deep.include({ outcome: "refused", code: REFUSALS[refusal], payload: ZERO });
        expect(exchange?.receipts).to.have.length(1);
      }
      return outcome.request;
    };
    const expectTag = (request: string, key: string) => {
      const exchange = provider.body.log.book.get(request);
      const part = exchange?.request?.part;
      expect(responseOf(exchange)?.part.subject).to.equal(part && subjectTag(clinic.place, part, key));
    };

    it("an expired consent, from the second after its last one", async () => {
      const { consent } = await scene.consent();
      await networkHelpers.time.increaseTo(consent.expires);
      expect((await ask({ consent })).outcome).to.equal("answered");
      await networkHelpers.time.increaseTo(consent.expires + 1);
      expectTag(await expectRefusal({ consent }, "consent expired"), consent.subjectKey);
    });

    it("a consent that the person revoked, and one that a guardian revoked", async () => {
      for (const which of [0, 2]) {
        const { consent, secrets } = await scene.consent({}, 2);
        expect((await ask({ consent })).outcome).to.equal("answered");
        const outcome = await revokeConsent(scene.as(scene.land.stranger), secrets[which] ?? "");
        if ("act" in outcome) await outcome.act.send();
        expectTag(await expectRefusal({ consent }, "consent revoked"), consent.subjectKey);
      }
    });

    it("a scope that the consent, the statute does not cover", async () => {
      const { consent } = await scene.consent({ scope: { schemas: [4], named: HISTORY.named } });
      for (const scope of [schemasScope(5), schemasScope(4, 5), namedScope("genome")]) {
        await expectRefusal({ consent }, "out of scope", { scope });
      }
      expect((await ask({ consent }, { scope: schemasScope(4) })).outcome).to.equal("answered");
      await expectRefusal({ statute: "Health Act s. 7" }, "out of scope", { scope: schemasScope(4) });
    });

    it("a consent for another consumer, or another provider", async () => {
      for (const terms of [{ consumer: TAX_OFFICE }, { provider: TAX_OFFICE }]) {
        const { consent } = await scene.consent(terms);
        await expectRefusal({ consent }, "consent of others");
      }
    });

    it("a consent of somebody else, one whose terms were changed, one of another chain", async () => {
      const { consent } = await scene.consent();
      const stranger = await scene.land.stranger.getAddress();
      const later = { ...consent, expires: consent.expires + 1 };
      const theirs = (await scene.consent({}, 0, scene.land.stranger)).consent;
      const abroad = (await scene.consent({}, 0, scene.land.person, { ...clinic.place, chainId: 5n })).consent;
      for (const bad of [{ ...consent, person: stranger }, later, { ...consent, chainId: "5" }, theirs, abroad]) {
        const request = await expectRefusal({ consent: bad }, "consent invalid");
        expectTag(request, SUBJECT_KEY);
      }
    });

    it("a consent that is not the one the request names, or not shown", async () => {
      const { consent } = await scene.consent();
      const other = (await scene.consent()).consent;
      const nonce = random32();
      const at = { provider: HOSPITAL, consumer: CLINIC, nonce };
      const tag = groundTag(clinic.place, at, id("another consent's hash"));
      const message = await forge({ nonce, ground: { kind: "consent", tag } });
      expect((await post({ ...message, consent: other })).response.code).to.equal(REFUSALS["consent invalid"]);
      for (const wrong of ["ground", "subject"]) {
        const place = { ...at, nonce: random32() };
        const hash = wrong === "ground" ? id("another consent's hash") : consentHash(other);
        const key = wrong === "subject" ? random32() : other.subjectKey;
        const part = await forge({
          nonce: place.nonce,
          ground: { kind: "consent", tag: groundTag(clinic.place, place, hash) },
          subject: subjectTag(clinic.place, place, key),
        });
        expect((await post({ ...part, consent: other })).response.code).to.equal(REFUSALS["consent invalid"]);
      }
      const bare = await forge({ ground: { kind: "consent", tag } });
      expect((await post(bare)).response.code).to.equal(REFUSALS["consent lacking"]);
      expect((await ask({ consent })).outcome).to.equal("answered");
    });

    it("a statute not in the list, one that is not for this consumer", async () => {
      await expectRefusal({ statute: "Health Act s. 8" }, "statute unknown");
      provider.policy.statutes = [{ reference: "Health Act s. 8", scope: HISTORY, consumers: [TAX_OFFICE] }];
      await expectRefusal({ statute: "Health Act s. 8" }, "statute unknown");
      provider.policy.statutes = [{ reference: "Health Act s. 8", scope: HISTORY }];
      expect((await ask({ statute: "Health Act s. 8" })).outcome).to.equal("answered");
    });

    it("an emergency where none is answered, a person or a record that is not there", async () => {
      provider.policy.emergencies = false;
      await expectRefusal({ emergency: 1 }, "emergency not allowed");
      provider.policy.emergencies = true;
      await expectRefusal({ emergency: 1 }, "subject unknown", { query: { reference: "P-404" } });
      provider.policy.find = () => Promise.resolve(null);
      expectTag(await expectRefusal({ emergency: 1 }, "not held"), SUBJECT_KEY);
    });

    it("a stale request, a nonce used before", async () => {
      await networkHelpers.time.increase(1000); // the key must have begun before the stale request
      const time = await scene.now();
      for (const off of [-601, 601]) {
        expect((await post(await forge({ time: time + off }))).response.code).to.equal(REFUSALS.stale);
      }
      const nonce = random32();
      expect((await post(await forge({ nonce, time: time - 600 }))).response.code).to.equal(0);
      expect((await post(await forge({ nonce }))).response.code).to.equal(REFUSALS["nonce used"]);
    });
  });

  describe("what is turned away and not logged", () => {
    afterEach(() => expect(provider.body.log.file.lines).to.have.length(0));

    it("a request signed for another chain, another contract, or to another provider", async () => {
      const { place } = clinic;
      for (const other of [
        { ...place, chainId: 5n },
        { ...place, accessLog: scene.land.context.addresses.TenderHouse },
      ]) {
        const message = await forge({}, clinic.signer, other);
        const query = queryHash(place, message.salt, `{"reference":"${REFERENCE}"}`);
        await refused(post(message), "400 The query is not the one of the request.");
        await refused(
          post({ ...message, request: { ...message.request, query } }),
          "403 The request's signature is not",
        );
      }
      await refused(post(await forge({ provider: TAX_OFFICE })), "400 The request is to body 3; this is body 1.");
    });

    it("a request of nobody's key, of another body's, of a key that was ended", async () => {
      await refused(post(await forge({}, outsider())), "may not exchange for body 2 now");
      await refused(post(await forge({}, scene.keyOf(TAX_OFFICE))), "may not exchange for body 2 now");
      const message = await forge({});
      const registry = scene.land.context.registry.connect(scene.land.admin);
      await registry.endKey(CLINIC, await clinic.signer.getAddress());
      await refused(post(message), "may not exchange for body 2 now");
    });

    it("any changed field of a signed request", async () => {
      const { request, ...rest } = await forge({});
      const flipped = { nonce: random32(), consumer: TAX_OFFICE, time: request.time + 1, subject: random32() };
      const changes: Partial<Request>[] = Object.entries(flipped).map(([key, value]) => ({ [key]: value }));
      changes.push({ scope: schemasScope(1) }, { ground: { kind: "emergency", reason: 2 } });
      changes.push({ ground: { kind: "statute", statute: textHash("Health Act s. 7") } });
      for (const change of changes) {
        await refused(post({ ...rest, request: { ...request, ...change } }), "403 The request's signature is not");
      }
    });

    it("another query under a signed request: the published request alone fetches nothing", async () => {
      const message = await forge({});
      await refused(post({ ...message, query: { reference: "P-002" } }), "400 The query");
      await refused(post({ ...message, salt: random32() }), "400 The query");
    });

    it("what is no request: broken JSON, wrong fields, wrong path, more bytes than are taken", async () => {
      const raw = (path: string, body: string, method = "POST") => fetch(`${url}${path}`, { method, body });
      expect((await raw("/exchange", "{")).status).to.equal(400);
      expect((await raw("/exchange", "{}")).status).to.equal(400);
      expect((await raw("/receipt", "{}")).status).to.equal(400);
      expect((await raw("/", "{}")).status).to.equal(404);
      const { request, ...rest } = await forge({});
      await refused(post({ ...rest, request: { ...request, extra: 1 } }), /400 request/);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const call = httpRequest(`${url}/exchange`, { method: "POST" }, (answer) => resolve(answer.statusCode));
        call.on("error", reject);
        for (let i = 0; i < 5; i++) call.write("x".repeat(64 << 10));
      });
      expect(status).to.equal(413);
    });
  });

  it("a replayed request gets the same response, and its content only until the receipt is there", async () => {
    const message = await forge({});
    const [first, twin] = await Promise.all([post(message), post(message)]);
    expect(twin).to.deep.equal(first);
    const again = await post(message);
    expect(again).to.deep.equal(first);
    const { response } = first;
    const hash = requestHash(clinic.place, message.request);
    const part = { request: hash, response: responseHash(clinic.place, response), time: response.time };
    const receipt = await signReceipt(clinic.place, clinic.signer, part);
    for (let i = 0; i < 2; i++) await postJson(`${url}/receipt`, { receipt });
    expect(await post(message)).to.deep.equal({ response });
    expect(kinds(provider.body)).to.deep.equal([["request", "response"], ["receipt"]]);
  });

  it("forged receipts: of another key, of another response, of a request that is not there", async () => {
    const message = await forge({});
    const { response } = await post(message);
    const right = {
      request: requestHash(clinic.place, message.request),
      response: responseHash(clinic.place, response),
      time: response.time,
    };
    const send = async (changes: Partial<typeof right>, by = clinic.signer) =>
      postJson(`${url}/receipt`, { receipt: await signReceipt(clinic.place, by, { ...right, ...changes }) });
    await refused(send({}, outsider()), "403 The receipt's signer may not exchange for body 2");
    await refused(send({}, scene.keyOf(HOSPITAL)), "403 The receipt's signer may not exchange for body 2");
    await refused(send({ response: random32() }), "404 The receipt is of no response");
    await refused(send({ request: random32() }), "404 The receipt is of no response");
    const receipt = { ...(await signReceipt(clinic.place, clinic.signer, right)), time: right.time + 1 };
    await refused(postJson(`${url}/receipt`, { receipt }), "403 The receipt's signature is not");
    expect(kinds(provider.body)).to.deep.equal([["request", "response"]]);
    await send({});
    expect(kinds(provider.body)).to.have.length(2);
  });

  describe("reviews of emergency accesses", () => {
    const review = async (request: string, key = scene.keyOf(HOSPITAL, "seconds")) =>
      reviewEmergency(await scene.body(HOSPITAL, key), request, "justified", "the report");

    it("by another key than the one that answered, into the provider's log", async () => {
      const { request } = await ask({ emergency: 1 });
      await refused(review(request, provider.body.signer), "reviewed by another key");
      const part = await review(request);
      expect(part).to.deep.include({ request, finding: "justified", report: textHash("the report") });
      const { log } = await scene.body(HOSPITAL);
      expect(log.book.get(request)?.reviews[0]?.part).to.deep.equal(part);
    });

    it("of no other accesses", async () => {
      const { request } = await ask({ statute: "Health Act s. 7" });
      await refused(review(request), "Only an emergency access is reviewed");
      await refused(review(random32()), "has no such access");
    });
  });

  it("a body fetches a bidder's tax clearance from the tax office, by consent and by statute", async () => {
    const { chainId, genesisHash, addresses } = scene.land.context;
    const place = { chainId: chainId.toString(), genesisHash, registry: addresses.DocumentRegistry };
    const origin = { ...place, agency: TAX_OFFICE, schema: 2 };
    const clearance: object = makeDocumentFile(origin, { fields: { cleared: true } });
    const statutes = [{ reference: "Procurement Act s. 57", scope: schemasScope(2) }];
    const office = await scene.provider({ statutes, find: () => Promise.resolve(clearance) }, TAX_OFFICE);
    const at = await scene.serve(office);
    const { consent } = await scene.consent({ provider: TAX_OFFICE, scope: schemasScope(2) });
    const fetchBy = (ground: AskedGround) =>
      fetchDocument(clinic, { url: at, provider: TAX_OFFICE, schema: 2, ground, reference: REFERENCE });
    for (const ground of [{ consent }, { statute: "Procurement Act s. 57" }]) {
      const { request, document } = await fetchBy(ground);
      expect(document).to.deep.equal(clearance);
      for (const body of [office.body, clinic]) expect(body.log.book.get(request)?.receipts).to.have.length(1);
    }
    office.policy.find = () => Promise.resolve({ ...clearance, fields: { cleared: false } });
    await refused(fetchBy({ consent }), "What was handed over");
    office.policy.find = () => Promise.resolve({ cleared: "in words" });
    expect((await fetchBy({ consent })).document).to.deep.equal({ cleared: "in words" });
    await refused(fetchBy({ statute: "Procurement Act s. 99" }), "Body 3 refuses the document: statute unknown");
    expect(clinic.log.book.exchanges.size).to.equal(5);
  });

  it("a contract account signs a consent by ERC-1271, asked through the node", async () => {
    const { isSigned } = clinic;
    const wallet = "0x00000000000000000000000000000000000a11ce";
    const unsigned: Consent = { ...(await scene.consent()).consent, person: wallet, signature: "0x1234" };
    const consent = { ...unsigned, person: getAddress(wallet) };
    const digest = consentHash(consent);
    expect(await isSigned(consent.person, digest, "0x1234")).to.equal(false);
    // Answers with ERC-1271's word where the first argument is this digest, else with zero.
    await networkHelpers.setCode(wallet, `0x7f${digest.slice(2)}60043514631626ba7e0260e01b5f5260205ff3`);
    expect(await isSigned(consent.person, digest, "0x1234")).to.equal(true);
    expect(await isSigned(consent.person, id("another digest"), "0x1234")).to.equal(false);
    await networkHelpers.setCode(wallet, "0x5f5ffd");
    expect(await isSigned(consent.person, digest, "0x1234")).to.equal(false);
    await networkHelpers.setCode(wallet, `0x7f${digest.slice(2)}60043514631626ba7e0260e01b5f5260205ff3`);
    provider.policy.subjectOf = () => Promise.resolve({ person: consent.person, subjectKey: SUBJECT_KEY });
    expect((await ask({ consent })).outcome).to.equal("answered");
  });
});
