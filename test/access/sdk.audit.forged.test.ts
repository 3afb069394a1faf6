import { expect } from "chai";
import type { Body } from "../../sdk/src/access/body.ts";
import { random32 } from "../../sdk/src/access/consent.ts";
import type { Provider } from "../../sdk/src/access/provide.ts";
import { type LogLine, requestHash, signReceipt, signRequest, signResponse } from "../../sdk/src/access/record.ts";
import { MAX_TIME } from "../../sdk/src/access/place.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { type AskedGround } from "../../sdk/src/access/request.ts";
import { networkHelpers } from "../shared/house.ts";
import { Audited, brief, linesOf, textsOf } from "./audited.ts";
import { CLINIC, HOSPITAL, outsider, type Scene } from "./scene.ts";

describe("audit: forged parts", () => {
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

  it("a response of a key of the provider that may only anchor", async () => {
    await ask({ emergency: 1 });
    const { registry } = scene.land.context;
    const key = scene.land.stranger;
    const bits = permissionBits("access.anchor");
    await registry.connect(scene.land.admin).addKey(HOSPITAL, await key.getAddress(), bits, 0, MAX_TIME);
    const [line] = linesOf(provider.body);
    if (!line?.response) throw new Error("no response");
    const part = { ...line.response, time: (await scene.now()) + 1 };
    const response = await signResponse(clinic.place, key, part);
    const found = await auditOf({ [HOSPITAL]: textsOf([{ ...line, response }]) });
    expect(brief(found)).to.deep.equal([["forged", HOSPITAL, 1]]);
  });

  it("a provider that invents a request, signed by itself, by nobody, or not at all", async () => {
    await ask({ emergency: 1 });
    const [line] = linesOf(provider.body);
    if (!line?.request || !line.response) throw new Error("no exchange");
    const invented = { ...line.request, nonce: random32() };
    const respondTo = async (request: typeof invented) => {
      const part = { ...line.response, request: requestHash(clinic.place, request) };
      return signResponse(clinic.place, provider.body.signer, part as typeof line.response & object);
    };
    for (const by of [provider.body.signer, outsider()]) {
      const request = await signRequest(clinic.place, by, invented);
      const added = { seq: 3, time: line.time, request, response: await respondTo(request) };
      const found = await auditOf({
        [HOSPITAL]: textsOf([...linesOf(provider.body), added]),
        [CLINIC]: clinic.log.file.texts,
      });
      expect(brief(found)).to.deep.equal([["forged", HOSPITAL, 3]]);
    }
    const unsigned = { seq: 3, time: line.time, request: invented, response: await respondTo(invented) };
    const texts = textsOf([...linesOf(provider.body), unsigned]);
    expect(brief(await auditOf({ [HOSPITAL]: texts }))).to.deep.equal([["forged", HOSPITAL, 3]]);
  });

  it("a consumer that invents an answer", async () => {
    await ask({ emergency: 1 });
    const [asked, answered] = linesOf(clinic);
    if (!answered?.response) throw new Error("no response");
    const lie = { ...answered.response, payload: random32() };
    for (const response of [lie, await signResponse(clinic.place, clinic.signer, lie)]) {
      const texts = textsOf([asked, { ...answered, response }] as LogLine[]);
      const found = await auditOf({ [HOSPITAL]: provider.body.log.file.texts, [CLINIC]: texts });
      expect(brief(found)).to.deep.equal([["forged", CLINIC, 2]]);
    }
  });

  it("a receipt that somebody else signed, and parts of a request that is nowhere", async () => {
    await ask({ emergency: 1 });
    const [first, second] = linesOf(provider.body);
    if (!second?.receipt) throw new Error("no receipt");
    const receipt = await signReceipt(clinic.place, outsider(), second.receipt);
    const texts = textsOf([first, { ...second, receipt }] as LogLine[]);
    expect(brief(await auditOf({ [HOSPITAL]: texts }))).to.deep.equal([
      ["forged", HOSPITAL, 2],
      ["unproven", HOSPITAL, 1],
    ]);
    const orphan = textsOf([{ ...second, seq: 1 }]);
    expect(brief(await auditOf({ [HOSPITAL]: orphan }))).to.deep.equal([["forged", HOSPITAL, 1]]);
  });

  it("a key counts for its own time: not before it began, after it was ended, in a suspension", async () => {
    const { registry } = scene.land.context;
    await ask({ emergency: 1 });
    await networkHelpers.time.increase(100);
    await registry.connect(scene.land.admin).endKey(CLINIC, await clinic.signer.getAddress());
    expect(await auditOf()).to.deep.equal([]);
    const [asked] = linesOf(clinic);
    if (!asked?.request) throw new Error("no request");
    const time = await scene.now();
    const after = await signRequest(clinic.place, clinic.signer, { ...asked.request, time });
    expect(brief(await auditOf({ [CLINIC]: textsOf([{ ...asked, request: after }]) }))).to.deep.equal([
      ["forged", CLINIC, 1],
    ]);
    await registry.suspend(HOSPITAL);
    const during = await scene.now();
    await networkHelpers.time.increase(100);
    await registry.resume(HOSPITAL);
    await networkHelpers.time.increase(100);
    expect(await auditOf()).to.deep.equal([]);
    const [line] = linesOf(provider.body);
    if (!line?.response) throw new Error("no response");
    for (const time of [during + 50, 1]) {
      const response = await signResponse(clinic.place, provider.body.signer, { ...line.response, time });
      const found = await auditOf({ [HOSPITAL]: textsOf([{ ...line, response }]) });
      expect(brief(found)).to.deep.equal([["forged", HOSPITAL, 1]]);
    }
  });
});
