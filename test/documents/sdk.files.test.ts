import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { getBytes, id, keccak256, ZeroHash } from "ethers";
import { makeDocumentFile, parseDocumentFile, placed, readDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { type Holder, type Json, leafHash, toHex } from "../../sdk/src/documents/hash.ts";
import { textOf, writePrivate } from "../../sdk/src/documents/json.ts";
import { checkSealed, contentOf, makeSealFile, parseSealFile, readSealFile } from "../../sdk/src/documents/sealFile.ts";
import { Tree } from "../../sdk/src/documents/tree.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { reference } from "./sdk.reference.ts";
import {
  account,
  type Bag,
  changed,
  documentOf,
  fields,
  leafAt,
  origin,
  person,
  refused,
  refusedLater,
  signed,
  underRoot,
} from "./sdk.samples.ts";

/** Every text that differs from the given one in one character. */
function* spoiled(text: string, step: number): Generator<string> {
  for (let i = 0; i < text.length; i += step) {
    const other = text[i] === "1" ? "2" : "1";
    yield text.slice(0, i) + other + text.slice(i + 1);
  }
}

describe("files of documents", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "documents-"))));
  afterEach(() => rm(folder, { recursive: true }));

  describe("document file", () => {
    for (const [name, make] of Object.entries({
      "with an account as holder": () => documentOf(),
      "with a person as holder": () => documentOf({ person }),
      "without holder": () => makeDocumentFile(origin, { fields }),
      "under a root": underRoot,
      "only signed": () => placed(documentOf(), signed),
    })) {
      it(`${name}: is written, for its owner only, and read again the same`, async () => {
        const file = make();
        const path = await writePrivate(join(folder, "d.json"), file);
        expect((await stat(path)).mode & 0o777).to.equal(0o600);
        expect(await readDocumentFile(path)).to.deep.equal(file);
        await refusedLater(writePrivate(path, file), "is there already, and is never written over");
        expect(await readFile(path, "utf8")).to.equal(textOf(file));
      });
    }

    it("refuses every single changed character, but in what the chain alone can tell", () => {
      const file = underRoot();
      const text = textOf(file);
      const open = ["chainId", "genesisHash", "registry", "agency", "schema"];
      let accepted = 0;
      for (const other of spoiled(text, 1)) {
        try {
          const read = parseDocumentFile(other, "d.json") as Bag;
          const differs = Object.keys(file).filter(
            (key) => JSON.stringify(read[key]) !== JSON.stringify((file as Bag)[key]),
          );
          expect(
            differs.every((key) => open.includes(key)),
            differs.join(),
          ).to.equal(true);
          accepted++;
        } catch (error) {
          expect(error).to.be.instanceOf(InputError);
          expect((error as Error).message).to.not.include("\n");
        }
      }
      // chain id, genesis hash, and the numbers of agency and schema with the blank before them
      expect(accepted).to.equal(5 + 64 + 2 + 2);
    });

    const file = underRoot();
    const cases: [string, string, string][] = [
      ["a changed value", changed(file, (f) => void ((f["fields"] as Bag)["staff"] = 42)), "do not yield its hash"],
      [
        "a value of another type",
        changed(file, (f) => void ((f["fields"] as Bag)["staff"] = "41")),
        "do not yield its hash",
      ],
      ["a field too many", changed(file, (f) => void ((f["fields"] as Bag)["more"] = 1)), "do not yield its hash"],
      ["another holder", changed(file, (f) => void (f["holder"] = origin.registry)), "do not yield its hash"],
      ["no holder", changed(file, (f) => void delete f["holder"]), "do not yield its hash"],
      ["another secret", changed(file, (f) => void (f["secret"] = id("x"))), "do not yield its hash"],
      ["a wrong index", changed(file, (f) => void ((f["placement"] as Bag)["index"] = 5)), "does not lead to its root"],
      [
        "an index beyond the count",
        changed(file, (f) => void ((f["placement"] as Bag)["index"] = 6)),
        "index 6 and 3 siblings do not fit 6 leaves",
      ],
      [
        "another count",
        changed(file, (f) => void ((f["placement"] as Bag)["count"] = 9)),
        "index 4 and 3 siblings do not fit 9 leaves",
      ],
      [
        "a proof of another tree",
        changed(file, (f) => void (f["placement"] = leafAt(id("z"), 4, 6))),
        "does not lead to its root",
      ],
      [
        "a shorter proof",
        changed(file, (f) => void (f["placement"] as { proof: string[] }).proof.pop()),
        "index 4 and 2 siblings do not fit 6 leaves",
      ],
      [
        "a padded proof",
        changed(file, (f) => void (f["placement"] as { proof: string[] }).proof.push(ZeroHash)),
        "index 4 and 4 siblings do not fit 6 leaves",
      ],
      [
        "an oversized proof",
        changed(file, (f) => void ((f["placement"] as Bag)["proof"] = Array(21).fill(ZeroHash))),
        "is not a document file: placement.proof",
      ],
      ["a truncated file", textOf(file).slice(0, -200), "d.json is not JSON"],
      ["an empty file", "", "d.json is not JSON"],
      [
        "another format",
        changed(file, (f) => void (f["format"] = "common-seal/bid/1")),
        "is not a document file: format",
      ],
      ["a key too many", changed(file, (f) => void (f["note"] = "x")), "is not a document file"],
      ["a key twice", textOf(file).replace('"agency": 7', '"agency": 8, "agency": 7'), "a key stands twice"],
      ["a number written otherwise", textOf(file).replace('"staff": 41', '"staff": 41.0'), "is written in another way"],
      [
        "digits that get lost",
        textOf(file).replace('"staff": 41', '"staff": 41.00000000000000001'),
        "is written in another way",
      ],
      ["__proto__ as a name", textOf(file).replace('"staff"', '"__proto__": {}, "staff"'), "was changed"],
      [
        "no fields",
        changed(file, (f) => void (f["fields"] = {})),
        "is not a document file: fields must be 1 to 255 fields",
      ],
      [
        "a field named holder",
        changed(file, (f) => void ((f["fields"] as Bag)["holder"] = account)),
        "stands beside the fields",
      ],
      [
        "a name that is none",
        changed(file, (f) => void ((f["fields"] as Bag)["a b"] = 1)),
        "is no name of letters and digits",
      ],
      ["a holder that is none", changed(file, (f) => void (f["holder"] = "0x12")), "is not a document file: holder"],
      ["the number of no agency", changed(file, (f) => void (f["agency"] = 0)), "is not a document file: agency"],
      [
        "a chain of too many digits",
        changed(file, (f) => void (f["chainId"] = "9".repeat(78))),
        "is not a document file: chainId",
      ],
      [
        "values nested without end",
        textOf(file).replace("41", `${"[".repeat(5000)}${"]".repeat(5000)}`),
        "was changed|is not",
      ],
      ["a lone surrogate", textOf(file).replace("Harbour", "\\ud800"), "has no canonical JSON"],
    ];
    for (const [name, text, words] of cases) {
      it(`refuses ${name}`, () => refused(() => parseDocumentFile(text, "d.json"), words));
    }

    it("refuses a file that is not there, and to make what it would not read", async () => {
      await refusedLater(readDocumentFile(join(folder, "none.json")), "cannot be read: ENOENT");
      const make = (bad: Record<string, Json>, holder?: Holder) => () =>
        makeDocumentFile(origin, { fields: bad, ...(holder === undefined ? {} : { holder }) });
      refused(make({}), "This is no document: fields must be 1 to 255 fields");
      refused(make({ holder: account }), "stands beside the fields");
      refused(make({ "a b": 1 }), "is no name of letters and digits");
      refused(make({ a: Number.NaN }), "This is no document: fields.a");
      refused(make({ a: "\ud800" }), "has no canonical JSON");
      refused(make({ a: 1 }, "0x12"), "This is no document: holder");
      refused(make(Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`f${i}`, i]))), "must be 1 to 255 fields");
      refused(() => placed(documentOf(), leafAt(id("z"), 0, 2)), "does not lead to its root");
    });
  });

  describe("seal file", () => {
    const content = new TextEncoder().encode("A certificate of any type.");

    it("holds the hash of a file of any type, and finds every changed byte of it", async () => {
      const path = join(folder, "c.pdf");
      await writeFile(path, content);
      const seal = await makeSealFile(origin, "c.pdf", contentOf(path));
      expect(seal.docHash).to.equal(reference.file(seal.salt, content));
      const kept = await writePrivate(join(folder, "c.seal.json"), seal);
      expect(await readSealFile(kept)).to.deep.equal(seal);
      await checkSealed(seal, contentOf(path), path);
      for (let i = 0; i < content.length; i++) {
        const other = content.with(i, (content[i] ?? 0) ^ 1);
        await refusedLater(checkSealed(seal, other, "c.pdf"), "c.pdf is not the file that was sealed as c.pdf");
      }
      await refusedLater(checkSealed({ ...seal, salt: ZeroHash }, content, path), "is not the file that was sealed");
      await refusedLater(checkSealed(seal, contentOf(join(folder, "none")), "none"), "cannot be read: ENOENT");
      expect((await makeSealFile(origin, "c.pdf", content)).docHash).to.not.equal(seal.docHash);
    });

    it("content of 64 bytes that imitates a pair of nodes hashes to nothing of a tree", async () => {
      const tree = new Tree([0, 1].map((i) => leafHash(i, getBytes(id(`d${i}`)))));
      const pair = getBytes(
        tree.siblings(1)[0]
          ? toHex(tree.siblings(1)[0] ?? new Uint8Array()) + toHex(tree.siblings(0)[0] ?? new Uint8Array()).slice(2)
          : "0x",
      );
      expect(pair).to.have.length(64);
      const salt = reference.node(ZeroHash, ZeroHash);
      const { docHash } = await makeSealFile(origin, "x", pair, { kind: "record" }, getBytes(salt));
      expect([toHex(tree.root), keccak256(pair)]).to.not.include(docHash);
    });

    it("refuses a seal that is cut off, of another format, or whose proof was changed", async () => {
      const seal = await makeSealFile(origin, "c.pdf", content);
      const under = placed(seal, leafAt(seal.docHash, 2, 3));
      expect(parseSealFile(textOf(under), "s")).to.deep.equal(under);
      refused(() => parseSealFile(textOf(under).slice(0, -20), "s"), "s is not JSON");
      refused(() => parseSealFile(textOf(documentOf()), "s"), "s is not a seal file: format");
      refused(
        () =>
          parseSealFile(
            changed(under, (s) => void (s["docHash"] = id("x"))),
            "s",
          ),
        "does not lead to its root",
      );
      refused(
        () =>
          parseSealFile(
            changed(under, (s) => void ((s["placement"] as Bag)["index"] = 1)),
            "s",
          ),
        "does not lead to its root",
      );
    });
  });
});
