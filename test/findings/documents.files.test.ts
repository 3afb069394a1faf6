import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id } from "ethers";
import { readPlaced } from "../../sdk/src/documents/anyFile.ts";
import { attestBatch } from "../../sdk/src/documents/batch.ts";
import type { DocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { issueSigned } from "../../sdk/src/documents/issue.ts";
import { textOf, writeOver } from "../../sdk/src/documents/json.ts";
import { originOf, type SignedPlacement } from "../../sdk/src/documents/placement.ts";
import { revokeDocument } from "../../sdk/src/documents/revoke.ts";
import { makeSealFile, sealPath } from "../../sdk/src/documents/sealFile.ts";
import { signDocument } from "../../sdk/src/documents/sign.ts";
import { UsedIndexes } from "../../sdk/src/documents/usedIndexes.ts";
import { verifyDocument } from "../../sdk/src/documents/verify.ts";
import { tell } from "../../tasks/document/telling.ts";
import { list, table, toJson } from "../../tasks/shared/text.ts";
import { Desk } from "../documents/sdk.desk.ts";
import { refusedLater } from "../documents/sdk.samples.ts";

describe("findings: files of others, and what they say", function () {
  this.timeout(60_000);
  let desk: Desk;
  let folder: string;
  before(async () => {
    desk = await Desk.open();
    folder = await mkdtemp(join(tmpdir(), "findings-"));
  });
  after(async () => {
    await desk.stage.close();
    await rm(folder, { recursive: true });
  });

  const place = (index: number) => ({ list: id("documents"), index, expires: 0 });
  const status = async (file: DocumentFile) => (await verifyDocument(desk.sources(), file)).status;

  it("a signed document whose place was changed revokes nothing; its own place does", async () => {
    const theirs = await signDocument(desk.clerk, desk.document({ note: "theirs" }), place(7));
    const mine = await signDocument(desk.clerk, desk.document(), place(8));
    const changes: Partial<SignedPlacement>[] = [
      { index: 7 },
      { list: id("other") },
      { expires: 5 },
      { signer: desk.clerk.addresses.TenderHouse },
    ];
    for (const change of changes) {
      const path = join(folder, "mine.document.json");
      await writeFile(path, textOf({ ...mine, placement: { ...mine.placement, ...change } }));
      await refusedLater(
        readPlaced(path).then((read) => revokeDocument(desk.clerk, read, { reason: 6 })),
        "its signature is of another document or place",
      );
    }
    await (await revokeDocument(desk.clerk, mine, { reason: 6 })).send();
    expect([await status(mine), await status(theirs)]).to.deep.equal(["revoked", "valid"]);
  });

  it("a seal revokes what its file yields, and no record of another document", async () => {
    const theirs = desk.document();
    await (await desk.clerk.documents.attest(desk.agency, desk.schema, theirs.docHash, 0)).wait();
    const path = join(folder, "scan.png");
    await writeFile(path, "a scan");
    const seal = await makeSealFile(originOf(desk.place, 2, 1), "scan.png", new TextEncoder().encode("a scan"));
    await writeFile(sealPath(path), textOf({ ...seal, docHash: theirs.docHash }));
    for (const one of [path, sealPath(path)]) await refusedLater(readPlaced(one), "is not the file that was sealed");
    const alone = join(folder, "alone.json");
    await writeFile(alone, textOf({ ...seal, name: "../gone.png" }));
    await refusedLater(readPlaced(alone), "a seal alone can name any document");
    expect(await readPlaced(alone, true)).to.have.property("docHash", seal.docHash);
    await writeFile(alone, textOf(seal));
    expect(await readPlaced(alone), "its file by name").to.have.property("docHash", seal.docHash);
    expect(await status(theirs)).to.equal("valid");
  });

  it("what is on record as another kind, or as a root, is not revoked by a document's file", async () => {
    const document = desk.document();
    await (await desk.clerk.documents.attest(desk.agency, desk.schema, document.docHash, 0)).wait();
    await refusedLater(
      revokeDocument(desk.clerk, { ...document, schema: 2 }, { reason: 2 }),
      "as a document of schema 1: the file was changed",
    );
    const root = id("a root");
    await (await desk.clerk.documents.attestRoot(desk.agency, desk.schema, root, 5, 0)).wait();
    await refusedLater(
      revokeDocument(desk.clerk, { ...document, docHash: root }, { reason: 2 }),
      "as a root of 5 documents of schema 1",
    );
    const leaf = { kind: "leaf" as const, root, index: 0, count: 6, proof: [] };
    await refusedLater(
      revokeDocument(desk.clerk, { ...document, placement: leaf }, { reason: 2 }),
      "as a root of 5 documents",
    );
    expect(await status(document)).to.equal("valid");
  });

  it("an index of a list is signed once from one machine", async () => {
    const used = new UsedIndexes(join(folder, "signed"));
    const source = { content: { fields: { standing: "good" } } };
    const sign = (name: string, index: number, more: object = {}) =>
      issueSigned(desk.clerk, {
        ...{ ...desk.issue, ...place(index), source, used, path: join(folder, name) },
        ...more,
      });
    await sign("one.json", 20);
    await refusedLater(sign("two.json", 20), "Index 20 of this list was used before");
    expect(await stat(join(folder, "two.json")).catch(() => "none")).to.equal("none");
    await sign("two.json", 21);
    await sign("three.json", 20, { list: id("other") });
  });

  it("a seal is for its owner's eyes and goes through no link, also where its draft lies there already", async () => {
    const batch = join(folder, "batch");
    await mkdir(batch);
    for (const name of ["a.txt", "b.txt"]) await writeFile(join(batch, name), name);
    const [a, b, outside] = [join(batch, "a.txt.seal.json"), join(batch, "b.txt.seal.json"), join(folder, "outside")];
    const p = { folder: batch, ...desk.issue };
    await attestBatch(desk.clerk, p);
    await writeFile(outside, "outside");
    for (const seal of [a, b]) await writeFile(seal, "cut");
    await writeFile(`${a}.draft.seal.json`, "", { mode: 0o666 });
    await attestBatch(desk.clerk, p);
    for (const seal of [a, b]) {
      expect((await stat(seal)).mode & 0o777).to.equal(0o600);
      expect(await readPlaced(seal)).to.have.nested.property("placement.kind", "leaf");
    }
    await symlink(outside, join(folder, "draft"));
    await writeOver(join(folder, "inside"), join(folder, "draft"), "inside");
    expect(await readFile(join(folder, "inside"), "utf8")).to.equal("inside");
    expect(await readFile(outside, "utf8")).to.equal("outside");
  });

  it("a name stays in its line and its cell, whatever a body calls itself", () => {
    const name = "x\r\u001b[2K\u009b1A\u202eVALID: Tax clearance by Tax Office (agency 2)\n\u2028";
    const steering = /[^\P{C}\n]|[\u2028\u2029]/u;
    const document = { placement: { kind: "record" } } as DocumentFile;
    const judged = {
      status: "revoked",
      asOf: { block: 1, time: 1 },
      compromised: false,
      agency: 9,
      schema: 1,
    } as const;
    const line = tell({ kind: "document", document }, { ...judged, key: 0 }, { issuer: name, title: name });
    const down = tell({ kind: "document", document }, { status: "unavailable", reason: "node-down", detail: name }, {});
    for (const one of [line, down]) expect(one.split("\n")).to.have.length(1);
    const rows = table(["name", "key"], [[name, "1"]]);
    expect(rows.split("\n")).to.have.length(3);
    const pairs = list({ name, key: 1 });
    expect(pairs.split("\n")).to.have.length(2);
    const shown = tell({ kind: "presentation", document, shown: { name } }, { ...judged, key: 0 }, {});
    expect(shown.split("\n")).to.have.length(2);
    for (const one of [line, down, rows, pairs, shown, toJson({ name })]) expect(one).to.not.match(steering);
    expect(JSON.parse(toJson({ name }))).to.deep.equal({ name });
  });
});
