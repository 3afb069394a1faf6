import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import { anchorAll, anchorLog, logId, periodRoot, readAnchors } from "../../sdk/src/access/anchor.ts";
import { AppendLog, wholeLines } from "../../sdk/src/access/appendLog.ts";
import { keepConsent, keepSecrets, readConsent, readSecret } from "../../sdk/src/access/consentFile.ts";
import {
  commitmentOf,
  draftConsent,
  random32,
  revokeConsent,
  revokedSince,
  signConsent,
} from "../../sdk/src/access/consent.ts";
import { ExchangeLog } from "../../sdk/src/access/log.ts";
import { anchorSensor, parseReadings, sensorGaps } from "../../sdk/src/access/sensor.ts";
import { readLines } from "../../sdk/src/access/published.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { caught, CLINIC, HISTORY, HOSPITAL, outsider, refused, Scene } from "./scene.ts";

interface Numbered {
  n: number;
  pad?: string;
}
const numbered = (value: unknown): Numbered => value as Numbered;

describe("logs of access and their anchors", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "logs-"))));
  afterEach(() => rm(folder, { recursive: true }));

  describe("append-only files", () => {
    const path = () => join(folder, "log.ndjson");
    const open = () => AppendLog.open(path(), numbered);
    const add = (log: AppendLog<Numbered>) => log.append((n) => ({ n }));

    it("lines come back in order, as canonical JSON", async () => {
      const log = await open();
      for (let i = 0; i < 3; i++) await add(log);
      expect(await readFile(path(), "utf8")).to.equal('{"n":1}\n{"n":2}\n{"n":3}\n');
      expect((await open()).lines).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }]);
    });

    it("a line torn by a crash is cut off, wherever it was torn, and the next takes its number", async () => {
      const whole = '{"n":1}\n{"n":2}\n';
      for (const torn of ["{", '{"n":3', '{"n":3}', "\u0000\u0000"]) {
        await writeFile(path(), whole + torn);
        const log = await open();
        expect(log.torn).to.equal(1);
        expect(log.lines).to.have.length(2);
        expect(await readFile(path(), "utf8")).to.equal(whole);
        expect(await add(log)).to.deep.equal({ n: 3 });
        expect(await readFile(path(), "utf8")).to.equal(`${whole}{"n":3}\n`);
      }
    });

    it("a broken line that is whole is not passed over", async () => {
      await writeFile(path(), '{"n":1}\n{"n":\n{"n":3}\n');
      await refused(open(), "Line 2 of");
    });

    it("two openers take turns and see each other's lines", async () => {
      const [one, two] = [await open(), await open()];
      const added = await Promise.all(Array.from({ length: 20 }, (_, i) => add(i % 2 ? one : two)));
      expect(added.map((line) => line?.n).sort((a = 0, b = 0) => a - b)).to.deep.equal(
        Array.from({ length: 20 }, (_, i) => i + 1),
      );
      expect((await open()).lines.map(({ n }) => n)).to.deep.equal(Array.from({ length: 20 }, (_, i) => i + 1));
    });

    it("four openers that write long lines never write into one another", async () => {
      const pad = "x".repeat(8 << 20); // long enough for the others to find the lock taken
      const openers = await Promise.all(Array.from({ length: 4 }, open));
      await Promise.all(openers.map((log) => log.append((n) => ({ n, pad }))));
      expect((await open()).lines.map(({ n }) => n)).to.deep.equal([1, 2, 3, 4]);
    });

    it("a lock of a process that has ended is taken away, one of a running process is respected", async () => {
      const log = await open();
      const dead = ["999999999 abc", `${process.pid} an earlier life`];
      for (const holder of dead) {
        await writeFile(`${path()}.lock`, holder);
        await add(log);
        expect(await stat(`${path()}.lock`).catch(() => null)).to.equal(null);
      }
      await writeFile(`${path()}.lock`, `${process.ppid} abc`);
      const waiting = add(log);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(log.lines).to.have.length(2);
      await rm(`${path()}.lock`);
      expect(await waiting).to.deep.equal({ n: 3 });
    });

    it("a log that was cut behind its opener's back is refused", async () => {
      const log = await open();
      await add(log);
      await truncate(path(), 0);
      await refused(add(log), "was cut");
    });

    it("a failed line leaves the log as it was", async () => {
      const log = await open();
      const failing = log.append(() => {
        throw new Error("no");
      });
      expect((await caught(failing)).message).to.equal("no");
      expect(await add(log)).to.deep.equal({ n: 1 });
    });

    it("reading by others stops at the last whole line", () => {
      expect(wholeLines(Buffer.from('{"n":1}\n{"n'))).to.deep.equal({ texts: ['{"n":1}'], length: 8 });
      expect(wholeLines(Buffer.from(""))).to.deep.equal({ texts: [], length: 0 });
    });
  });

  it("an exchange log refuses lines out of sequence and lines that hold nothing", async () => {
    const place = { chainId: 1n, accessLog: `0x${"11".repeat(20)}` };
    const open = () => ExchangeLog.open(place, { agency: 1, name: "exchanges" }, folder);
    const path = join(folder, "exchanges.ndjson");
    const receipt = {
      request: random32(),
      response: random32(),
      time: 5,
      signer: outsider().address,
      signature: "0x12",
    };
    await writeFile(path, `${JSON.stringify({ seq: 2, time: 5, receipt })}\n`);
    await refused(open(), "has number 2");
    await writeFile(path, `${JSON.stringify({ seq: 1, time: 5 })}\n`);
    await refused(open(), "holds nothing");
    await writeFile(path, `${JSON.stringify({ seq: 1, time: 5, receipt })}\n`);
    expect((await open()).book.exchanges.size).to.equal(1);
  });

  describe("on chain", () => {
    let scene: Scene;
    let context: Context;
    const log = { agency: HOSPITAL, name: "cold room 1" };
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => JSON.stringify({ seq: from + i, time: 60 * (from + i), c: 4 }));

    beforeEach(async () => {
      scene = await Scene.open();
      context = scene.as(scene.keyOf(HOSPITAL));
    });
    afterEach(() => scene.close());

    it("the commitment of a secret is the contract's", async () => {
      const secret = random32();
      expect(commitmentOf(scene.land.place, secret)).to.equal(await context.accessLog.commitmentOf(secret));
    });

    it("a secret revokes once; shown again it is said to be done", async () => {
      const { secrets } = await scene.consent({}, 1);
      const [secret = ""] = secrets;
      const first = await revokeConsent(scene.as(scene.land.stranger), secret);
      if (!("act" in first)) throw new Error("revoked already");
      const { result } = await first.act.send();
      const again = await revokeConsent(context, secret);
      expect(again).to.deep.equal({ done: { commitment: result.commitment, time: await scene.now() } });
    });

    it("anchors what is new, period by period, and nothing twice", async () => {
      const first = await anchorSensor(context, log, lines(1, 5));
      expect(first.anchored.map(({ first: from, last }) => [from, last])).to.deep.equal([[1, 5]]);
      const before = await context.provider.getBlockNumber();
      expect((await anchorSensor(context, log, lines(1, 5))).anchored).to.deep.equal([]);
      expect(await context.provider.getBlockNumber()).to.equal(before);
      const second = await anchorSensor(context, log, lines(1, 8));
      expect(second.anchored.map(({ first: from, last }) => [from, last])).to.deep.equal([[6, 8]]);
      const anchors = await readAnchors(context, log);
      expect(anchors.map(({ previousCount, count }) => [previousCount, count])).to.deep.equal([
        [0, 5],
        [5, 8],
      ]);
      expect(anchors[1]?.previousRoot).to.equal(anchors[0]?.root);
      expect(anchors[1]?.root).to.equal(periodRoot(scene.land.place, log, lines(6, 8)));
      const latest = await context.accessLog.isLatest(HOSPITAL, logId(log), anchors[1]?.root ?? "", 8);
      expect(latest).to.equal(true);
    });

    it("an earlier line that was changed, swapped or lost is refused, in one line", async () => {
      await anchorSensor(context, log, lines(1, 3));
      await anchorSensor(context, log, lines(1, 6));
      const changed = lines(1, 7).map((text, i) => (i === 4 ? text.replace('"c":4', '"c":3') : text));
      await refused(anchorSensor(context, log, changed), "Lines 4 to 6 were changed since they were anchored.");
      const [a = "", b = "", ...rest] = lines(1, 7);
      await refused(anchorSensor(context, log, [b, a, ...rest]), "Lines 1 to 3 were changed");
      await refused(anchorSensor(context, log, lines(1, 5)), "The log has 5 lines, 6 are anchored: lines are lost.");
      const spaced = lines(1, 7).map((text, i) => (i === 0 ? text.replace(":", ": ") : text));
      await refused(anchorSensor(context, log, spaced), "Lines 1 to 3 were changed");
      expect(await readAnchors(context, log)).to.have.length(2);
    });

    it("killed after sending: the next run finds the anchor; one overtaken by another goes on from that", async () => {
      const act = await anchorLog(context, log, lines(1, 3));
      const twin = await anchorLog(context, log, lines(1, 4));
      await act?.send();
      expect(describeError(await caught(twin?.send() ?? Promise.resolve()))).to.match(/^AccessAnchorStale/);
      expect(await anchorLog(context, log, lines(1, 3))).to.equal(null);
      expect((await anchorAll(context, log, lines(1, 4))).map(({ first }) => first)).to.deep.equal([4]);
    });

    it("more lines than a period takes are anchored in several", async () => {
      const anchored = await anchorAll(context, log, lines(1, 5), 2);
      expect(anchored.map(({ first, last }) => [first, last])).to.deep.equal([
        [1, 2],
        [3, 4],
        [5, 5],
      ]);
      expect((await readAnchors(context, log)).map(({ root }) => root)).to.deep.equal(anchored.map(({ root }) => root));
    });

    it("logs of other bodies and other names stand apart; only a key of the body anchors", async () => {
      await anchorAll(context, log, lines(1, 3));
      await anchorAll(context, { ...log, name: "cold room 2" }, lines(1, 2));
      await anchorAll(scene.as(scene.keyOf(CLINIC)), { ...log, agency: CLINIC }, lines(1, 2));
      expect(await readAnchors(context, log)).to.have.length(1);
      const foreign = anchorAll(scene.as(scene.keyOf(CLINIC)), log, lines(1, 4));
      expect(describeError(await caught(foreign))).to.match(/^AgencyKeyNotPermitted/);
      const place = scene.land.place;
      const roots = [log, { ...log, name: "x" }, { ...log, agency: CLINIC }].map((at) => periodRoot(place, at, ["{}"]));
      roots.push(periodRoot({ ...place, chainId: 5n }, log, ["{}"]));
      expect(new Set(roots).size).to.equal(4);
    });
  });

  describe("sensor logs", () => {
    const reading = (seq: number, time: number) => ({ seq, time });

    it("skips, silence and turning back are told with the readings on both sides", () => {
      const readings = [
        reading(1, 0),
        reading(2, 60),
        reading(5, 240),
        reading(6, 900),
        reading(4, 960),
        reading(5, 950),
      ];
      const gaps = sensorGaps(readings, 300);
      expect(gaps.map(({ kind, line, lost, silence }) => [kind, line, lost, silence])).to.deep.equal([
        ["sequence", 2, 2, 180],
        ["interval", 3, 0, 660],
        ["order", 4, 0, 60],
        ["order", 5, 0, -10],
      ]);
      expect(sensorGaps(readings.slice(0, 2), 60)).to.deep.equal([]);
      expect(sensorGaps(readings.slice(0, 2), 59)).to.have.length(1);
      expect(sensorGaps(readings.slice(2, 4))).to.deep.equal([]);
    });

    it("times are seconds or ISO 8601; what is no reading is refused by its line", async () => {
      expect(
        parseReadings(['{"seq":1,"time":"1970-01-01T01:00:00+01:00"}', '{"seq":2,"time":60,"c":4}']),
      ).to.deep.equal([reading(1, 0), reading(2, 60)]);
      for (const bad of ["{", "{}", '{"seq":-1,"time":5}', '{"seq":1,"time":"yesterday"}', '{"seq":1.5,"time":1}']) {
        await refused(
          Promise.resolve().then(() => parseReadings(['{"seq":1,"time":0}', bad])),
          "Line 2 of the log",
        );
      }
    });

    it("a line still being written waits for the next run", async () => {
      const path = join(folder, "sensor.ndjson");
      await writeFile(path, '{"seq":1,"time":0}\n{"seq":2,"ti');
      expect(await readLines(path)).to.have.length(1);
      await appendFile(path, 'me":60}\n');
      expect(await readLines(path)).to.have.length(2);
      await refused(readLines(join(folder, "none")), "cannot be read: ENOENT");
    });
  });

  describe("consents and their files", () => {
    const place = { chainId: 31_337n, accessLog: `0x${"11".repeat(20)}` };
    const terms = { provider: 1, consumer: 2, scope: HISTORY, purpose: "treatment", expires: 5_000 };

    it("person and guardians get a secret each, in files of their owner only", async () => {
      const person = outsider();
      const draft = draftConsent(place, person.address, terms, 2);
      const paths = await keepSecrets(folder, draft);
      expect(paths).to.have.length(3);
      const files = await Promise.all(paths.map(readSecret));
      expect(files.map(({ holder }) => holder)).to.deep.equal(["person", "guardian", "guardian"]);
      expect(files.map(({ commitment }) => commitment)).to.deep.equal(draft.consent.commitments);
      expect(files.map(({ subjectKey }) => subjectKey)).to.deep.equal([draft.consent.subjectKey, undefined, undefined]);
      const consent = await signConsent(draft.consent, person);
      const path = await keepConsent(folder, consent);
      for (const file of [...paths, path]) expect((await stat(file)).mode & 0o777).to.equal(0o600);
      expect(await readConsent(path)).to.deep.equal(consent);
      for (const secret of draft.secrets) expect(await readFile(path, "utf8")).to.not.include(secret);
      await refused(keepSecrets(folder, draft), "cannot be written: EEXIST");
    });

    it("a file that was changed, cut off or is something else is refused in one line", async () => {
      const [path = ""] = await keepSecrets(folder, draftConsent(place, outsider().address, terms));
      const text = await readFile(path, "utf8");
      const { secret } = JSON.parse(text) as { secret: string };
      await writeFile(path, text.replace(secret, random32()));
      await refused(readSecret(path), "was changed: its secret does not yield its commitment");
      await writeFile(path, text.slice(0, -20));
      await refused(readSecret(path), "is not JSON");
      await writeFile(path, text);
      await refused(readConsent(path), "is not a consent");
      await refused(readSecret(join(folder, "none")), "cannot be read: ENOENT");
    });

    it("a consent is revoked from the first second in which any of its secrets was shown", async () => {
      const consent = await signConsent(draftConsent(place, outsider().address, terms, 2).consent, outsider());
      const times = new Map(consent.commitments.map((commitment, i) => [commitment, [0, 900, 500][i] ?? 0]));
      expect(await revokedSince(consent, (one) => Promise.resolve(times.get(one) ?? 0))).to.equal(500);
      expect(await revokedSince(consent, () => Promise.resolve(0))).to.equal(undefined);
    });

    it("too many guardians are refused; no two drafts share a random value", () => {
      expect(() => draftConsent(place, outsider().address, terms, 16)).to.throw("at most 15 guardians");
      const drafts = [0, 1].map(() => draftConsent(place, outsider().address, terms, 1));
      const values = drafts.flatMap(({ consent, secrets }) => [consent.salt, consent.subjectKey, ...secrets]);
      expect(new Set(values).size).to.equal(8);
    });
  });

  it("a period's root is that of IDocumentRegistry's tree over tagged records, for one to nine of them", () => {
    const place = { chainId: 7n, accessLog: `0x${"ab".repeat(20)}` };
    const log = { agency: 5, name: "exchanges" };
    const words = ["bytes32", "uint256", "address", "uint256", "bytes32", "bytes32"];
    const abi = AbiCoder.defaultAbiCoder();
    const record = (text: string) =>
      keccak256(
        abi.encode(words, [id("CommonSeal.Access.Record.v1"), 7, place.accessLog, 5, id("exchanges"), id(text)]),
      );
    const leaf = (text: string, i: number) =>
      keccak256(
        keccak256(abi.encode(["bytes32", "uint256", "bytes32"], [id("CommonSeal.Document.Leaf.v1"), i, record(text)])),
      );
    const node = (nodes: string[]): string => {
      const [only = "", ...rest] = nodes;
      if (rest.length === 0) return only;
      const half = nodes.length / 2;
      const pair = [id("CommonSeal.Document.Node.v1"), node(nodes.slice(0, half)), node(nodes.slice(half))];
      return keccak256(abi.encode(["bytes32", "bytes32", "bytes32"], pair));
    };
    for (let count = 1; count <= 9; count++) {
      const texts = Array.from({ length: count }, (_, i) => `{"seq":${i + 1}}`);
      const leaves = texts.map(leaf);
      while (Math.log2(leaves.length) % 1 !== 0) leaves.push(`0x${"00".repeat(32)}`);
      expect(periodRoot(place, log, texts)).to.equal(node(leaves));
    }
  });
});
