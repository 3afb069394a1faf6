import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, BODY, deployBodies, OTHER, passTo, plain, PUBLISH, REJECT, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;

/** The officer's first key (index 0) is valid from `start` to `start + 100`. */
async function deployKey() {
  const bodies = await deployBodies();
  const { registry, admin, officer, start } = bodies;
  await at(start);
  await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 100);
  return bodies;
}

describe("AgencyRegistry: compromised keys", () => {
  describe("markCompromised", () => {
    it("reverts when the body is unknown", async () => {
      const { registry, admin, start } = await loadFixture(deployKey);
      await expect(registry.connect(admin).markCompromised(UNKNOWN, 0, start))
        .to.be.revertedWithCustomError(registry, "AgencyUnknown")
        .withArgs(UNKNOWN);
    });

    it("reverts when the caller is not the body's admin", async () => {
      const { registry, officer, otherAdmin, platform, stranger, start } = await loadFixture(deployKey);
      for (const caller of [stranger, otherAdmin, platform, officer]) {
        await expect(registry.connect(caller).markCompromised(BODY, 0, start))
          .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
          .withArgs(BODY, caller.address);
      }
      expect((await registry.keyOf(BODY, officer)).compromisedSince).to.equal(0n);
    });

    it("reverts when the body has no key with this index", async () => {
      const { registry, admin, otherAdmin, start } = await loadFixture(deployKey);
      await expect(registry.connect(admin).markCompromised(BODY, 1, start))
        .to.be.revertedWithCustomError(registry, "AgencyKeyIndexUnknown")
        .withArgs(BODY, 1);
      await expect(registry.connect(otherAdmin).markCompromised(OTHER, 0, start))
        .to.be.revertedWithCustomError(registry, "AgencyKeyIndexUnknown")
        .withArgs(OTHER, 0);
    });

    it("reverts when the time is zero", async () => {
      const { registry, admin, officer } = await loadFixture(deployKey);
      await expect(registry.connect(admin).markCompromised(BODY, 0, 0))
        .to.be.revertedWithCustomError(registry, "AgencyCompromiseInvalid")
        .withArgs(BODY, officer.address, 0);
    });

    it("reverts when the time lies in the future", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await at(start + 10);
      await expect(registry.connect(admin).markCompromised(BODY, 0, start + 11))
        .to.be.revertedWithCustomError(registry, "AgencyCompromiseInvalid")
        .withArgs(BODY, officer.address, start + 11);
    });

    it("reverts when the time is not before the one recorded", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await at(start + 10);
      await registry.connect(admin).markCompromised(BODY, 0, start + 5);
      for (const since of [start + 5, start + 6]) {
        await expect(registry.connect(admin).markCompromised(BODY, 0, since))
          .to.be.revertedWithCustomError(registry, "AgencyCompromiseInvalid")
          .withArgs(BODY, officer.address, since);
      }
      expect((await registry.keyOf(BODY, officer)).compromisedSince).to.equal(BigInt(start + 5));
    });

    it("ends a key that is valid, and records it in both slots", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      const before = plain(await registry.keyOf(BODY, officer));
      await at(start + 10);
      const act = await registry.connect(admin).markCompromised(BODY, 0, start + 5);
      await expect(act)
        .to.emit(registry, "AgencyKeyCompromised")
        .withArgs(BODY, officer.address, 0, start + 5);
      await expect(act)
        .to.emit(registry, "AgencyKeyEnded")
        .withArgs(BODY, officer.address, 0, start + 9);
      const expected = {
        ...before,
        until: BigInt(start + 9),
        compromisedSince: BigInt(start + 5),
        compromiseKnown: BigInt(start + 10),
      };
      expect(plain(await registry.keyOf(BODY, officer))).to.deep.equal(expected);
      expect(plain((await registry.keyAt(BODY, 0))[1])).to.deep.equal(expected);
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(false);
    });

    it("takes this block's second", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await at(start + 10);
      await expect(registry.connect(admin).markCompromised(BODY, 0, start + 10))
        .to.emit(registry, "AgencyKeyCompromised")
        .withArgs(BODY, officer.address, 0, start + 10);
    });

    it("takes a second before the key began", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await expect(registry.connect(admin).markCompromised(BODY, 0, 1))
        .to.emit(registry, "AgencyKeyCompromised")
        .withArgs(BODY, officer.address, 0, 1);
      expect(await registry.mayAt(BODY, officer, PUBLISH, start)).to.equal(true);
    });

    it("ends a key in its last second, and leaves the end of one that is over", async () => {
      const { registry, admin, officer, clerk, start } = await loadFixture(deployKey);
      await registry.connect(admin).addKey(BODY, clerk, PUBLISH, 0, start + 99);
      await at(start + 100);
      await expect(registry.connect(admin).markCompromised(BODY, 0, start))
        .to.emit(registry, "AgencyKeyEnded")
        .withArgs(BODY, officer.address, 0, start + 99);
      const act = await registry.connect(admin).markCompromised(BODY, 1, start);
      await expect(act).to.not.emit(registry, "AgencyKeyEnded");
      expect((await registry.keyOf(BODY, clerk)).until).to.equal(BigInt(start + 99));
    });

    it("moves the time back, and keeps when it was first known and when the key ended", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await at(start + 10);
      await registry.connect(admin).markCompromised(BODY, 0, start + 5);
      await at(start + 20);
      const act = await registry.connect(admin).markCompromised(BODY, 0, start + 4);
      await expect(act)
        .to.emit(registry, "AgencyKeyCompromised")
        .withArgs(BODY, officer.address, 0, start + 4);
      await expect(act).to.not.emit(registry, "AgencyKeyEnded");
      const key = await registry.keyOf(BODY, officer);
      expect([key.compromisedSince, key.compromiseKnown, key.until]).to.deep.equal(
        [start + 4, start + 10, start + 9].map(BigInt),
      );
    });

    it("marks an earlier key of the account, and leaves its present one", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await at(start + 101);
      await registry.connect(admin).addKey(BODY, officer, REJECT, 0, start + 500);
      const present = plain(await registry.keyOf(BODY, officer));
      await at(start + 110);
      const act = await registry.connect(admin).markCompromised(BODY, 0, start + 50);
      await expect(act)
        .to.emit(registry, "AgencyKeyCompromised")
        .withArgs(BODY, officer.address, 0, start + 50);
      const [account, earlier] = await registry.keyAt(BODY, 0);
      expect(account).to.equal(officer.address);
      expect([earlier.compromisedSince, earlier.compromiseKnown, earlier.until]).to.deep.equal(
        [start + 50, start + 110, start + 100].map(BigInt),
      );
      expect(plain(await registry.keyOf(BODY, officer))).to.deep.equal(present);
      expect(plain((await registry.keyAt(BODY, 1))[1])).to.deep.equal(present);
      expect(await registry.may(BODY, officer, REJECT)).to.equal(true);
    });

    it("ends a key that has not begun, so that it never holds", async () => {
      const { registry, admin, clerk, start } = await loadFixture(deployKey);
      await registry.connect(admin).addKey(BODY, clerk, PUBLISH, start + 50, start + 60);
      await at(start + 20);
      await expect(registry.connect(admin).markCompromised(BODY, 1, start + 3))
        .to.emit(registry, "AgencyKeyEnded")
        .withArgs(BODY, clerk.address, 1, start + 19);
      await passTo(start + 55);
      expect(await registry.may(BODY, clerk, PUBLISH)).to.equal(false);
    });

    it("lets the account have a new key at once, unmarked", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployKey);
      await at(start + 10);
      await registry.connect(admin).markCompromised(BODY, 0, start + 5);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 500);
      const key = await registry.keyOf(BODY, officer);
      expect([key.index, key.previous, key.compromisedSince, key.compromiseKnown]).to.deep.equal([1n, 1n, 0n, 0n]);
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(true);
    });

    it("marks a key of one body only", async () => {
      const { registry, admin, otherAdmin, officer, start } = await loadFixture(deployKey);
      await registry.connect(otherAdmin).addKey(OTHER, officer, PUBLISH, 0, start + 500);
      await registry.connect(admin).markCompromised(BODY, 0, start);
      expect((await registry.keyOf(OTHER, officer)).compromisedSince).to.equal(0n);
      expect(await registry.may(OTHER, officer, PUBLISH)).to.equal(true);
    });
  });
});
