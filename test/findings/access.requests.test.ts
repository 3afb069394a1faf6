import { appendFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { expect } from "chai";
import { readJsonFile } from "../../sdk/src/access/consentFile.ts";
import { consentHash, groundTag, random32, revokeConsent, subjectTag } from "../../sdk/src/access/consent.ts";
import { ZERO } from "../../sdk/src/access/place.ts";
import { policyOf } from "../../sdk/src/access/policyFile.ts";
import { queryHash, REFUSALS } from "../../sdk/src/access/record.ts";
import { schemasScope } from "../../sdk/src/access/scope.ts";
import { serve } from "../../sdk/src/access/server.ts";
import { Audited } from "../access/audited.ts";
import { CLINIC, HOSPITAL, outsider, refused, type Scene, SUBJECT_KEY } from "../access/scene.ts";

describe("findings: what a provider gives away", () => {
  let audited: Audited;
  let scene: Scene;
  beforeEach(async () => {
    audited = await Audited.open();
    ({ scene } = audited);
  });
  afterEach(() => scene.close());
  const place = () => scene.land.place;

  it("a record that holds more than was asked for is not handed over", async () => {
    const person = await scene.land.person.getAddress();
    const records = [{ schemas: [1, 2], file: "all.json" }];
    const subjects = [{ reference: "P", person, subjectKey: SUBJECT_KEY, records }];
    const file = { format: "common-seal/body/1" as const, agency: 1, emergencies: false, statutes: [], subjects };
    const policy = policyOf(file, join(scene.folder, "body.json"));
    const { request } = await scene.request({ scope: schemasScope(1) });
    expect(await policy.find({ reference: "P" }, request)).to.equal(null);
  });

  it("a body without any ground does not learn whether a person is known", async () => {
    const query = { reference: "nobody" };
    const salt = random32();
    const statute = { kind: "statute", statute: random32() } as const;
    const consent = { kind: "consent", tag: random32() } as const;
    const shown = (await scene.consent()).consent;
    for (const [ground, paper] of [
      [statute, undefined],
      [consent, undefined],
      [consent, shown],
    ] as const) {
      const more = paper ? { consent: paper } : {};
      const known = await audited.provider.answer({ ...(await scene.request({ ground })), ...more });
      const other = await scene.request({ ground, query: queryHash(place(), salt, canonicalize(query) ?? "") });
      const unknown = await audited.provider.answer({ ...other, query, salt, ...more });
      expect(unknown.response.code).to.equal(known.response.code);
      expect([known.response.subject, unknown.response.subject]).to.not.include(ZERO);
    }
  });

  it("a record that cannot be read is refused and logged, without its path", async () => {
    const file = join(scene.folder, "psychiatry", "jane-doe.json");
    const provider = await scene.provider({ find: () => readJsonFile(file) as Promise<object> });
    const url = await scene.serve(provider);
    const before = provider.body.log.file.lines.length;
    const said = await fetch(`${url}/exchange`, { method: "POST", body: JSON.stringify(await scene.request({})) });
    const text = await said.text();
    expect(text).to.not.include("jane-doe");
    expect(JSON.parse(text)).to.have.nested.property("response.code", REFUSALS.unavailable);
    expect(provider.body.log.file.lines.length).to.equal(before + 1);
  });

  it("a contract that is no key of the body is never called", async () => {
    const { provider } = audited;
    const { isSigned } = provider.body;
    const called: string[] = [];
    provider.body.isSigned = (account, ...rest) => {
      called.push(account);
      return isSigned(account, ...rest);
    };
    const ask = await scene.request({});
    const request = { ...ask.request, signer: outsider().address };
    await refused(provider.answer({ ...ask, request }), "may not exchange for body 2");
    expect(called).to.deep.equal([]);
  });

  it("a peer that does not read the log is cut off", async function () {
    this.timeout(30_000);
    await appendFile(audited.provider.body.log.file.path, "x".repeat(40 << 20));
    const server = await serve(audited.provider, 0, 300);
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let closed = false;
    socket.on("close", () => (closed = true)).on("error", () => (closed = true));
    socket.write("GET /log HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const got = await new Promise<number>((resolve) => {
      let size = 0;
      socket.on("data", (bytes: Buffer) => (size += bytes.length));
      socket.resume();
      setTimeout(() => resolve(size), 1500);
    });
    socket.destroy();
    await server.close();
    expect(closed && got < 40 << 20, `${got} bytes came`).to.equal(true);
  });

  it("a revocation that the provider can know when it decides is obeyed", async () => {
    const { consent, secrets } = await scene.consent();
    const { body } = audited.provider;
    const { now } = body;
    let done = false;
    body.now = async () => {
      const time = await now();
      if (done) return time;
      done = true;
      const made = await revokeConsent(scene.as(scene.land.stranger), secrets[0] ?? "");
      if ("act" in made) await made.act.send();
      return time;
    };
    const at = { provider: HOSPITAL, consumer: CLINIC, nonce: random32() };
    const ask = await scene.request({
      ...at,
      ground: { kind: "consent", tag: groundTag(place(), at, consentHash(consent)) },
      subject: subjectTag(place(), at, consent.subjectKey),
    });
    const { response } = await audited.provider.answer({ ...ask, consent });
    expect(response.code).to.equal(REFUSALS["consent revoked"]);
  });
});
