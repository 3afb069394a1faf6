import { expect } from "chai";
import { auditOnChain } from "../../sdk/src/access/auditChain.ts";
import { random32, subjectTag } from "../../sdk/src/access/consent.ts";
import { authorityOf } from "../../sdk/src/access/authority.ts";
import { findMine, genuineParts } from "../../sdk/src/access/mine.ts";
import { allShown } from "../../sdk/src/access/papers.ts";
import { ZERO } from "../../sdk/src/access/place.ts";
import { parseLog } from "../../sdk/src/access/published.ts";
import { type LogLine, signResponse } from "../../sdk/src/access/record.ts";
import { signatureCheck } from "../../sdk/src/shared/signatures.ts";
import { Audited, brief, linesOf, textsOf } from "../access/audited.ts";
import { CLINIC, HOSPITAL, outsider, type Scene, SUBJECT_KEY } from "../access/scene.ts";

const STATUTE = { statute: "Health Act s. 7" };

describe("findings: logs in an audit", () => {
  let audited: Audited;
  let scene: Scene;
  beforeEach(async () => {
    audited = await Audited.open();
    ({ scene } = audited);
  });
  afterEach(() => scene.close());
  const hospital = () => audited.provider.body;
  const run = (...logs: [number, string, string[]][]) =>
    auditOnChain(scene.land.context, {
      logs: logs.map(([agency, name, texts]) => ({ log: { agency, name }, texts })),
      consents: new Map(),
      statutes: new Map([[HOSPITAL, audited.provider.policy.statutes]]),
    });

  it("a provider that leaves only its answer out of its log is found, with or without the consumer's log", async () => {
    await audited.ask(STATUTE);
    const hidden = linesOf(hospital())
      .filter(({ request }) => request)
      .map(({ seq, time, request }) => ({ seq, time, ...(request && { request }) }));
    const both: Record<number, string[]>[] = [{ [CLINIC]: audited.clinic.log.file.texts }, {}];
    for (const others of both) {
      const found = await audited.audit({ [HOSPITAL]: textsOf(hidden), ...others });
      expect(brief(found)).to.deep.equal([["incomplete", HOSPITAL, 1]]);
      expect(found[0]?.detail).to.equal("the log leaves out the response of this exchange");
    }
  });

  it("a consumer that leaves any part out which it provably had is found", async () => {
    await audited.ask(STATUTE);
    const [asked, answered] = linesOf(audited.clinic);
    if (!asked || !answered) throw new Error("no exchange");
    const { receipt, ...bare } = answered;
    const { response, ...signed } = answered;
    expect([receipt, response]).to.not.include(undefined);
    for (const [lines, words] of [
      [[asked], "the response and the receipt"],
      [[asked, bare as LogLine], "the receipt"],
      [[asked, signed as LogLine], "the response"],
      [[{ ...answered, seq: 1 }], "the request"],
    ] as const) {
      const found = await audited.audit({ [HOSPITAL]: hospital().log.file.texts, [CLINIC]: textsOf([...lines]) });
      expect(found.map(({ kind, agency, detail }) => [kind, agency, detail])).to.deep.equal([
        ["incomplete", CLINIC, `the log leaves out ${words} of this exchange`],
      ]);
    }
  });

  it("a consumer to whom no answer came is not blamed for lacking it", async () => {
    await audited.provider.answer(await scene.request({}));
    const [line] = linesOf(hospital());
    if (!line?.request) throw new Error("no request");
    const asked = textsOf([{ seq: 1, time: line.time, request: line.request }]);
    const found = await audited.audit({ [HOSPITAL]: hospital().log.file.texts, [CLINIC]: asked });
    expect(brief(found)).to.deep.equal([["unproven", HOSPITAL, 1]]);
  });

  it("one record that is gone explains one exchange's missing part, not two", async () => {
    for (let i = 0; i < 2; i++) await audited.ask(STATUTE);
    const [first, , third] = linesOf(audited.clinic);
    if (!first || !third) throw new Error("no requests");
    const audit = (lines: LogLine[]) =>
      audited.audit({ [HOSPITAL]: hospital().log.file.texts, [CLINIC]: textsOf(lines) });
    expect((await audit([first, third])).map(({ kind }) => kind)).to.deep.equal(["gap", "incomplete", "incomplete"]);
    const whole = linesOf(audited.clinic).filter(({ seq }) => seq !== 3);
    expect((await audit(whole)).map(({ kind }) => kind)).to.deep.equal(["gap"]);
  });

  it("a record taken out of a period leaves none of its others proven, and the finding says so", async () => {
    for (let i = 0; i < 3; i++) await audited.ask(STATUTE);
    await audited.anchorBoth();
    const rewritten = linesOf(hospital())
      .slice(1)
      .map((line) => ({ ...line, time: line.time + 1 }));
    const found = await audited.audit({ [HOSPITAL]: textsOf(rewritten), [CLINIC]: audited.clinic.log.file.texts });
    expect(brief(found)).to.deep.equal([["gap", HOSPITAL, 1]]);
    expect(found[0]?.detail).to.equal(
      "the record is anchored and not in the log; " +
        "records 1 to 6 are not the ones that were anchored: none of them is proven",
    );
  });

  it("a log without an anchor under its name is a finding, whatever its file is called", async () => {
    for (let i = 0; i < 3; i++) await audited.ask(STATUTE);
    const logs = (name: string, from: number) =>
      [hospital(), audited.clinic].map((body): [number, string, string[]] => {
        const lines = linesOf(body).slice(from);
        return [body.agency, name, textsOf(lines.map((line, i) => ({ ...line, seq: i + 1 })))];
      });
    const both = [
      ["unanchored", HOSPITAL, 1],
      ["unanchored", CLINIC, 1],
    ];
    expect(brief(await run(...logs("exchanges", 0)))).to.deep.equal(both);
    await audited.anchorBoth();
    expect((await run(...logs("exchanges", 2))).map(({ kind }) => kind)).to.include("gap");
    expect(brief(await run(...logs("exchanges-2026", 2)))).to.deep.equal(both);
  });

  it("a second response in another log of the same body is found", async () => {
    await audited.ask(STATUTE);
    const [first] = linesOf(hospital());
    if (!first?.response) throw new Error("no response");
    const other = await signResponse(scene.land.place, hospital().signer, { ...first.response, payload: random32() });
    const texts = textsOf([{ ...first, response: other }]);
    const found = await run([HOSPITAL, "exchanges", hospital().log.file.texts], [HOSPITAL, "second", texts]);
    expect(found.filter(({ kind }) => kind === "contradictory").map(({ agency }) => agency)).to.deep.equal([HOSPITAL]);
  });

  it("who is blamed does not depend on the order of the logs, nor on the provider's log being there", async () => {
    await audited.ask(STATUTE);
    audited.provider.policy.statutes = [];
    const logs: [number, string, string[]][] = [
      [HOSPITAL, "exchanges", hospital().log.file.texts],
      [CLINIC, "exchanges", audited.clinic.log.file.texts],
    ];
    for (const given of [logs, [...logs].reverse(), logs.slice(1)]) {
      const found = (await run(...given)).filter(({ kind }) => kind === "without ground");
      expect(brief(found)).to.deep.equal([["without ground", HOSPITAL, given.length === 2 ? 1 : undefined]]);
    }
  });

  it("a consumer cannot take away its provider's ground by showing a spoilt consent", async () => {
    const { consent } = await scene.consent();
    const hash = await audited.ask({ consent });
    const spoilt = { ...consent, signature: `0x${"11".repeat(32)}${consent.signature.slice(66)}` };
    const papers = [hospital().papers.consents(), new Map([[hash, spoilt]])];
    for (const shown of [papers, [...papers].reverse()]) {
      expect(await audited.audit(undefined, { consents: allShown(shown) })).to.deep.equal([]);
    }
    const found = await audited.audit(undefined, { consents: allShown([new Map([[hash, spoilt]])]) });
    expect(brief(found)).to.deep.equal([["without ground", HOSPITAL, 1]]);
  });

  it("`mine` tells what keys of both bodies signed from what a log made up, in whatever order they come", async () => {
    const { place, context } = scene.land;
    const hash = await audited.ask({ emergency: 1 });
    const [true_] = linesOf(hospital());
    if (!true_?.request || !true_.response) throw new Error("no exchange");
    const { request } = await scene.request({ subject: ZERO }, outsider());
    const fake = { ...request, subject: subjectTag(place, request, SUBJECT_KEY), signature: "0x00" };
    const denial = { ...true_.response, outcome: "refused" as const, code: 12, payload: ZERO };
    const texts = textsOf([
      { seq: 1, time: 1, request: fake },
      { ...true_, seq: 2, response: denial },
    ]);
    const [honest, liar] = [
      parseLog({ agency: HOSPITAL, name: "exchanges" }, hospital().log.file.texts),
      parseLog({ agency: 3, name: "exchanges" }, texts),
    ];
    const checks = { isSigned: signatureCheck(context.provider), mayExchange: await authorityOf(context) };
    for (const logs of [
      [honest, liar],
      [liar, honest],
    ]) {
      const genuine = await genuineParts(place, [SUBJECT_KEY], logs, checks);
      const found = findMine(place, [SUBJECT_KEY], logs, genuine);
      expect(found.filter(({ proven }) => proven).map((one) => [one.request, one.outcome])).to.deep.equal([
        [hash, "answered"],
      ]);
      expect(found.filter(({ proven }) => proven === false)).to.have.length(1);
    }
  });
});
