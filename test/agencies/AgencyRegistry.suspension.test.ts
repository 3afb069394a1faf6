import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, BODY, deployBodies, inOneBlock, OTHER, passTo, plain, PUBLISH, REJECT, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;

/** The body has keys of the officer, the clerk and (from later on) the treasury; the other body one of the officer. */
async function deployKeys() {
  const bodies = await deployBodies();
  const { registry, admin, otherAdmin, officer, clerk, treasury, start } = bodies;
  await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 1000);
  await registry.connect(admin).addKey(BODY, clerk, PUBLISH | REJECT, 0, start + 1000);
  await registry.connect(admin).addKey(BODY, treasury, PUBLISH, start + 500, start + 1000);
  await registry.connect(otherAdmin).addKey(OTHER, officer, PUBLISH, 0, start + 1000);
  return bodies;
}

describe("AgencyRegistry: suspension", () => {
  describe("suspend", () => {
    it("reverts when the caller is not a supervisor", async () => {
      const { registry, admin, officer, stranger } = await loadFixture(deployKeys);
      for (const caller of [stranger, admin, officer]) {
        await expect(registry.connect(caller).suspend(BODY))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
      expect((await registry.agencyOf(BODY)).suspended).to.equal(false);
    });

    it("reverts when the body is unknown", async () => {
      const { registry } = await loadFixture(deployKeys);
      for (const unknown of [0n, UNKNOWN]) {
        await expect(registry.suspend(unknown))
          .to.be.revertedWithCustomError(registry, "AgencyUnknown")
          .withArgs(unknown);
      }
    });

    it("reverts when the body is suspended already", async () => {
      const { registry } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      await expect(registry.suspend(BODY))
        .to.be.revertedWithCustomError(registry, "AgencyAlreadySuspended")
        .withArgs(BODY);
    });

    it("stops all keys from this block on, in both slots", async () => {
      const { registry, officer, clerk, treasury, start } = await loadFixture(deployKeys);
      await at(start);
      await expect(registry.suspend(BODY)).to.emit(registry, "AgencySuspended").withArgs(BODY);
      expect((await registry.agencyOf(BODY)).suspended).to.equal(true);
      for (const [index, account] of [officer, clerk, treasury].entries()) {
        expect((await registry.keyOf(BODY, account)).suspended).to.equal(true);
        expect((await registry.keyAt(BODY, index))[1].suspended).to.equal(true);
        expect(await registry.may(BODY, account, PUBLISH)).to.equal(false);
        await expect(registry.requireMay(BODY, account, PUBLISH))
          .to.be.revertedWithCustomError(registry, "AgencyKeyNotPermitted")
          .withArgs(BODY, account.address, PUBLISH);
      }
    });

    it("changes nothing else in a key", async () => {
      const { registry, clerk } = await loadFixture(deployKeys);
      const before = plain(await registry.keyOf(BODY, clerk));
      await registry.suspend(BODY);
      expect(plain(await registry.keyOf(BODY, clerk))).to.deep.equal({
        ...before,
        suspended: true,
        everSuspended: true,
      });
    });

    it("leaves the other body alone", async () => {
      const { registry, officer } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      expect(await registry.may(OTHER, officer, PUBLISH)).to.equal(true);
      expect((await registry.agencyOf(OTHER)).suspended).to.equal(false);
    });

    it("stops a key that begins while the body is suspended", async () => {
      const { registry, treasury, start } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      await passTo(start + 500);
      expect(await registry.may(BODY, treasury, PUBLISH)).to.equal(false);
      await registry.resume(BODY);
      expect(await registry.may(BODY, treasury, PUBLISH)).to.equal(true);
    });

    it("stops a key added while the body is suspended, until it is resumed", async () => {
      const { registry, admin, stranger, start } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      await registry.connect(admin).addKey(BODY, stranger, PUBLISH, 0, start + 1000);
      expect((await registry.keyOf(BODY, stranger)).suspended).to.equal(true);
      expect(await registry.may(BODY, stranger, PUBLISH)).to.equal(false);
      await registry.resume(BODY);
      expect((await registry.keyOf(BODY, stranger)).suspended).to.equal(false);
      expect((await registry.keyAt(BODY, 3))[1].suspended).to.equal(false);
      expect(await registry.may(BODY, stranger, PUBLISH)).to.equal(true);
    });

    it("leaves a key alone that was ended before", async () => {
      const { registry, admin, officer } = await loadFixture(deployKeys);
      await registry.connect(admin).endKey(BODY, officer);
      const before = plain(await registry.keyOf(BODY, officer));
      await registry.suspend(BODY);
      expect(plain(await registry.keyOf(BODY, officer))).to.deep.equal(before);
    });

    it("does not keep the body's admin from ending keys, and the ended key does not come back", async () => {
      const { registry, admin, officer, clerk } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      await registry.connect(admin).endKey(BODY, officer);
      await registry.connect(admin).markCompromised(BODY, 1, 1);
      await registry.resume(BODY);
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(false);
      expect(await registry.may(BODY, clerk, PUBLISH)).to.equal(false);
    });
  });

  describe("resume", () => {
    it("reverts when the caller is not a supervisor", async () => {
      const { registry, admin, officer, stranger } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      for (const caller of [stranger, admin, officer]) {
        await expect(registry.connect(caller).resume(BODY))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
      expect((await registry.agencyOf(BODY)).suspended).to.equal(true);
    });

    it("reverts when the body is unknown", async () => {
      const { registry } = await loadFixture(deployKeys);
      for (const unknown of [0n, UNKNOWN]) {
        await expect(registry.resume(unknown))
          .to.be.revertedWithCustomError(registry, "AgencyUnknown")
          .withArgs(unknown);
      }
    });

    it("reverts when the body is not suspended", async () => {
      const { registry } = await loadFixture(deployKeys);
      await expect(registry.resume(BODY)).to.be.revertedWithCustomError(registry, "AgencyNotSuspended").withArgs(BODY);
      await registry.suspend(OTHER);
      await expect(registry.resume(BODY)).to.be.revertedWithCustomError(registry, "AgencyNotSuspended").withArgs(BODY);
    });

    it("lets all keys act again, in both slots", async () => {
      const { registry, officer, clerk } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      await expect(registry.resume(BODY)).to.emit(registry, "AgencyResumed").withArgs(BODY);
      expect((await registry.agencyOf(BODY)).suspended).to.equal(false);
      for (const [index, account] of [officer, clerk].entries()) {
        expect((await registry.keyOf(BODY, account)).suspended).to.equal(false);
        expect((await registry.keyAt(BODY, index))[1].suspended).to.equal(false);
        expect(await registry.requireMay(BODY, account, PUBLISH)).to.equal(BigInt(index));
      }
    });

    it("can be followed by another suspension", async () => {
      const { registry, officer } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      await registry.resume(BODY);
      await expect(registry.suspend(BODY)).to.emit(registry, "AgencySuspended").withArgs(BODY);
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(false);
    });
  });

  describe("suspendedAt", () => {
    it("reverts when the second is not over yet", async () => {
      const { registry, start } = await loadFixture(deployKeys);
      await passTo(start);
      for (const second of [start, start + 1]) {
        await expect(registry.suspendedAt(BODY, second))
          .to.be.revertedWithCustomError(registry, "AgencyTimeNotPast")
          .withArgs(second);
      }
    });

    it("is true from the second of the suspension to the one before the return", async () => {
      const { registry, start } = await loadFixture(deployKeys);
      await at(start);
      await registry.suspend(BODY);
      await at(start + 10);
      await registry.resume(BODY);
      await at(start + 20);
      await registry.suspend(BODY);
      await passTo(start + 31);
      const answers = new Map([
        [0, false],
        [start - 1, false],
        [start, true],
        [start + 9, true],
        [start + 10, false],
        [start + 19, false],
        [start + 20, true],
        [start + 30, true],
      ]);
      for (const [second, expected] of answers) {
        expect(await registry.suspendedAt(BODY, second), `${second - start}`).to.equal(expected);
        expect(await registry.suspendedAt(OTHER, second)).to.equal(false);
      }
    });

    it("counts what held at the end of a second with several changes", async () => {
      const { registry, start } = await loadFixture(deployKeys);
      const gasLimit = 1_000_000;
      await inOneBlock(start, [() => registry.suspend(BODY, { gasLimit }), () => registry.resume(BODY, { gasLimit })]);
      await inOneBlock(start + 2, [
        () => registry.suspend(OTHER, { gasLimit }),
        () => registry.resume(OTHER, { gasLimit }),
        () => registry.suspend(OTHER, { gasLimit }),
      ]);
      await passTo(start + 3);
      expect(await registry.suspendedAt(BODY, start)).to.equal(false);
      expect(await registry.suspendedAt(OTHER, start + 1)).to.equal(false);
      expect(await registry.suspendedAt(OTHER, start + 2)).to.equal(true);
    });

    it("is false for a body that does not exist", async () => {
      const { registry, start } = await loadFixture(deployKeys);
      await registry.suspend(BODY);
      expect(await registry.suspendedAt(UNKNOWN, start - 1000)).to.equal(false);
      expect(await registry.suspendedAt(0, start - 1000)).to.equal(false);
    });
  });
});
