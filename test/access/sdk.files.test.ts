import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readSubjectKey } from "../../sdk/src/access/consentFile.ts";
import { Papers, readConsents } from "../../sdk/src/access/papers.ts";
import { random32 } from "../../sdk/src/access/consent.ts";
import { policyOf, readPolicyFile, statutesOf } from "../../sdk/src/access/policyFile.ts";
import type { Request } from "../../sdk/src/access/record.ts";
import { covers, namedScope, schemasScope, type Scope } from "../../sdk/src/access/scope.ts";
import { CLINIC, HISTORY, HOSPITAL, outsider, REFERENCE, refused, Scene, SUBJECT_KEY } from "./scene.ts";

describe("files of bodies", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "bodies-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const keep = async (name: string, value: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, typeof value === "string" ? value : JSON.stringify(value));
    return path;
  };
  const subject = { reference: REFERENCE, person: outsider().address.toLowerCase(), subjectKey: SUBJECT_KEY };

  it("a body's file becomes its policy: whose record, by which scope, and nothing else", async () => {
    await keep("history.json", { allergies: [] });
    await keep("list.json", [1]);
    const records = [
      { scope: "medical history", file: "history.json" },
      { schemas: [4, 5], file: "history.json" },
      { schemas: [6], file: "list.json" },
      { schemas: [7], file: "gone.json" },
    ];
    const path = await keep("body.json", {
      ...{ format: "common-seal/body/1", agency: HOSPITAL, subjects: [{ ...subject, records }] },
      statutes: [
        { reference: "Act 1", scope: "medical history", consumers: [CLINIC] },
        { reference: "Act 2", schemas: [4] },
      ],
    });
    const file = await readPolicyFile(path);
    expect(statutesOf(file)).to.deep.equal([
      { reference: "Act 1", scope: HISTORY, consumers: [CLINIC] },
      { reference: "Act 2", scope: schemasScope(4) },
    ]);
    const policy = policyOf(file, path);
    expect(policy.emergencies).to.equal(false);
    expect(await policy.subjectOf(REFERENCE)).to.deep.include({ ...subject, person: outsider().address });
    expect(await policy.subjectOf("constructor")).to.equal(null);
    const find = (scope: Scope, reference = REFERENCE) => policy.find({ reference }, { scope } as Request);
    expect(await find(HISTORY)).to.deep.equal({ allergies: [] });
    expect(await find(schemasScope(5, 4))).to.deep.equal({ allergies: [] });
    const both = { ...schemasScope(4, 5), named: HISTORY.named };
    for (const scope of [namedScope("genome"), schemasScope(8), schemasScope(5, 6), schemasScope(5), both]) {
      expect(await find(scope)).to.equal(null);
    }
    expect(await find(HISTORY, "P-002")).to.equal(null);
    await refused(find(schemasScope(6)), "is no record");
    await refused(find(schemasScope(7)), "cannot be read: ENOENT");
  });

  it("what is no body's file is refused by the field that is wrong", async () => {
    const good = { format: "common-seal/body/1", agency: 1 };
    await readPolicyFile(await keep("good.json", good));
    const person = { ...good, subjects: [{ ...subject, person: "0x12", records: [] }] };
    for (const [bad, words] of [
      [{ ...good, agency: 0 }, "agency"],
      [{ ...good, format: "common-seal/body/2" }, "format"],
      [{ ...good, more: 1 }, "more"],
      [person, "subjects.0.person"],
    ] as const) {
      await refused(readPolicyFile(await keep("bad.json", bad)), words);
    }
  });

  it("scopes: every schema and the name must be allowed", () => {
    const allowed = { ...schemasScope(1, 2), named: HISTORY.named };
    for (const asked of [schemasScope(1), schemasScope(2, 1), HISTORY, allowed])
      expect(covers(allowed, asked)).to.be.true;
    for (const asked of [schemasScope(3), schemasScope(1, 3), namedScope("other")])
      expect(covers(allowed, asked)).to.be.false;
    expect(covers(schemasScope(1), HISTORY)).to.be.false;
    expect(covers(HISTORY, schemasScope(1))).to.be.false;
  });

  it("papers give the consent of each request; a broken line is told by its number", async () => {
    const scene = await Scene.open();
    const { consent } = await scene.consent();
    await scene.close();
    const papers = await Papers.open(folder);
    const [asked, answered, bare] = [random32(), random32(), random32()];
    await papers.keep({ kind: "asked", request: asked, url: "http://x", query: "{}", salt: random32(), consent });
    await papers.keep({ kind: "answer", request: answered, payload: "{}", salt: random32(), consent });
    await papers.keep({ kind: "answer", request: bare });
    await papers.keep({ kind: "delivered", request: asked });
    const path = join(folder, "papers.ndjson");
    for (const found of [papers.consents(), await readConsents(path), (await Papers.open(folder)).consents()]) {
      expect([...found.keys()].sort()).to.deep.equal([asked, answered].sort());
      expect(found.get(answered)).to.deep.equal(consent);
    }
    expect([papers.isDelivered(asked), papers.isDelivered(bare)]).to.deep.equal([true, false]);
    await refused(readConsents(await keep("broken.ndjson", '{"kind":"delivered"}\n')), "Line 1 of");
  });

  it("a subject key is read from any file that holds one", async () => {
    expect(await readSubjectKey(await keep("key.json", { subjectKey: SUBJECT_KEY, more: 1 }))).to.equal(SUBJECT_KEY);
    await refused(readSubjectKey(await keep("none.json", {})), "holds no subject key");
  });
});
