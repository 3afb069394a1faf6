import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  id,
  ISSUER,
  NOTHING,
  now,
  parts,
  plain,
  REASON,
  RIVAL,
  type Stage,
  stage,
  Status,
  ZeroHash,
} from "./helpers.ts";
import { type Field, fieldLeaf, fieldsHash, fieldsOf, holderLeaf, nodeHash, treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const HOLDER = "0x00000000000000000000000000000000000000aa";
const document = fieldsOf("diploma", 5, HOLDER);
type Shown = ReturnType<typeof document.shown>;

const hashOf = ({ documents }: Stage, shown: Shown | { count: bigint }): Promise<string> =>
  documents.disclosedHash(shown as Shown);

/** One field of a document of `count` fields, the others of which nobody knows. */
function single(count: number, index: number): { shown: Shown; hash: string } {
  const field: Field = { index, nameHash: id("name"), salt: id("salt"), valueHash: id("value") };
  const siblings: string[] = [];
  let root = fieldLeaf(field);
  for (let level = 0; 1 << level < count; level++) {
    const sibling = id(`sibling ${level}`);
    root = (index >> level) & 1 ? nodeHash(sibling, root) : nodeHash(root, sibling);
    siblings.push(sibling);
  }
  return {
    shown: { holderLeaf: ZeroHash, count, fields: [field], siblings },
    hash: fieldsHash(ZeroHash, count, root),
  };
}

describe("DocumentRegistry: documents of fields", () => {
  describe("disclosedHash", () => {
    for (const count of [1, 2, 3, 4, 5, 7, 8, 9, 33]) {
      it(`is the document's for none, each, every two and all of ${count} fields`, async () => {
        const s = await loadFixture(stage);
        const { hash, shown } = fieldsOf("document", count, HOLDER);
        const indexes = Array.from({ length: count }, (_, i) => i);
        const choices = [[], indexes, ...indexes.map((i) => [i])];
        for (const i of indexes) for (const j of indexes.slice(i + 1, i + 9)) choices.push([i, j]);
        choices.push(
          indexes.filter((i) => i % 2 === 0),
          indexes.filter((i) => i % 3 !== 1),
          indexes.slice(1),
        );
        for (const choice of choices) expect(await hashOf(s, shown(choice)), choice.join()).to.equal(hash);
      });
    }

    it("is zero where indexes do not rise, or come twice", async () => {
      const s = await loadFixture(stage);
      const good = document.shown([1, 3]);
      const [first, second] = good.fields as [Field, Field];
      expect(await hashOf(s, good)).to.equal(document.hash);
      for (const fields of [
        [second, first],
        [first, first],
        [first, first, second],
        [first, second, second],
        [{ ...first, index: 3 }, second],
      ]) {
        expect(await hashOf(s, { ...good, fields })).to.equal(ZeroHash);
      }
    });

    it("is zero where siblings are too few or too many", async () => {
      const s = await loadFixture(stage);
      for (const choice of [[], [0], [4], [1, 2], [0, 1, 2, 3, 4]]) {
        const good = document.shown(choice);
        expect(await hashOf(s, good)).to.equal(document.hash);
        expect(await hashOf(s, { ...good, siblings: [...good.siblings, ZeroHash] })).to.equal(ZeroHash);
        expect(await hashOf(s, { ...good, siblings: [ZeroHash, ...good.siblings, id("x")] })).to.equal(ZeroHash);
        if (good.siblings.length === 0) continue;
        expect(await hashOf(s, { ...good, siblings: good.siblings.slice(1) })).to.equal(ZeroHash);
      }
    });

    it("is zero where an index lies beyond the count, though the tree would have it", async () => {
      const s = await loadFixture(stage);
      const eight = fieldsOf("eight", 8, HOLDER);
      for (const index of [5, 7]) {
        const shown = { ...eight.shown([index]), count: 5 };
        expect(await hashOf(s, shown)).to.equal(ZeroHash);
      }
      const [field] = document.shown([1]).fields;
      for (const index of [2n ** 256n - 1n, 9n, 8n + 1n]) {
        const shown = { ...document.shown([1]), fields: [{ ...field, index }] } as unknown as Shown;
        expect(await hashOf(s, shown)).to.equal(ZeroHash);
      }
    });

    it("is zero for fields of a document that has none, and for more than 65,535", async () => {
      const s = await loadFixture(stage);
      expect(await hashOf(s, { ...document.shown([0]), count: 0 })).to.equal(ZeroHash);
      for (const [count, index] of [
        [65_535, 65_534],
        [65_535, 0],
        [65_536, 65_535],
        [65_536, 0],
      ] as const) {
        const { shown, hash } = single(count, index);
        expect(await hashOf(s, shown), `${count}, ${index}`).to.equal(count > 65_535 ? ZeroHash : hash);
      }
      expect(await hashOf(s, { ...document.shown([0]), count: 2n ** 256n - 1n })).to.equal(ZeroHash);
      expect(await hashOf(s, { ...document.shown([]), count: 65_536 })).to.equal(ZeroHash);
    });

    it("is that of an empty document where it has a holder only", async () => {
      const s = await loadFixture(stage);
      const shown = { holderLeaf: document.holderLeaf, count: 0, fields: [], siblings: [ZeroHash] };
      expect(await hashOf(s, shown)).to.equal(fieldsHash(document.holderLeaf, 0, ZeroHash));
    });

    it("changes with every part that is shown", async () => {
      const s = await loadFixture(stage);
      const good = document.shown([1, 4]);
      const [first, second] = good.fields as [Field, Field];
      const changes: Shown[] = [
        { ...good, holderLeaf: ZeroHash },
        { ...good, holderLeaf: holderLeaf(document.salt, "0x00000000000000000000000000000000000000ab") },
        { ...good, count: 6 },
        { ...good, siblings: [...good.siblings].reverse() },
        { ...good, fields: [{ ...first, nameHash: id("other") }, second] },
        { ...good, fields: [{ ...first, salt: id("other") }, second] },
        { ...good, fields: [first, { ...second, valueHash: id("other") }] },
        { ...good, fields: [{ ...first, index: 0 }, second] },
        {
          ...good,
          fields: [
            { ...first, valueHash: second.valueHash },
            { ...second, valueHash: first.valueHash },
          ],
        },
      ];
      const hashes = [document.hash, ...(await Promise.all(changes.map((change) => hashOf(s, change))))];
      expect(new Set(hashes).size).to.equal(changes.length + 1);
    });

    it("knows no other field's leaf in a field's place: an inner node, a document, a leaf of documents", async () => {
      const s = await loadFixture(stage);
      // Three words hashed are a node, five a field: the node's children cannot be shown as parts of a field.
      const [left = "", right = ""] = document.levels[0] ?? [];
      const upper = document.levels[1] ?? [];
      const forged: Field = { index: 0, nameHash: left, salt: right, valueHash: ZeroHash };
      const shown = { holderLeaf: document.holderLeaf, count: 3, fields: [forged], siblings: [upper[1] ?? ""] };
      expect(await hashOf(s, shown)).to.equal(ZeroHash);
      const fitting = { ...shown, siblings: [upper[1] ?? "", document.levels[2]?.[1] ?? ""] };
      expect(await hashOf(s, fitting)).to.not.be.oneOf([ZeroHash, document.hash]);
    });
  });

  describe("verifyFields", () => {
    it("knows nothing of fields that do not fit, nor of those of a document not attested, or of another body", async () => {
      const s = await loadFixture(stage);
      const ask = async (shown: Shown, agency = ISSUER) => plain(await s.documents.verifyFields(agency, shown));
      expect(await ask(document.shown([1]))).to.deep.equal(NOTHING);
      await attested(s, { hash: document.hash });
      expect(await ask(document.shown([1]))).to.include({ status: Status.Valid });
      expect(await ask(document.shown([1]), RIVAL)).to.deep.equal(NOTHING);
      expect(await ask({ ...document.shown([1]), siblings: [] })).to.deep.equal(NOTHING);
      expect(await ask({ ...document.shown([1]), holderLeaf: ZeroHash })).to.deep.equal(NOTHING);
      expect(await ask({ ...document.shown([1]), count: 4 })).to.deep.equal(NOTHING);
    });

    it("finds what verify finds of the document, for any fields shown", async () => {
      const s = await loadFixture(stage);
      await attested(s, { hash: document.hash });
      for (const act of [
        () => Promise.resolve(),
        () => s.documents.connect(s.clerk).revoke(ISSUER, document.hash, REASON),
      ]) {
        await act();
        const expected = await now(s, document.hash);
        for (const choice of [[], [0], [1, 3], [0, 1, 2, 3, 4]]) {
          expect(plain(await s.documents.verifyFields(ISSUER, document.shown(choice)))).to.deep.equal(expected);
        }
      }
    });

    it("does not take a root for a document of fields", async () => {
      const s = await loadFixture(stage);
      await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, document.hash, 2, 0);
      expect(plain(await s.documents.verifyFields(ISSUER, document.shown([0])))).to.deep.equal(NOTHING);
    });

    it("leaves those under a root to verifyLeaf, with disclosedHash", async () => {
      const s = await loadFixture(stage);
      const tree = treeOf([DOCUMENT, document.hash, id("third")]);
      await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, tree.root, 3, 0);
      const shown = document.shown([2, 3]);
      expect(plain(await s.documents.verifyFields(ISSUER, shown))).to.deep.equal(NOTHING);
      const hash = await s.documents.disclosedHash(shown);
      const leaf = parts(await s.documents.verifyLeaf(ISSUER, tree.root, 1, hash, tree.proof(1)));
      expect(leaf).to.include({ status: Status.Valid });
    });
  });
});
