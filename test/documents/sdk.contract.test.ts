import { expect } from "chai";
import { concat, id, ZeroHash } from "ethers";
import { disclosureOf, present } from "../../sdk/src/documents/disclosure.ts";
import { type DocumentFile, makeDocumentFile, placed } from "../../sdk/src/documents/documentFile.ts";
import { fromHex, leafHash, toHex } from "../../sdk/src/documents/hash.ts";
import { holderProof, LACKING } from "../../sdk/src/documents/holderProof.ts";
import { depthOf, Tree } from "../../sdk/src/documents/tree.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { deployHouse, networkHelpers } from "../shared/house.ts";
import { account, fields, origin } from "./sdk.samples.ts";

const SCHEMA = 1;
const FAR = 2 ** 40 - 1;
/** Statuses and marks of IDocumentRegistry. */
const UNKNOWN = 0n,
  VALID = 1n;

/** A body accredited for a schema, whose officer may attest. */
async function desk() {
  const house = await deployHouse();
  await house.registry.register(id("Tax Office"), id("metadata"), house.admin);
  await house.registry.connect(house.admin).addKey(1, house.officer, permissionBits("document"), 0, FAR);
  const documents = house.documents.connect(house.officer);
  await documents.registerSchema(1, id("definition"), 1);
  await documents.accredit(SCHEMA, 1, FAR);
  return { documents };
}

const documentsOf = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    makeDocumentFile({ ...origin, agency: 1 }, { fields: { ...fields, staff: i }, holder: account }),
  );

/** The documents at their places under one root. */
function underOneRoot(files: DocumentFile[]): DocumentFile[] {
  const tree = new Tree(files.map(({ docHash }, i) => leafHash(i, fromHex(docHash))));
  const root = toHex(tree.root);
  return files.map((file, index) =>
    placed(file, { kind: "leaf", root, index, count: files.length, proof: tree.siblings(index).map(toHex) }),
  );
}

const leafOf = ({ placement }: DocumentFile) => {
  if (placement.kind !== "leaf") throw new Error("no leaf");
  return placement;
};

describe("hashes and proofs agree with the registry", () => {
  it("disclosedHash: any fields of documents of 1 to 17 fields", async () => {
    const { documents } = await networkHelpers.loadFixture(desk);
    for (let count = 1; count <= 17; count++) {
      const names = Array.from({ length: count }, (_, i) => `field${i}`);
      const values = Object.fromEntries(names.map((name, i) => [name, i]));
      const file = makeDocumentFile(origin, { fields: values, ...(count % 2 ? { holder: account } : {}) });
      for (const shown of [[], names, names.slice(-1), names.filter((_, i) => (count >> (i % 5)) & 1)]) {
        const disclosure = disclosureOf(present(file, shown));
        expect(await documents.disclosedHash(disclosure)).to.equal(file.docHash);
        const padded = { ...disclosure, siblings: [...disclosure.siblings, ZeroHash] };
        expect(await documents.disclosedHash(padded)).to.equal(ZeroHash);
      }
    }
  });

  it("verifyFields, verify: a document attested by its hash", async () => {
    const { documents } = await networkHelpers.loadFixture(desk);
    const [file, other] = documentsOf(2);
    if (!file || !other) throw new Error("no documents");
    await documents.attest(1, SCHEMA, file.docHash, 0);
    expect((await documents.verify(1, file.docHash))[0]).to.equal(VALID);
    expect((await documents.verifyFields(1, disclosureOf(present(file, ["staff"])))).status).to.equal(VALID);
    expect((await documents.verifyFields(1, disclosureOf(present(other, ["staff"])))).status).to.equal(UNKNOWN);
  });

  it("verifyLeaf: each document under a root of 1, 2, 5 and 9, and none at another place", async () => {
    const { documents } = await networkHelpers.loadFixture(desk);
    for (const count of [1, 2, 5, 9]) {
      const files = underOneRoot(documentsOf(count));
      const { root } = leafOf(files[0] as DocumentFile);
      await documents.attestRoot(1, SCHEMA, root, count, 0);
      for (const file of files) {
        const { index, proof } = leafOf(file);
        const verdict = async (at: number) => (await documents.verifyLeaf(1, root, at, file.docHash, proof))[0];
        expect(await verdict(index)).to.equal(VALID);
        expect(await verdict(index ^ 1)).to.equal(UNKNOWN);
        expect(await verdict(index + 2 ** depthOf(count))).to.equal(UNKNOWN);
      }
    }
  });

  it("documentMarks: documents of their own and under a root are held by their holder alone", async () => {
    const { documents } = await networkHelpers.loadFixture(desk);
    const [own, ...rest] = documentsOf(6);
    if (!own) throw new Error("no documents");
    const leaf = underOneRoot(rest)[4] as DocumentFile;
    await documents.attest(1, SCHEMA, own.docHash, 0);
    await documents.attestRoot(1, SCHEMA, leafOf(leaf).root, 5, 0);
    const wanted = (issuer: bigint) => issuer | (BigInt(SCHEMA) << 23n);
    const required = wanted(1n) | (wanted(0n) << 48n) | (wanted(1n) << 96n);
    const proofs = concat([holderProof(own), holderProof(leaf), LACKING]);
    expect(await documents.documentMarks(required, proofs, account, FAR)).to.equal(0x100n);
    const rival = `0x${"11".repeat(20)}`;
    expect(await documents.documentMarks(required, proofs, rival, FAR)).to.equal(0x122n);
  });
});
