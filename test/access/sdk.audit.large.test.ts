import { expect } from "chai";
import { anchorLog, type LogName } from "../../sdk/src/access/anchor.ts";
import { auditOnChain } from "../../sdk/src/access/auditChain.ts";
import { revokeConsent } from "../../sdk/src/access/consent.ts";
import type { LogLine } from "../../sdk/src/access/record.ts";
import { actingAs } from "../../sdk/src/shared/context.ts";
import { networkHelpers } from "../shared/house.ts";
import { Bulk, CONSUMER, type Flaw, type Made, PROVIDER, STATUTES, written } from "./bulk.ts";
import { deployLand, type Land } from "./scene.ts";

/** All of them by `npm run test:full`; a tenth otherwise, with as many faults. */
const EXCHANGES = process.env["COMMON_SEAL_FULL"] === "1" ? 10_000 : 1_000;
const PERIOD = EXCHANGES / 10;
const STEP = EXCHANGES / 50;
const FLAWS: Flaw[] = ["expired", "revoked", "out of scope", "statute unknown", "not shown"];

/** Which exchanges are tampered with: forty, evenly, in turn. Gaps are planted in the finished logs. */
const PLANTS = ["missing", "extra", "contradictory", "without ground"] as const;
const plantOf = (i: number) =>
  i % STEP === STEP / 2 && i / STEP < 40 ? PLANTS[Math.floor(i / STEP) % PLANTS.length] : undefined;

describe(`audit of ${EXCHANGES} exchanges`, function () {
  this.timeout(600_000);

  it("finds exactly the 50 planted faults, with all signatures verified", async () => {
    const land: Land = await networkHelpers.loadFixture(deployLand);
    const bulk = await Bulk.open(land);
    const revoked = await revokeConsent(land.context, bulk.secret);
    if ("act" in revoked) await revoked.act.send();
    const start = (await networkHelpers.time.latest()) + 1;
    const planted: string[] = [];
    const sides: Record<number, Omit<LogLine, "seq">[]> = { [PROVIDER]: [], [CONSUMER]: [] };
    const log = (agency: number, lines: Omit<LogLine, "seq">[]) => sides[agency]?.push(...lines);
    for (let i = 0; i < EXCHANGES; i++) {
      const plant = plantOf(i);
      const flaw = plant === "without ground" ? FLAWS[Math.floor(i / (4 * STEP)) % FLAWS.length] : undefined;
      const made: Made = await bulk.make(i, start + i, flaw);
      if (plant) planted.push(`${plant} ${made.hash}`);
      const [first, second] = made.provider;
      if (!first?.response || !second) throw new Error("no response");
      if (plant === "contradictory") {
        const { subject } = first.response;
        log(PROVIDER, [{ ...first, response: await bulk.respond(made.hash, subject, start + i) }, second]);
      } else if (plant !== "extra") log(PROVIDER, made.provider);
      if (plant !== "missing") log(CONSUMER, made.consumer);
    }
    await networkHelpers.time.increaseTo(start + EXCHANGES);
    const logs: { log: LogName; texts: string[] }[] = [];
    for (const [name, lines] of Object.entries(sides)) {
      const agency = Number(name);
      const key = land.keys[agency];
      if (!key) throw new Error("no key");
      const context = actingAs(land.context, key);
      const entry = { log: { agency, name: "exchanges" }, texts: written(lines) };
      for (let end = PERIOD; end <= entry.texts.length; end += PERIOD) {
        await (await anchorLog(context, entry.log, entry.texts.slice(0, end)))?.send();
      }
      logs.push(entry);
    }
    // Of five periods of each log, three lose a record and two have one changed. What is lost is a part of an exchange
    // of which the log, and the other one, hold the rest.
    for (const { log: name, texts } of logs) {
      const removed = new Set<number>();
      for (let k = 0; k < 5; k++) {
        const position = texts.findIndex((text, i) => i >= (k * 3 + 0.5) * PERIOD && isHalf(name.agency, text));
        if (k < 3) {
          removed.add(position);
          planted.push(`gap ${name.agency} ${position + 1}`);
        } else {
          const { time, ...line } = JSON.parse(texts[position] ?? "") as LogLine;
          texts[position] = JSON.stringify({ ...line, time: time + 1 });
          planted.push(`gap ${name.agency} ${Math.floor(position / PERIOD) * PERIOD + 1}`);
        }
      }
      const left = texts.filter((_, i) => !removed.has(i));
      texts.splice(0, texts.length, ...left);
    }

    const began = performance.now();
    const found = await auditOnChain(land.context, {
      logs,
      consents: bulk.consents,
      statutes: new Map([[PROVIDER, STATUTES]]),
    });
    const taken = (performance.now() - began) / 1000;
    const told = found.map(({ kind, agency, seq, request }) => `${kind} ${request ?? `${agency} ${seq}`}`);
    expect(told.sort()).to.deep.equal(planted.sort());
    const counts = Object.fromEntries(found.map(({ kind }) => [kind, found.filter((one) => one.kind === kind).length]));
    const ten = { missing: 10, extra: 10, contradictory: 10, gap: 10, "without ground": 10 };
    expect(counts).to.deep.equal(ten);
    expect(found.every(({ seq, detail }) => seq !== undefined && detail !== "")).to.equal(true);
    expect(taken, "seconds").to.be.below(300);
  });
});

/** The provider's line with the receipt alone, the consumer's with the request alone. */
function isHalf(agency: number, text: string): boolean {
  const line = JSON.parse(text) as LogLine;
  return agency === PROVIDER ? !line.request : !line.response;
}
