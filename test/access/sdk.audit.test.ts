import { expect } from "chai";
import { id, type Signer } from "ethers";
import { anchorAll } from "../../sdk/src/access/anchor.ts";
import { type ChainAuditParameters } from "../../sdk/src/access/auditChain.ts";
import type { Body } from "../../sdk/src/access/body.ts";
import { random32, revokeConsent } from "../../sdk/src/access/consent.ts";
import type { Provider } from "../../sdk/src/access/provide.ts";
import { reviewEmergency } from "../../sdk/src/access/provide.ts";
import { type LogLine, responseHash, signReceipt, signResponse, signReview } from "../../sdk/src/access/record.ts";
import { type AskedGround, askProvider } from "../../sdk/src/access/request.ts";
import { namedScope } from "../../sdk/src/access/scope.ts";
import { networkHelpers } from "../shared/house.ts";
import { Audited, brief, linesOf, textsOf } from "./audited.ts";
import { CLINIC, HISTORY, HOSPITAL, outsider, REFERENCE, type Scene } from "./scene.ts";

const DAY = 86_400;

describe("audit", () => {
  let audited: Audited;
  let scene: Scene;
  let provider: Provider;
  let clinic: Body;

  beforeEach(async () => {
    audited = await Audited.open();
    ({ scene, provider, clinic } = audited);
  });
  afterEach(() => scene.close());

  const ask = (ground: AskedGround) => audited.ask(ground);
  const auditOf = (...args: Parameters<Audited["audit"]>) => audited.audit(...args);
  const anchorBoth = () => audited.anchorBoth();
  /** Renumbers lines, as a body would that keeps two books. */
  const renumbered = (lines: LogLine[]) => textsOf(lines.map((line, i) => ({ ...line, seq: i + 1 })));

  it("honest logs of answers and refusals, anchored or not, give no finding", async () => {
    const { consent } = await scene.consent();
    await ask({ consent });
    await anchorBoth();
    await ask({ statute: "Health Act s. 7" });
    await ask({ statute: "no such act" });
    await ask({ emergency: 3 });
    await anchorBoth();
    await ask({ consent });
    expect(await auditOf()).to.deep.equal([]);
    expect(await auditOf({ [HOSPITAL]: provider.body.log.file.texts })).to.deep.equal([]);
  });

  it("missing and extra: an exchange that one side keeps out of its log", async () => {
    const hash = await ask({ emergency: 1 });
    await ask({ emergency: 1 });
    const lacking = renumbered(linesOf(clinic).filter((_, i) => i > 1));
    const missing = await auditOf({ [HOSPITAL]: provider.body.log.file.texts, [CLINIC]: lacking });
    expect(brief(missing)).to.deep.equal([["missing", HOSPITAL, 1]]);
    expect(missing[0]?.request).to.equal(hash);
    const hidden = renumbered(linesOf(provider.body).filter((_, i) => i > 1));
    const extra = await auditOf({ [HOSPITAL]: hidden, [CLINIC]: clinic.log.file.texts });
    expect(brief(extra)).to.deep.equal([["extra", CLINIC, 1]]);
    expect(extra[0]?.request).to.equal(hash);
  });

  it("a request that never arrived is extra, and told as unanswered", async () => {
    await askProvider(clinic, {
      ...{ url: "http://127.0.0.1:1", provider: HOSPITAL, scope: HISTORY, ground: { emergency: 1 } },
      query: { reference: REFERENCE },
    }).catch(() => undefined);
    const [finding] = await auditOf();
    expect(finding).to.deep.include({ kind: "extra", agency: CLINIC, seq: 1 });
    expect(finding?.detail).to.include("to which no answer came");
  });

  it("contradictory: the provider's log has another response than the consumer was given", async () => {
    await ask({ emergency: 1 });
    const lines = linesOf(provider.body);
    const response = lines[0]?.response;
    if (!response) throw new Error("no response");
    const other = await signResponse(clinic.place, provider.body.signer, { ...response, payload: random32() });
    const own = [{ ...lines[0], response: other } as LogLine];
    const found = await auditOf({ [HOSPITAL]: textsOf(own), [CLINIC]: clinic.log.file.texts });
    expect(brief(found)).to.deep.equal([["contradictory", HOSPITAL, 1]]);
    expect(found[0]?.detail).to.include("record 1 of body 1 and record 2 of body 2");
  });

  it("contradictory: a receipt of a response that no log holds", async () => {
    await ask({ emergency: 1 });
    const [first, second] = linesOf(provider.body);
    if (!second?.receipt) throw new Error("no receipt");
    const receipt = await signReceipt(clinic.place, clinic.signer, { ...second.receipt, response: random32() });
    const texts = textsOf([first, { ...second, receipt }] as LogLine[]);
    expect(brief(await auditOf({ [HOSPITAL]: texts }))).to.deep.equal([["contradictory", HOSPITAL, 2]]);
  });

  it("unproven: no log has the consumer's receipt", async () => {
    await ask({ emergency: 1 });
    const [asked, answered] = linesOf(clinic);
    const { receipt, ...bare } = answered ?? {};
    expect(receipt).to.not.equal(undefined);
    const without = {
      [HOSPITAL]: textsOf(linesOf(provider.body).slice(0, 1)),
      [CLINIC]: textsOf([asked, bare] as LogLine[]),
    };
    expect(brief(await auditOf(without))).to.deep.equal([["unproven", HOSPITAL, 1]]);
  });

  describe("gaps", () => {
    beforeEach(async () => {
      for (let i = 0; i < 3; i++) await ask({ emergency: 1 });
    });
    const onlyHospital = (lines: LogLine[]) => auditOf({ [HOSPITAL]: textsOf(lines) });

    it("a number that is skipped, one that comes twice", async () => {
      const lines = linesOf(provider.body);
      const skipping = lines.map((line) => ({ ...line, seq: line.seq > 4 ? line.seq + 1 : line.seq }));
      expect(brief(await onlyHospital(skipping))).to.deep.equal([["gap", HOSPITAL, 5]]);
      const twice = lines.map((line) => ({ ...line, seq: line.seq > 4 ? line.seq - 1 : line.seq }));
      expect(brief(await onlyHospital(twice))).to.deep.equal([["gap", HOSPITAL, 4]]);
    });

    it("a second record under an anchored number is told once", async () => {
      await anchorBoth();
      const texts = [...provider.body.log.file.texts];
      const double = JSON.stringify({ ...linesOf(provider.body)[3], time: 5 });
      const found = await auditOf({ [HOSPITAL]: texts.toSpliced(3, 0, double) });
      expect(brief(found)).to.deep.equal([["gap", HOSPITAL, 4]]);
    });

    it("a record that was anchored and is gone, in the middle or at the end", async () => {
      await anchorBoth();
      // Of an exchange's two records the receipt's: the exchange itself is still there.
      expect(brief(await onlyHospital(linesOf(provider.body).filter(({ seq }) => seq !== 4)))).to.deep.equal([
        ["gap", HOSPITAL, 4],
        ["unproven", HOSPITAL, 3],
      ]);
      const cut = linesOf(provider.body).slice(0, 5);
      const found = await auditOf({ [HOSPITAL]: textsOf(cut), [CLINIC]: clinic.log.file.texts });
      expect(brief(found)).to.deep.equal([["gap", HOSPITAL, 6]]);
    });

    it("a record that was changed after its period was anchored", async () => {
      await anchorBoth();
      await ask({ emergency: 1 });
      await anchorBoth();
      const changed = linesOf(provider.body).map((line) => ({ ...line, time: line.seq === 8 ? 0 : line.time }));
      const original = provider.body.log.file.texts;
      const texts = textsOf(changed).map((text, i) => (i === 7 ? text : (original[i] ?? "")));
      const found = await auditOf({ [HOSPITAL]: texts });
      expect(brief(found)).to.deep.equal([["gap", HOSPITAL, 7]]);
      expect(found[0]?.detail).to.equal("records 7 to 8 are not the ones that were anchored");
    });

    it("a body that anchors a count of its own invention is told, not followed without end", async () => {
      const { body } = provider;
      const { accessLog } = scene.as(body.signer);
      await accessLog.anchor(HOSPITAL, id("exchanges"), `0x${"00".repeat(32)}`, 0, random32(), 2n ** 60n);
      const found = await auditOf();
      expect(found.length).to.be.within(1, 1001);
      expect(found[0]).to.deep.include({ kind: "gap", agency: HOSPITAL, seq: 7 });
    });
  });

  describe("without ground", () => {
    const expectFault = async (words: string, changes: Partial<ChainAuditParameters> = {}) => {
      const found = await auditOf(undefined, changes);
      expect(brief(found)).to.deep.equal([["without ground", HOSPITAL, 1]]);
      expect(found[0]?.detail).to.include(words);
    };
    /** The provider answers whatever the ground is. */
    const answerAnyway = async (ground: AskedGround, time?: number) => {
      const ownTime = provider.body.now;
      if (time !== undefined) clinic.now = provider.body.now = () => Promise.resolve(time);
      const revokedAt = provider.body.revokedAt;
      provider.body.revokedAt = () => Promise.resolve(0);
      await ask(ground);
      provider.body.revokedAt = revokedAt;
      clinic.now = provider.body.now = ownTime;
    };

    it("a consent that is not shown, or another one is", async () => {
      const { consent } = await scene.consent();
      await ask({ consent });
      await expectFault("no consent is shown", { consents: new Map() });
      const other = (await scene.consent()).consent;
      const hash = [...clinic.log.book.exchanges.keys()][0] ?? "";
      await expectFault("not the one named", { consents: new Map([[hash, other]]) });
      await expectFault("not the one named", {
        consents: new Map([[hash, { ...consent, signature: `0x${"12".repeat(65)}` }]]),
      });
    });

    it("a consent revoked before; answered in the very second of the revocation is answered after it", async () => {
      const { consent, secrets } = await scene.consent({}, 1);
      const outcome = await revokeConsent(scene.as(scene.land.stranger), secrets[1] ?? "");
      if ("act" in outcome) await outcome.act.send();
      await answerAnyway({ consent }, await scene.now());
      await expectFault("consent revoked");
    });

    it("a consent that had expired: its last second counts", async () => {
      const { consent } = await scene.consent();
      await networkHelpers.time.increaseTo(consent.expires + 5);
      await answerAnyway({ consent }, consent.expires);
      expect(await auditOf()).to.deep.equal([]);
      const late = consent.expires + 1;
      const [first] = linesOf(provider.body);
      if (!first?.response) throw new Error("no response");
      const response = await signResponse(clinic.place, provider.body.signer, { ...first.response, time: late });
      const receipt = await signReceipt(clinic.place, clinic.signer, {
        ...{ request: response.request, response: responseHash(clinic.place, response), time: late },
      });
      const found = await auditOf({ [HOSPITAL]: textsOf([{ ...first, response, receipt }]) });
      expect(found.map(({ kind, detail }) => [kind, detail])).to.deep.equal([["without ground", "consent expired"]]);
    });

    it("a response that hides the access from the person", async () => {
      const { consent } = await scene.consent();
      await ask({ consent });
      const [line] = linesOf(provider.body);
      if (!line?.response) throw new Error("no response");
      const part = { ...line.response, subject: random32() };
      const response = await signResponse(clinic.place, provider.body.signer, part);
      const texts = textsOf([{ ...line, response }]);
      const found = await auditOf({ [HOSPITAL]: texts });
      expect(brief(found)).to.deep.equal([
        ["unproven", HOSPITAL, 1],
        ["without ground", HOSPITAL, 1],
      ]);
    });

    it("a statute that is unknown to the auditor, or covers something else", async () => {
      await ask({ statute: "Health Act s. 7" });
      await expectFault("statute unknown", { statutes: new Map() });
      const other = [{ reference: "Health Act s. 7", scope: namedScope("genome") }];
      await expectFault("out of scope", { statutes: new Map([[HOSPITAL, other]]) });
    });
  });

  it("late: dated before a revocation, and neither side anchored it before", async () => {
    const early = await scene.consent();
    await ask({ consent: early.consent });
    await anchorAll(scene.as(clinic.signer), clinic.log.name, clinic.log.file.texts);
    await networkHelpers.time.increase(10);
    await ask({ consent: early.consent });
    await networkHelpers.time.increase(10);
    const outcome = await revokeConsent(scene.as(scene.land.stranger), early.secrets[0] ?? "");
    if ("act" in outcome) await outcome.act.send();
    expect(brief(await auditOf())).to.deep.equal([["late", HOSPITAL, 3]]);
    await networkHelpers.time.increase(10);
    await anchorBoth();
    expect(brief(await auditOf())).to.deep.equal([["late", HOSPITAL, 3]]);
  });

  describe("emergencies", () => {
    const review = async (request: string, by: Signer) => {
      const exchange = provider.body.log.book.get(request);
      const [response = ""] = exchange?.responses.keys() ?? [];
      const part = { request, response, finding: "justified" as const, report: random32(), time: await scene.now() };
      const signed = await signReview(clinic.place, by, part);
      await provider.body.log.add(part.time, () => ({ review: signed }));
    };

    it("not reviewed in time are listed; reviewed by the same key, or a stranger, is not reviewed", async () => {
      const request = await ask({ emergency: 1 });
      await networkHelpers.time.increase(14 * DAY - 60);
      expect(await auditOf()).to.deep.equal([]);
      await networkHelpers.time.increase(120);
      expect(brief(await auditOf())).to.deep.equal([["unreviewed", HOSPITAL, 1]]);
      await review(request, provider.body.signer);
      await review(request, outsider());
      await review(request, scene.keyOf(CLINIC));
      expect(brief(await auditOf())).to.deep.equal([["unreviewed", HOSPITAL, 1]]);
      await reviewEmergency(
        await scene.body(HOSPITAL, scene.keyOf(HOSPITAL, "seconds")),
        request,
        "not justified",
        "r",
      );
      await provider.body.log.file.append(() => null);
      const late = await auditOf();
      expect(brief(late)).to.deep.equal([
        ["unjustified", HOSPITAL, 1],
        ["unreviewed", HOSPITAL, 1],
      ]);
      expect(late[1]?.detail).to.include("only after it was due");
    });

    it("reviewed in time by another key of the provider: no finding", async () => {
      const request = await ask({ emergency: 1 });
      await networkHelpers.time.increase(13 * DAY);
      await review(request, scene.keyOf(HOSPITAL, "seconds"));
      await networkHelpers.time.increase(13 * DAY);
      expect(await auditOf()).to.deep.equal([]);
    });
  });
});
