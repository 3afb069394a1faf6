import { expect } from "chai";
import { concat, dataSlice, getBytes, hexlify, toBeHex } from "ethers";
import { at, inOneBlock, passTo } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  id,
  ISSUER,
  KEY,
  LICENCE,
  MAX_UINT40,
  NOBODY,
  REASON,
  RIVAL,
  type Stage,
  stage,
  ZeroHash,
} from "./helpers.ts";
import { type Fields, fieldsOf, pathOf, type Tree, treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const Mark = {
  None: 0n,
  Lacking: 1n,
  Unknown: 2n,
  OtherSchema: 3n,
  OtherIssuer: 4n,
  Expired: 5n,
  Revoked: 6n,
  IssuerSuspended: 7n,
  IssuerNotAccredited: 8n,
  SignerNotAuthorised: 9n,
} as const;
const HOLDER = "0x00000000000000000000000000000000000000aa";
const OTHER = "0x00000000000000000000000000000000000000ab";
const LACKING = "0x00";
const FLAG = 1n << 47n;

const diploma = fieldsOf("diploma", 5, HOLDER);
const licence = fieldsOf("licence", 255, HOLDER);
const rooted = treeOf([id("first"), diploma.hash, licence.hash]);

const requirement = (schema = DIPLOMA, issuer = 0n): bigint => issuer | (schema << 23n);
/** Requirements in one word, the first one lowest. */
const all = (...requirements: bigint[]): bigint =>
  requirements.reduce((word, one, i) => word | (one << BigInt(48 * i)), 0n);

const head = (form: number, { fields, salt, root }: Fields, issuer: bigint): string =>
  concat([toBeHex(form, 1), toBeHex(issuer, 4), toBeHex(fields.length, 1), salt, root]);
const own = (document: Fields, issuer = ISSUER): string => head(1, document, issuer);
const under = (document: Fields, index: bigint | number, siblings: string[], issuer = ISSUER): string =>
  concat([head(2 + siblings.length, document, issuer), toBeHex(index, 3), ...siblings]);
const leaf = (document: Fields, tree: Tree = rooted): string => {
  const index = tree.documents.indexOf(document.hash);
  return under(document, index, tree.proof(index));
};

interface Asked {
  required?: bigint;
  holder?: string;
  time?: number | bigint;
}

const marks = async ({ documents }: Stage, proofs: string, { required, holder = HOLDER, time }: Asked = {}) =>
  documents.documentMarks(required ?? requirement(), proofs, holder, time ?? (await networkHelpers.time.latest()));

/** The diploma and the licence by themselves, attested at `start` and `start + 1`, and a root with both after them. */
async function issued() {
  const s = await stage();
  await attested(s, { second: s.start, hash: diploma.hash, expires: s.start + 100 });
  await attested(s, { second: s.start + 1, hash: licence.hash, schema: LICENCE });
  await at(s.start + 2);
  await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, rooted.root, 3, s.start + 100);
  return s;
}

const both = [own(diploma), leaf(diploma)];
async function expectBoth(s: Stage, expected: bigint, asked: Asked = {}): Promise<void> {
  for (const [i, proof] of both.entries()) expect(await marks(s, proof, asked), i ? "leaf" : "own").to.equal(expected);
}

describe("DocumentRegistry: documentMarks", () => {
  it("has no mark for what is held, of any body or of the one named, with the asking room's bit or without", async () => {
    const s = await loadFixture(issued);
    for (const required of [requirement(), requirement(DIPLOMA, ISSUER)]) {
      for (const flag of [0n, FLAG]) await expectBoth(s, Mark.None, { required: required | flag });
    }
    expect(await marks(s, own(licence), { required: requirement(LICENCE) })).to.equal(Mark.None);
  });

  it("has no mark where nothing is required, whatever the proofs are", async () => {
    const s = await loadFixture(issued);
    for (const proofs of ["0x", "0xffff", own(diploma)]) expect(await marks(s, proofs, { required: 0n })).to.equal(0n);
  });

  it("marks as lacking: no proof, form 0, and one cut off at any byte", async () => {
    const s = await loadFixture(issued);
    for (const proofs of ["0x", LACKING, "0x0001", "0x01", "0x02", "0xff"]) {
      expect(await marks(s, proofs)).to.equal(Mark.Lacking);
    }
    for (const proof of both) {
      const length = (proof.length - 2) / 2;
      for (let cut = 1; cut < length; cut += cut > 60 && cut < length - 3 ? 7 : 1) {
        expect(await marks(s, dataSlice(proof, 0, cut)), `${cut}`).to.equal(Mark.Lacking);
      }
    }
  });

  it("of a second to come knows what was ended, suspended and revoked by now, and never reverts", async () => {
    const s = await loadFixture(issued);
    const time = s.start + 100;
    await expectBoth(s, Mark.None, { time });
    await s.registry.connect(s.admin).endKey(ISSUER, s.clerk);
    await expectBoth(s, Mark.None, { time });
    await s.registry.suspend(ISSUER);
    await expectBoth(s, Mark.IssuerSuspended, { time });
    await expectBoth(s, Mark.Expired, { time: time + 1 });
    await s.registry.resume(ISSUER);
    await expectBoth(s, Mark.None, { time });
  });

  it("does not look at what follows the last proof", async () => {
    const s = await loadFixture(issued);
    for (const proof of both) expect(await marks(s, concat([proof, "0xffff"]))).to.equal(Mark.None);
  });

  it("marks as unknown: another holder, salt, number of fields, root of fields; not attested", async () => {
    const s = await loadFixture(issued);
    await expectBoth(s, Mark.Unknown, { holder: OTHER });
    const changed: Fields[] = [
      { ...diploma, salt: licence.salt },
      { ...diploma, fields: diploma.fields.slice(1) },
      { ...diploma, root: licence.root },
      fieldsOf("never attested", 5, HOLDER),
    ];
    for (const document of changed) {
      expect(await marks(s, own(document))).to.equal(Mark.Unknown);
      expect(await marks(s, under(document, 1, rooted.proof(1)))).to.equal(Mark.Unknown);
    }
  });

  it("marks as unknown a rival's document that is said to be the issuer's, and the other way round", async () => {
    const s = await loadFixture(issued);
    const theirs = fieldsOf("rival's", 2, HOLDER);
    await attested(s, { hash: theirs.hash, by: s.rival, agency: RIVAL });
    for (const issuer of [0n, ISSUER]) {
      expect(await marks(s, own(theirs, ISSUER), { required: requirement(DIPLOMA, issuer) })).to.equal(Mark.Unknown);
    }
    expect(await marks(s, own(theirs, RIVAL))).to.equal(Mark.None);
    expect(await marks(s, own(diploma, RIVAL))).to.equal(Mark.Unknown);
    for (const nobody of [0n, NOBODY, 2n ** 32n - 1n])
      expect(await marks(s, own(diploma, nobody))).to.equal(Mark.Unknown);
  });

  it("marks another issuer's document where one is named, known or not", async () => {
    const s = await loadFixture(issued);
    await expectBoth(s, Mark.OtherIssuer, { required: requirement(DIPLOMA, RIVAL) });
    const required = requirement(DIPLOMA, ISSUER);
    expect(await marks(s, own(diploma, ISSUER + (1n << 23n)), { required })).to.equal(Mark.OtherIssuer);
    expect(await marks(s, own(diploma, 0n), { required })).to.equal(Mark.OtherIssuer);
  });

  it("marks a document of another schema, of a number beyond the requirement's too", async () => {
    const s = await loadFixture(issued);
    await expectBoth(s, Mark.OtherSchema, { required: requirement(LICENCE) });
    const high = fieldsOf("high", 1, HOLDER);
    await attested(s, { hash: high.hash, schema: DIPLOMA + (1n << 24n) });
    expect(await marks(s, own(high))).to.equal(Mark.OtherSchema);
    await s.documents.connect(s.clerk).revoke(ISSUER, licence.hash, REASON);
    expect(await marks(s, own(licence))).to.equal(Mark.OtherSchema);
  });

  it("marks a document that has expired, at the second asked for", async () => {
    const s = await loadFixture(issued);
    await passTo(s.start + 101);
    await expectBoth(s, Mark.Expired);
    await expectBoth(s, Mark.Expired, { time: s.start + 101 });
    await expectBoth(s, Mark.None, { time: s.start + 100 });
  });

  it("marks a document that was revoked by then, as one with its root", async () => {
    const s = await loadFixture(issued);
    await inOneBlock(s.start + 50, [
      () => s.documents.connect(s.clerk).revoke(ISSUER, diploma.hash, REASON, { gasLimit: 500_000 }),
      () => s.documents.connect(s.clerk).revokeRoot(ISSUER, rooted.root, REASON, { gasLimit: 500_000 }),
    ]);
    await expectBoth(s, Mark.Revoked);
    await passTo(s.start + 60);
    await expectBoth(s, Mark.None, { time: s.start + 49 });
    await expectBoth(s, Mark.Revoked, { time: s.start + 50 });
    await expectBoth(s, Mark.Unknown, { time: s.start - 1 });
  });

  it("marks a leaf revoked by itself, however early the second is", async () => {
    const s = await loadFixture(issued);
    await at(s.start + 50);
    await s.documents.connect(s.clerk).revokeLeaves(ISSUER, rooted.root, 0, 2n, REASON);
    await passTo(s.start + 60);
    for (const second of [2, 49, 50, 99]) {
      expect(await marks(s, leaf(diploma), { time: s.start + second })).to.equal(Mark.Revoked);
    }
    expect(await marks(s, leaf(diploma), { time: s.start + 1 })).to.equal(Mark.Unknown);
    expect(await marks(s, leaf(licence))).to.equal(Mark.None);
  });

  it("marks a barred hash as of another schema, which it has none of", async () => {
    const s = await loadFixture(issued);
    const barred = fieldsOf("barred", 1, HOLDER);
    await s.documents.connect(s.clerk).revoke(ISSUER, barred.hash, REASON);
    expect(await marks(s, own(barred))).to.equal(Mark.OtherSchema);
    expect(await marks(s, own(barred), { required: requirement(0n, ISSUER) })).to.equal(Mark.Revoked);
  });

  it("marks a suspended issuer, at the second asked for", async () => {
    const s = await loadFixture(issued);
    await at(s.start + 10);
    await s.registry.suspend(ISSUER);
    await expectBoth(s, Mark.IssuerSuspended);
    await at(s.start + 20);
    await s.registry.resume(ISSUER);
    await passTo(s.start + 30);
    await expectBoth(s, Mark.None);
    await expectBoth(s, Mark.None, { time: s.start + 9 });
    await expectBoth(s, Mark.IssuerSuspended, { time: s.start + 19 });
  });

  for (const [what, mark] of [
    ["accreditation", Mark.IssuerNotAccredited],
    ["key", Mark.SignerNotAuthorised],
  ] as const) {
    it(`marks a document whose issuer's ${what} did not hold in the second of its issue`, async () => {
      const s = await loadFixture(stage);
      const gasLimit = 500_000;
      const act = s.documents.connect(s.clerk);
      await inOneBlock(s.start, [
        () => act.attest(ISSUER, DIPLOMA, diploma.hash, 0, { gasLimit }),
        () => act.attestRoot(ISSUER, DIPLOMA, rooted.root, 3, 0, { gasLimit }),
        () =>
          what === "key"
            ? s.registry.connect(s.admin).endKey(ISSUER, s.clerk, { gasLimit })
            : s.documents.connect(s.ministry).endAccreditation(DIPLOMA, ISSUER, { gasLimit }),
      ]);
      await expectBoth(s, mark);
    });
  }

  it("does not mark a compromise, which changes no status", async () => {
    const s = await loadFixture(issued);
    await s.registry.connect(s.admin).markCompromised(ISSUER, KEY, s.start);
    await expectBoth(s, Mark.None);
  });

  it("judges by the past, and of times to come as far as is known now", async () => {
    const s = await loadFixture(issued);
    await passTo(s.start + 50);
    for (const time of [s.start + 50, s.start + 51, s.start + 100]) await expectBoth(s, Mark.None, { time });
    for (const time of [s.start + 101, MAX_UINT40]) await expectBoth(s, Mark.Expired, { time });
    await expectBoth(s, Mark.Unknown, { time: s.start - 1 });
    await expectBoth(s, Mark.Unknown, { time: 0 });
    expect(await marks(s, own(diploma), { time: s.start })).to.equal(Mark.None);
    expect(await marks(s, leaf(diploma), { time: s.start })).to.equal(Mark.Unknown);
  });

  it("takes a leaf of 2^20 documents, and one that is alone under its root", async () => {
    const s = await loadFixture(issued);
    const index = (1 << 20) - 1;
    const path = pathOf(20, index, diploma.hash);
    const alone = treeOf([diploma.hash]);
    await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, path.root, 1 << 20, 0);
    await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, alone.root, 1, 0);
    expect(await marks(s, under(diploma, index, path.proof))).to.equal(Mark.None);
    expect(await marks(s, under(diploma, 0, []))).to.equal(Mark.None);
    expect(await marks(s, under(diploma, index - 1, path.proof))).to.equal(Mark.Unknown);
    expect(await marks(s, under(diploma, 1, []))).to.equal(Mark.Unknown);
    expect(await marks(s, under(diploma, index, path.proof.slice(1)))).to.equal(Mark.Unknown);
    expect(await marks(s, under(diploma, 0xffffff, path.proof))).to.equal(Mark.Unknown);
    const [high] = [BigInt(index) + (1n << 20n)];
    expect(await marks(s, under(diploma, high, path.proof))).to.equal(Mark.Unknown);
  });

  it("marks as unknown a leaf of another place or depth, a root as a document, a document as a root", async () => {
    const s = await loadFixture(issued);
    const proof = rooted.proof(1);
    for (const [index, siblings] of [
      [0, proof],
      [2, proof],
      [5, proof],
      [1, proof.slice(1)],
      [1, [...proof, ZeroHash]],
      [1, [...proof].reverse()],
      [1, []],
      [1, Array.from({ length: 253 }, () => ZeroHash)],
    ] as const) {
      expect(await marks(s, under(diploma, index, [...siblings]))).to.equal(Mark.Unknown);
    }
    const single = fieldsOf("single", 3, HOLDER);
    await attested(s, { hash: treeOf([single.hash]).root });
    await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, single.hash, 1, 0);
    for (const given of [own(single), under(single, 0, [])]) expect(await marks(s, given)).to.equal(Mark.Unknown);
  });

  it("judges up to four requirements in order, each by its own proof", async () => {
    const s = await loadFixture(issued);
    const required = all(requirement() | FLAG, requirement(LICENCE, ISSUER), requirement(), requirement(LICENCE));
    const proofs = [leaf(diploma), own(licence), own(diploma), own(licence)];
    expect(await marks(s, concat(proofs), { required })).to.equal(0n);
    expect(await marks(s, concat([LACKING, LACKING, LACKING, LACKING]), { required })).to.equal(0x1111n);
    expect(await marks(s, concat([LACKING, own(licence), LACKING, own(diploma)]), { required })).to.equal(0x3101n);
    expect(await marks(s, concat([own(licence), own(licence), own(diploma, RIVAL), LACKING]), { required })).to.equal(
      0x1203n,
    );
    expect(await marks(s, concat([own(diploma), own(licence, RIVAL)]), { required })).to.equal(0x1140n);
    const [first = "", second = ""] = proofs;
    // Where one is cut off, the next one's beginning is not known: all from there on are lacking.
    expect(await marks(s, concat([first, dataSlice(second, 0, 53)]), { required })).to.equal(0x1110n);
    expect(await marks(s, concat([dataSlice(first, 0, 60), ...proofs.slice(1)]), { required })).to.not.equal(0n);
  });

  it("never reverts, whatever the proofs are", async () => {
    const s = await loadFixture(issued);
    const required = all(requirement(), requirement(LICENCE), requirement(), requirement());
    const good = concat([own(diploma), leaf(licence), leaf(diploma), own(licence)]);
    for (let i = 0; i < 200; i++) {
      const chance = getBytes(id(`case ${i}`));
      const [place = 0, value = 0, cut = 0, form = 0] = chance;
      const bytes = getBytes(good);
      bytes[(place * 7) % bytes.length] = value;
      if (i % 3 === 0) bytes[0] = form;
      const given = i % 5 === 0 ? getBytes(concat([...chance].slice(0, cut).map((one) => id(`${one}`)))) : bytes;
      const asked = { required, time: i % 2 ? s.start + 2 : MAX_UINT40 };
      const found = await marks(s, hexlify(given.subarray(0, given.length - (i % 2 ? cut : 0))), asked);
      for (let n = 0n; n < 64n; n++) expect((found >> (4n * n)) & 15n).to.be.at.most(n < 4n ? 9n : 0n);
    }
    const every = 2n ** 256n - 1n;
    expect(await marks(s, `0x${"ff".repeat(20_000)}`, { required: every, time: 0 })).to.be.greaterThan(0n);
  });
});
