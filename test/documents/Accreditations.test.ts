import { expect } from "chai";
import { at, inOneBlock, passTo } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  DIPLOMA,
  expectRoles,
  id,
  ISSUER,
  LICENCE,
  May,
  MAX_UINT40,
  MINISTRY,
  NO_SCHEMA,
  NOBODY,
  plain,
  RIVAL,
  type Stage,
  stage,
  ZeroHash,
} from "./helpers.ts";

const { loadFixture } = networkHelpers;
const DEFINITION = id("definition");
/** The rival is not accredited for it in the fixture. */
const accredited = async ({ documents }: Stage, time: number | bigint): Promise<boolean> =>
  documents.accreditedAt(LICENCE, RIVAL, time);

async function expectPeriods(s: Stage, answers: [offset: number, expected: boolean][]): Promise<void> {
  for (const [offset, expected] of answers) {
    expect(await accredited(s, s.start + offset), `start + ${offset}`).to.equal(expected);
  }
}

describe("Accreditations", () => {
  describe("registerSchema", () => {
    it("reverts when the definition is zero", async () => {
      const { documents, ministry } = await loadFixture(stage);
      await expect(documents.connect(ministry).registerSchema(MINISTRY, ZeroHash, MINISTRY))
        .to.be.revertedWithCustomError(documents, "DocumentSchemaInvalid")
        .withArgs(ZeroHash, MINISTRY);
    });

    it("reverts when the accreditor is nobody", async () => {
      const { documents, ministry } = await loadFixture(stage);
      for (const accreditor of [0n, NOBODY, 2n ** 32n - 1n]) {
        await expect(documents.connect(ministry).registerSchema(MINISTRY, DEFINITION, accreditor))
          .to.be.revertedWithCustomError(documents, "DocumentSchemaInvalid")
          .withArgs(DEFINITION, accreditor);
      }
    });

    it("reverts for every caller but a key of the publisher with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [ISSUER, May.Schema], (caller) =>
        s.documents.connect(caller).registerSchema(ISSUER, DEFINITION, MINISTRY),
      );
    });

    it("registers schemas with numbers that rise from 1, the same definition too", async () => {
      const { documents, clerk } = await loadFixture(stage);
      const act = documents.connect(clerk);
      expect(await documents.schemaCount()).to.equal(2n);
      expect(await act.registerSchema.staticCall(ISSUER, DEFINITION, RIVAL)).to.equal(3n);
      for (const schema of [3n, 4n]) {
        await expect(act.registerSchema(ISSUER, DEFINITION, RIVAL))
          .to.emit(documents, "SchemaRegistered")
          .withArgs(schema, ISSUER, RIVAL, 1n, DEFINITION);
        expect([...(await documents.schemaOf(schema))]).to.deep.equal([ISSUER, RIVAL, DEFINITION]);
        expect(await documents.schemaCount()).to.equal(schema);
      }
    });
  });

  describe("schemaOf", () => {
    it("reverts when there is no such schema", async () => {
      const { documents } = await loadFixture(stage);
      for (const unknown of [0n, NO_SCHEMA, 2n ** 32n - 1n]) {
        await expect(documents.schemaOf(unknown))
          .to.be.revertedWithCustomError(documents, "DocumentSchemaUnknown")
          .withArgs(unknown);
      }
    });

    it("tells who published, who accredits, and the definition", async () => {
      const { documents } = await loadFixture(stage);
      expect(plain(await documents.schemaOf(DIPLOMA))).to.deep.equal({
        publisher: MINISTRY,
        accreditor: MINISTRY,
        definition: id("schema 1"),
      });
    });
  });

  describe("accredit", () => {
    it("reverts when there is no such schema", async () => {
      const { documents, ministry } = await loadFixture(stage);
      for (const unknown of [0n, NO_SCHEMA]) {
        await expect(documents.connect(ministry).accredit(unknown, RIVAL, MAX_UINT40))
          .to.be.revertedWithCustomError(documents, "DocumentSchemaUnknown")
          .withArgs(unknown);
      }
    });

    it("reverts when the last second is over, or the issuer is nobody", async () => {
      const { documents, ministry, start } = await loadFixture(stage);
      await at(start);
      await expect(documents.connect(ministry).accredit(LICENCE, RIVAL, start - 1))
        .to.be.revertedWithCustomError(documents, "DocumentAccreditationInvalid")
        .withArgs(RIVAL, start - 1);
      for (const nobody of [0n, NOBODY]) {
        await expect(documents.connect(ministry).accredit(LICENCE, nobody, MAX_UINT40))
          .to.be.revertedWithCustomError(documents, "DocumentAccreditationInvalid")
          .withArgs(nobody, MAX_UINT40);
      }
    });

    it("reverts for every caller but a key of the accreditor with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [MINISTRY, May.Accredit], (caller) =>
        s.documents.connect(caller).accredit(LICENCE, RIVAL, MAX_UINT40),
      );
    });

    it("is up to the accreditor alone, not to the publisher", async () => {
      const { documents, registry, ministry, rival } = await loadFixture(stage);
      await documents.connect(ministry).registerSchema(MINISTRY, DEFINITION, RIVAL);
      await expect(documents.connect(ministry).accredit(3n, ISSUER, MAX_UINT40)).to.be.revertedWithCustomError(
        registry,
        "AgencyKeyNotPermitted",
      );
      await expect(documents.connect(rival).accredit(3n, ISSUER, MAX_UINT40))
        .to.emit(documents, "IssuerAccredited")
        .withArgs(3n, ISSUER, 1n, MAX_UINT40);
    });

    it("holds from this second to the last one, of this body and schema only", async () => {
      const s = await loadFixture(stage);
      await at(s.start);
      await expect(s.documents.connect(s.ministry).accredit(LICENCE, RIVAL, s.start + 10))
        .to.emit(s.documents, "IssuerAccredited")
        .withArgs(LICENCE, RIVAL, 1n, s.start + 10);
      await expectPeriods(s, [
        [-1, false],
        [0, true],
        [10, true],
        [11, false],
      ]);
      expect(await s.documents.accreditedAt(NO_SCHEMA, RIVAL, s.start)).to.equal(false);
      expect(await s.documents.accreditedAt(LICENCE, MINISTRY, s.start)).to.equal(false);
    });

    it("holds for one second", async () => {
      const s = await loadFixture(stage);
      await at(s.start);
      await s.documents.connect(s.ministry).accredit(LICENCE, RIVAL, s.start);
      await expectPeriods(s, [
        [-1, false],
        [0, true],
        [1, false],
      ]);
    });

    it("moves the end of a running accreditation in its last second, later and sooner, and keeps its start", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.ministry);
      await at(s.start);
      await act.accredit(LICENCE, RIVAL, s.start + 10);
      await at(s.start + 10);
      await act.accredit(LICENCE, RIVAL, s.start + 50);
      await expectPeriods(s, [
        [-1, false],
        [0, true],
        [50, true],
        [51, false],
      ]);
      await at(s.start + 20);
      await act.accredit(LICENCE, RIVAL, s.start + 30);
      await expectPeriods(s, [
        [0, true],
        [30, true],
        [31, false],
      ]);
    });

    it("begins anew in the second after the last one: what lay between stays as it was", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.ministry);
      await at(s.start);
      await act.accredit(LICENCE, RIVAL, s.start + 10);
      await at(s.start + 20);
      await act.accredit(LICENCE, RIVAL, s.start + 30);
      await at(s.start + 31);
      await act.accredit(LICENCE, RIVAL, s.start + 40);
      await at(s.start + 60);
      await act.accredit(LICENCE, RIVAL, MAX_UINT40);
      await expectPeriods(s, [
        [-1, false],
        [0, true],
        [10, true],
        [11, false],
        [19, false],
        [20, true],
        [30, true],
        [31, true],
        [40, true],
        [41, false],
        [59, false],
        [60, true],
      ]);
      expect(await accredited(s, MAX_UINT40)).to.equal(true);
    });
  });

  describe("endAccreditation", () => {
    it("reverts when there is no such schema", async () => {
      const { documents, ministry } = await loadFixture(stage);
      await expect(documents.connect(ministry).endAccreditation(NO_SCHEMA, ISSUER))
        .to.be.revertedWithCustomError(documents, "DocumentSchemaUnknown")
        .withArgs(NO_SCHEMA);
    });

    it("reverts when the body is not accredited: never, no more, ended already", async () => {
      const { documents, ministry, start } = await loadFixture(stage);
      const act = documents.connect(ministry);
      const refused = () =>
        expect(act.endAccreditation(LICENCE, RIVAL))
          .to.be.revertedWithCustomError(documents, "DocumentNotAccredited")
          .withArgs(LICENCE, RIVAL);
      await refused();
      await act.accredit(LICENCE, RIVAL, start);
      await at(start + 1);
      await refused();
      await act.accredit(LICENCE, RIVAL, start + 100);
      await act.endAccreditation(LICENCE, RIVAL);
      await refused();
    });

    it("reverts for every caller but a key of the accreditor with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [MINISTRY, May.Accredit], (caller) =>
        s.documents.connect(caller).endAccreditation(DIPLOMA, RIVAL),
      );
    });

    it("makes the second before this block the last one, in an accreditation's last second too", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.ministry);
      await at(s.start);
      await act.accredit(LICENCE, RIVAL, s.start + 10);
      await at(s.start + 10);
      await expect(act.endAccreditation(LICENCE, RIVAL))
        .to.emit(s.documents, "AccreditationEnded")
        .withArgs(LICENCE, RIVAL, 1n, s.start + 9);
      await expectPeriods(s, [
        [-1, false],
        [0, true],
        [9, true],
        [10, false],
      ]);
      expect(await s.documents.accreditedAt(DIPLOMA, RIVAL, s.start + 10)).to.equal(true);
    });

    it("leaves nothing of an accreditation given in the same second, and gives way to a new one", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.ministry);
      const gasLimit = 500_000;
      const give = (last: number) => () => act.accredit(LICENCE, RIVAL, s.start + last, { gasLimit });
      const end = () => act.endAccreditation(LICENCE, RIVAL, { gasLimit });
      await inOneBlock(s.start, [give(10), end]);
      await expectPeriods(s, [
        [-1, false],
        [0, false],
        [1, false],
      ]);
      await inOneBlock(s.start + 5, [give(10), end, give(20), end, give(30)]);
      await at(s.start + 40);
      await give(50)();
      await expectPeriods(s, [
        [0, false],
        [4, false],
        [5, true],
        [30, true],
        [31, false],
        [39, false],
        [40, true],
        [50, true],
        [51, false],
      ]);
    });

    it("and a new accreditation in the same second leave no gap", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.ministry);
      const gasLimit = 500_000;
      await at(s.start);
      await act.accredit(LICENCE, RIVAL, s.start + 10);
      await inOneBlock(s.start + 4, [
        () => act.endAccreditation(LICENCE, RIVAL, { gasLimit }),
        () => act.accredit(LICENCE, RIVAL, s.start + 6, { gasLimit }),
      ]);
      await passTo(s.start + 100);
      await expectPeriods(s, [
        [-1, false],
        [0, true],
        [3, true],
        [4, true],
        [6, true],
        [7, false],
      ]);
    });
  });

  describe("accreditedAt", () => {
    it("is false in every second for a body never accredited, the first of all included", async () => {
      const s = await loadFixture(stage);
      for (const second of [1, s.start, MAX_UINT40, 0])
        expect(await accredited(s, second), `${second}`).to.equal(false);
    });

    it("is false in the first second of all, whatever was given since", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.ministry);
      await act.accredit(LICENCE, RIVAL, s.end);
      expect(await accredited(s, 0)).to.equal(false);
      await act.endAccreditation(LICENCE, RIVAL);
      await act.accredit(LICENCE, RIVAL, s.end);
      expect(await accredited(s, 0)).to.equal(false);
    });
  });
});
