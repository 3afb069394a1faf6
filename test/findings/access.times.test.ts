import { expect } from "chai";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { anchorAll } from "../../sdk/src/access/anchor.ts";
import { random32 } from "../../sdk/src/access/consent.ts";
import type { Ask } from "../../sdk/src/access/message.ts";
import { MAX_TIME } from "../../sdk/src/access/place.ts";
import {
  payloadHash,
  requestHash,
  type Response,
  responseHash,
  signReceipt,
  signRequest,
  signResponse,
  signReview,
} from "../../sdk/src/access/record.ts";
import { Audited, brief, linesOf, textsOf } from "../access/audited.ts";
import { CLINIC, HOSPITAL, kinds, outsider, refused, type Scene } from "../access/scene.ts";
import { networkHelpers } from "../shared/house.ts";

const DAY = 86_400;

describe("findings: times in exchanges", () => {
  let audited: Audited;
  let scene: Scene;
  beforeEach(async () => {
    audited = await Audited.open();
    ({ scene } = audited);
  });
  afterEach(() => scene.close());
  const place = () => scene.land.place;

  /** A provider that signs what it likes and logs it. */
  function dishonest(changes: Partial<Response>) {
    const { provider } = audited;
    provider.answer = async ({ request }: Ask) => {
      const hash = requestHash(place(), request);
      const [salt, payload] = [random32(), '{"a":1}'];
      const response = await signResponse(place(), provider.body.signer, {
        ...{ request: hash, outcome: "answered" as const, code: 0 },
        ...{ payload: payloadHash(place(), hash, salt, payload), time: await scene.now(), ...changes },
        subject: request.subject,
      });
      await provider.body.log.add(await scene.now(), () => ({ request, response }));
      return { response, payload, salt };
    };
  }

  it("a provider takes no receipt dated before its response or its key, or after the latest block", async () => {
    const { provider } = audited;
    const ask = await scene.request({});
    const { response } = await provider.answer(ask);
    const receive = async (time: number) => {
      const part = { request: requestHash(place(), ask.request), response: responseHash(place(), response), time };
      return provider.receive(await signReceipt(place(), scene.keyOf(CLINIC), part));
    };
    await refused(receive(0), "signer may not exchange for body 2");
    await refused(receive(response.time - 1), "dated before its response");
    await refused(receive(response.time + 10_000), "dated after the latest block");
    expect(kinds(provider.body)).to.deep.equal([["request", "response"]]);
    await receive(response.time);
    expect(kinds(provider.body)).to.deep.equal([["request", "response"], ["receipt"]]);
    expect(await audited.audit({ [HOSPITAL]: provider.body.log.file.texts })).to.deep.equal([]);
  });

  it("a request dated before its key began is turned away, so that no audit calls it forged", async () => {
    const { provider } = audited;
    await networkHelpers.time.increase(1000);
    const key = outsider();
    const registry = scene.land.context.registry.connect(scene.land.admin);
    await registry.addKey(CLINIC, key.address, permissionBits("access"), 0, MAX_TIME);
    const ask = await scene.request({ time: (await scene.now()) - 300 }, key);
    await refused(provider.answer(ask), "signer may not exchange for body 2 now or then");
    expect(kinds(provider.body)).to.deep.equal([]);
  });

  it("a request a moment ahead is answered once the chain has come there, and never dated before it", async () => {
    const { provider } = audited;
    const ask = await scene.request({ time: (await scene.now()) + 20 });
    const answered = provider.answer(ask);
    await networkHelpers.time.increase(30);
    expect((await answered).response.time).to.be.at.least(ask.request.time);
  });

  it("a consumer takes no answer dated before its request, long after it, or after the latest block", async () => {
    await networkHelpers.time.increase(1000);
    const now = await scene.now();
    for (const [time, words] of [
      [1, "may not exchange for it now or could not then"],
      [now - 10, "dated before the request"],
      [now + 601, "dated more than 600 s after the request"],
      [MAX_TIME - 1, "dated more than 600 s after the request"],
    ] as const) {
      dishonest({ time });
      await refused(audited.ask({ statute: "Health Act s. 7" }), words);
    }
    expect(kinds(audited.clinic)).to.deep.equal([["request"], ["request"], ["request"], ["request"]]);
    const found = await audited.audit();
    expect(found.filter(({ agency }) => agency === CLINIC)).to.deep.equal([]);
    expect(new Set(found.map(({ kind }) => kind))).to.deep.equal(new Set(["forged", "untimely", "unproven"]));
  });

  it("an answer dated to before its key began is its provider's doing, and its ground is judged", async () => {
    dishonest({ time: 1 });
    await audited.ask({ statute: "no such act" }).catch(() => undefined);
    expect(brief(await audited.audit())).to.deep.equal([
      ["forged", HOSPITAL, 1],
      ["without ground", HOSPITAL, 1],
    ]);
    const [asked] = linesOf(audited.clinic);
    const { response } = linesOf(audited.provider.body)[0] ?? {};
    const taken = textsOf([
      ...(asked ? [asked] : []),
      { seq: 2, time: await scene.now(), ...(response && { response }) },
    ]);
    const found = await audited.audit({ [HOSPITAL]: audited.provider.body.log.file.texts, [CLINIC]: taken });
    expect(found.filter(({ agency }) => agency === CLINIC)).to.deep.equal([]);
  });

  it("a late time does not put off the review of an emergency", async () => {
    dishonest({ time: MAX_TIME - 1 });
    await audited.ask({ emergency: 1 }).catch(() => undefined);
    await networkHelpers.time.increase(400 * DAY);
    expect((await audited.audit()).map(({ kind }) => kind)).to.include.members(["untimely", "unreviewed"]);
  });

  it("an answer dated within the consent's time, to a request made a year later, is found", async () => {
    const { consent } = await scene.consent();
    const early = await scene.now();
    await networkHelpers.time.increase(400 * DAY);
    dishonest({ time: early });
    await audited.ask({ consent }).catch(() => undefined);
    await audited.anchorBoth();
    expect((await audited.audit()).map(({ kind }) => kind)).to.include.members(["untimely", "without ground"]);
  });

  it("both sides agree on an early date: an anchor that did not have the record gives them away", async () => {
    const { provider, clinic } = audited;
    const { consent } = await scene.consent();
    await audited.ask({ statute: "Health Act s. 7" });
    const early = await scene.now();
    await networkHelpers.time.increase(200 * DAY);
    await audited.anchorBoth();
    await networkHelpers.time.increase(200 * DAY);
    provider.body.now = clinic.now = () => Promise.resolve(early);
    await audited.ask({ consent });
    const expected = [
      ["untimely", CLINIC, 3],
      ["untimely", HOSPITAL, 3],
    ];
    expect(brief(await audited.audit())).to.deep.equal(expected);
    await audited.anchorBoth();
    const found = await audited.audit();
    expect(brief(found)).to.deep.equal(expected);
    expect(found[0]?.detail).to.equal("dated before an anchor at which it was not in the log");
  });

  it("records dated after they were anchored, otherwise than their line, or in the future", async () => {
    const { provider } = audited;
    await audited.ask({ statute: "Health Act s. 7" });
    const [line] = linesOf(provider.body);
    if (!line?.request || !line.response) throw new Error("no exchange");
    const run = async (changes: object) => audited.audit({ [HOSPITAL]: textsOf([{ ...line, ...changes }]) });
    const untimely = async (changes: object) => (await run(changes)).filter(({ kind }) => kind === "untimely");
    expect(brief(await untimely({ time: line.time - 601 }))).to.deep.equal([["untimely", HOSPITAL, 1]]);
    expect(await untimely({ time: line.time - 600 })).to.deep.equal([]);
    const time = (await scene.now()) + 5000;
    const request = await signRequest(place(), scene.keyOf(CLINIC), { ...line.request, time });
    const response = await signResponse(place(), provider.body.signer, {
      ...{ ...line.response, request: requestHash(place(), request), time },
    });
    expect(brief(await untimely({ request, response, time }))).to.deep.equal([
      ["untimely", CLINIC, undefined],
      ["untimely", HOSPITAL, 1],
    ]);
    const log = { agency: HOSPITAL, name: "exchanges" };
    const texts = textsOf([{ ...line, request, response, time }]);
    await anchorAll(scene.as(provider.body.signer), log, texts);
    await networkHelpers.time.increase(10_000);
    const found = await audited.audit({ [HOSPITAL]: texts });
    expect(found.find(({ kind }) => kind === "untimely")?.detail).to.equal("dated after it was anchored");
  });

  it("a review dated in time, but not in the log that was anchored long after it was due", async () => {
    const { provider } = audited;
    const hash = await audited.ask({ emergency: 1 });
    const asked = await scene.now();
    await networkHelpers.time.increase(60 * DAY);
    await audited.anchorBoth();
    expect((await audited.audit()).map(({ kind }) => kind)).to.deep.equal(["unreviewed"]);
    const response = provider.body.log.file.lines[0]?.response as Response;
    const review = await signReview(place(), scene.keyOf(HOSPITAL, "seconds"), {
      ...{ request: hash, response: responseHash(place(), response), finding: "justified" as const },
      ...{ report: random32(), time: asked + DAY },
    });
    await provider.body.log.add(asked + DAY, () => ({ review }));
    const found = await audited.audit();
    expect(brief(found)).to.deep.equal([["unreviewed", HOSPITAL, 1]]);
    expect(found[0]?.detail).to.include("only after it was due");
  });
});
