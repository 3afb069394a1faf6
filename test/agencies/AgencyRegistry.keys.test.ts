import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { networkHelpers } from "../shared/house.ts";
import { at, AWARD, BODY, deployBodies, inOneBlock, OTHER, passTo, plain, PUBLISH, REJECT, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;
const LATEST_SECOND = 2n ** 40n - 1n;

describe("AgencyRegistry: keys", () => {
  describe("addKey", () => {
    it("reverts when the body is unknown", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).addKey(UNKNOWN, officer, PUBLISH, 0, start))
        .to.be.revertedWithCustomError(registry, "AgencyUnknown")
        .withArgs(UNKNOWN);
    });

    it("reverts when the caller is not the body's admin", async () => {
      const { registry, otherAdmin, officer, platform, stranger, start } = await loadFixture(deployBodies);
      for (const caller of [stranger, otherAdmin, platform, officer]) {
        await expect(registry.connect(caller).addKey(BODY, officer, PUBLISH, 0, start))
          .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
          .withArgs(BODY, caller.address);
      }
      expect((await registry.agencyOf(BODY)).keyCount).to.equal(0n);
    });

    it("reverts when the account is the zero address", async () => {
      const { registry, admin, start } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).addKey(BODY, ZeroAddress, PUBLISH, 0, start))
        .to.be.revertedWithCustomError(registry, "AgencyKeyInvalid")
        .withArgs(ZeroAddress, PUBLISH, 0, start);
    });

    it("reverts when no permission is given", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).addKey(BODY, officer, 0, 0, start))
        .to.be.revertedWithCustomError(registry, "AgencyKeyInvalid")
        .withArgs(officer.address, 0, 0, start);
    });

    it("reverts when the validity starts before this block", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await expect(registry.connect(admin).addKey(BODY, officer, PUBLISH, start - 1, start + 9))
        .to.be.revertedWithCustomError(registry, "AgencyKeyInvalid")
        .withArgs(officer.address, PUBLISH, start - 1, start + 9);
    });

    it("reverts when the validity ends before it starts", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await expect(registry.connect(admin).addKey(BODY, officer, PUBLISH, start + 5, start + 4))
        .to.be.revertedWithCustomError(registry, "AgencyKeyInvalid")
        .withArgs(officer.address, PUBLISH, start + 5, start + 4);
      await at(start + 1);
      await expect(registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start))
        .to.be.revertedWithCustomError(registry, "AgencyKeyInvalid")
        .withArgs(officer.address, PUBLISH, 0, start);
    });

    it("reverts when the account has a key that is valid, up to its last second", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 10);
      for (const second of [start + 1, start + 10]) {
        await at(second);
        await expect(registry.connect(admin).addKey(BODY, officer, REJECT, 0, start + 99))
          .to.be.revertedWithCustomError(registry, "AgencyKeyExists")
          .withArgs(BODY, officer.address);
      }
    });

    it("reverts when the account has a key that begins later", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, start, start);
      await expect(registry.connect(admin).addKey(BODY, officer, REJECT, 0, start - 100))
        .to.be.revertedWithCustomError(registry, "AgencyKeyExists")
        .withArgs(BODY, officer.address);
    });

    it("adds a key that begins in this block when none is said", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await expect(registry.connect(admin).addKey(BODY, officer, PUBLISH | AWARD, 0, start + 50))
        .to.emit(registry, "AgencyKeyAdded")
        .withArgs(BODY, officer.address, 0, PUBLISH | AWARD, start, start + 50);
      const expected = {
        permissions: PUBLISH | AWARD,
        from: BigInt(start),
        until: BigInt(start + 50),
        compromisedSince: 0n,
        compromiseKnown: 0n,
        index: 0n,
        previous: 0n,
        suspended: false,
        everSuspended: false,
      };
      expect(plain(await registry.keyOf(BODY, officer))).to.deep.equal(expected);
      const [account, key] = await registry.keyAt(BODY, 0);
      expect(account).to.equal(officer.address);
      expect(plain(key)).to.deep.equal(expected);
      expect((await registry.agencyOf(BODY)).keyCount).to.equal(1n);
    });

    it("adds a key that begins later, and one for this second only", async () => {
      const { registry, admin, officer, clerk, start } = await loadFixture(deployBodies);
      await at(start);
      await expect(registry.connect(admin).addKey(BODY, officer, PUBLISH, start + 7, start + 7))
        .to.emit(registry, "AgencyKeyAdded")
        .withArgs(BODY, officer.address, 0, PUBLISH, start + 7, start + 7);
      await at(start + 1);
      await expect(registry.connect(admin).addKey(BODY, clerk, PUBLISH, start + 1, start + 1))
        .to.emit(registry, "AgencyKeyAdded")
        .withArgs(BODY, clerk.address, 1, PUBLISH, start + 1, start + 1);
    });

    it("takes the last second and the highest permission that fit", async () => {
      const { registry, admin, officer } = await loadFixture(deployBodies);
      const highest = 1n << 47n;
      await registry.connect(admin).addKey(BODY, officer, highest, 0, LATEST_SECOND);
      const key = await registry.keyOf(BODY, officer);
      expect([key.permissions, key.until]).to.deep.equal([highest, LATEST_SECOND]);
      expect(await registry.may(BODY, officer, highest)).to.equal(true);
    });

    it("returns the key's index", async () => {
      const { registry, admin, officer, clerk, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start);
      expect(await registry.connect(admin).addKey.staticCall(BODY, clerk, PUBLISH, 0, start)).to.equal(1n);
    });

    it("gives an account a new key in the second after the earlier one's last, and keeps the earlier one", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 10);
      await at(start + 11);
      await expect(registry.connect(admin).addKey(BODY, officer, REJECT, 0, start + 20))
        .to.emit(registry, "AgencyKeyAdded")
        .withArgs(BODY, officer.address, 1, REJECT, start + 11, start + 20);
      const latest = await registry.keyOf(BODY, officer);
      expect([latest.index, latest.previous, latest.permissions]).to.deep.equal([1n, 1n, REJECT]);
      const [account, earlier] = await registry.keyAt(BODY, 0);
      expect(account).to.equal(officer.address);
      expect([earlier.index, earlier.previous, earlier.permissions]).to.deep.equal([0n, 0n, PUBLISH]);
      expect(earlier.until).to.equal(BigInt(start + 10));
      expect((await registry.agencyOf(BODY)).keyCount).to.equal(2n);
    });

    it("gives an account a new key in the block that ended the earlier one", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 99);
      await inOneBlock(start + 5, [
        () => registry.connect(admin).endKey(BODY, officer, { gasLimit: 500_000 }),
        () => registry.connect(admin).addKey(BODY, officer, REJECT, 0, start + 50, { gasLimit: 500_000 }),
      ]);
      await passTo(start + 6);
      expect((await registry.keyOf(BODY, officer)).index).to.equal(1n);
      expect(await registry.mayAt(BODY, officer, PUBLISH, start + 4)).to.equal(true);
      expect(await registry.mayAt(BODY, officer, PUBLISH, start + 5)).to.equal(false);
      expect(await registry.mayAt(BODY, officer, REJECT, start + 4)).to.equal(false);
      expect(await registry.mayAt(BODY, officer, REJECT, start + 5)).to.equal(true);
    });

    it("keeps the keys of two bodies apart, for one account in both", async () => {
      const { registry, admin, otherAdmin, officer, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start);
      await expect(registry.keyOf(OTHER, officer))
        .to.be.revertedWithCustomError(registry, "AgencyKeyUnknown")
        .withArgs(OTHER, officer.address);
      await registry.connect(otherAdmin).addKey(OTHER, officer, REJECT, 0, start);
      await registry.connect(otherAdmin).endKey(OTHER, officer);
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(true);
      expect(await registry.may(BODY, officer, REJECT)).to.equal(false);
      expect((await registry.keyOf(OTHER, officer)).index).to.equal(0n);
    });
  });

  describe("endKey", () => {
    it("reverts when the body is unknown", async () => {
      const { registry, admin, officer } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).endKey(UNKNOWN, officer))
        .to.be.revertedWithCustomError(registry, "AgencyUnknown")
        .withArgs(UNKNOWN);
    });

    it("reverts when the caller is not the body's admin", async () => {
      const { registry, admin, otherAdmin, officer, platform, stranger, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start);
      for (const caller of [stranger, otherAdmin, platform, officer]) {
        await expect(registry.connect(caller).endKey(BODY, officer))
          .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
          .withArgs(BODY, caller.address);
      }
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(true);
    });

    it("reverts when the account never had a key", async () => {
      const { registry, admin, officer } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).endKey(BODY, officer))
        .to.be.revertedWithCustomError(registry, "AgencyKeyUnknown")
        .withArgs(BODY, officer.address);
    });

    it("reverts when the key is over: expired or ended", async () => {
      const { registry, admin, officer, clerk, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start);
      await registry.connect(admin).addKey(BODY, clerk, PUBLISH, 0, start + 99);
      await at(start + 1);
      await expect(registry.connect(admin).endKey(BODY, officer))
        .to.be.revertedWithCustomError(registry, "AgencyKeyOver")
        .withArgs(BODY, officer.address, start);
      await at(start + 2);
      await registry.connect(admin).endKey(BODY, clerk);
      await expect(registry.connect(admin).endKey(BODY, clerk))
        .to.be.revertedWithCustomError(registry, "AgencyKeyOver")
        .withArgs(BODY, clerk.address, start + 1);
    });

    it("ends a key with the second before, in both slots", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await at(start);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 50);
      const before = plain(await registry.keyOf(BODY, officer));
      await at(start + 20);
      await expect(registry.connect(admin).endKey(BODY, officer))
        .to.emit(registry, "AgencyKeyEnded")
        .withArgs(BODY, officer.address, 0, start + 19);
      const expected = { ...before, until: BigInt(start + 19) };
      expect(plain(await registry.keyOf(BODY, officer))).to.deep.equal(expected);
      expect(plain((await registry.keyAt(BODY, 0))[1])).to.deep.equal(expected);
      expect(await registry.may(BODY, officer, PUBLISH)).to.equal(false);
    });

    it("ends a key in its last second", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start);
      await at(start);
      await expect(registry.connect(admin).endKey(BODY, officer))
        .to.emit(registry, "AgencyKeyEnded")
        .withArgs(BODY, officer.address, 0, start - 1);
    });

    it("ends a key that has not begun, so that it never holds", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, start + 50, start + 60);
      await at(start);
      await registry.connect(admin).endKey(BODY, officer);
      await passTo(start + 100);
      for (const second of [start - 1, start, start + 50, start + 60]) {
        expect(await registry.mayAt(BODY, officer, PUBLISH, second)).to.equal(false);
      }
    });

    for (const [ended, place] of ["first", "middle", "last"].entries()) {
      it(`leaves the body's other keys alone, and suspensions reach them: ${place} of three ended`, async () => {
        const { registry, admin, officer, clerk, treasury, start } = await loadFixture(deployBodies);
        const accounts = [officer, clerk, treasury];
        for (const account of accounts) await registry.connect(admin).addKey(BODY, account, PUBLISH, 0, start);
        await registry.connect(admin).endKey(BODY, accounts[ended]?.address ?? "");
        const others = accounts.filter((_, index) => index !== ended);
        for (const other of others) expect(await registry.may(BODY, other, PUBLISH)).to.equal(true);
        await registry.suspend(BODY);
        for (const other of others) expect((await registry.keyOf(BODY, other)).suspended).to.equal(true);
        await registry.resume(BODY);
        for (const other of others) expect(await registry.may(BODY, other, PUBLISH)).to.equal(true);
      });
    }
  });

  describe("keyOf", () => {
    it("reverts when the account never had a key, in a known body or an unknown one", async () => {
      const { registry, stranger } = await loadFixture(deployBodies);
      for (const body of [BODY, UNKNOWN]) {
        await expect(registry.keyOf(body, stranger))
          .to.be.revertedWithCustomError(registry, "AgencyKeyUnknown")
          .withArgs(body, stranger.address);
      }
    });
  });

  describe("keyAt", () => {
    it("reverts when the body has no key with this index", async () => {
      const { registry, admin, officer, start } = await loadFixture(deployBodies);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start);
      for (const [body, index] of [
        [BODY, 1],
        [OTHER, 0],
        [UNKNOWN, 0],
        [BODY, 65_535],
      ] as const) {
        await expect(registry.keyAt(body, index))
          .to.be.revertedWithCustomError(registry, "AgencyKeyIndexUnknown")
          .withArgs(body, index);
      }
    });
  });
});
