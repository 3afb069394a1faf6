import { expect } from "chai";
import type { Body } from "../../sdk/src/access/body.ts";
import { random32, revokeConsent } from "../../sdk/src/access/consent.ts";
import { findMine } from "../../sdk/src/access/mine.ts";
import { type Provider, reviewEmergency } from "../../sdk/src/access/provide.ts";
import { parseLog } from "../../sdk/src/access/published.ts";
import { type AskedGround, askProvider } from "../../sdk/src/access/request.ts";
import { CLINIC, HISTORY, HOSPITAL, REFERENCE, Scene, SUBJECT_KEY } from "./scene.ts";

describe("who looked", () => {
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

  const ask = async (ground: AskedGround) => {
    const asked = { url, provider: HOSPITAL, scope: HISTORY, ground, query: { reference: REFERENCE } };
    return (await askProvider(clinic, asked)).request;
  };

  it("`mine` finds all accesses by the subject keys, and nobody else's", async () => {
    const { consent, secrets } = await scene.consent();
    await ask({ consent });
    const emergency = await ask({ emergency: 7 });
    const outcome = await revokeConsent(scene.as(scene.land.stranger), secrets[0] ?? "");
    if ("act" in outcome) await outcome.act.send();
    await ask({ consent });
    const other = (await scene.consent()).consent;
    await ask({ consent: other });
    const second = await scene.body(HOSPITAL, scene.keyOf(HOSPITAL, "seconds"));
    await reviewEmergency(second, emergency, "justified", "report");
    await provider.body.log.file.append(() => null);
    const logs = [
      parseLog(provider.body.log.name, provider.body.log.file.texts),
      parseLog(clinic.log.name, clinic.log.file.texts),
    ];
    const mine = (...keys: string[]) =>
      findMine(clinic.place, keys, logs).map((access) => [
        access.ground.kind,
        access.outcome,
        access.refusal,
        access.review,
        access.loggedBy,
      ]);
    const both = [HOSPITAL, CLINIC];
    expect(mine(consent.subjectKey, SUBJECT_KEY)).to.deep.equal([
      ["consent", "answered", undefined, undefined, both],
      ["emergency", "answered", undefined, "justified", both],
      ["consent", "refused", "consent revoked", undefined, both],
    ]);
    expect(mine(SUBJECT_KEY)).to.have.length(1);
    expect(mine(other.subjectKey)).to.have.length(1);
    expect(mine(random32())).to.deep.equal([]);
    const pending = parseLog(clinic.log.name, clinic.log.file.texts.slice(0, 1));
    for (const order of [
      [...logs, pending],
      [pending, ...logs],
    ]) {
      expect(findMine(clinic.place, [consent.subjectKey], order)[0]?.outcome).to.equal("answered");
    }
    expect(findMine(clinic.place, [consent.subjectKey], [pending])[0]).to.deep.include({
      ...{ outcome: "unanswered", provider: HOSPITAL, consumer: CLINIC, loggedBy: [CLINIC] },
    });
  });
});
