import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { ethers, networkHelpers } from "../shared/house.ts";
import { BODY, deployBodies, METADATA, NAME, OTHER, plain, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;

describe("AgencyRegistry: bodies", () => {
  describe("register", () => {
    it("reverts when the caller is not a registrar", async () => {
      const { registry, admin, stranger } = await loadFixture(deployBodies);
      for (const caller of [stranger, admin]) {
        await expect(registry.connect(caller).register(NAME, METADATA, admin))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
      expect(await registry.agencyCount()).to.equal(2n);
    });

    it("reverts when the admin is the zero address", async () => {
      const { registry } = await loadFixture(deployBodies);
      await expect(registry.register(NAME, METADATA, ZeroAddress))
        .to.be.revertedWithCustomError(registry, "AgencyAdminZero")
        .withArgs();
    });

    it("reverts when the name hash is zero", async () => {
      const { registry, admin } = await loadFixture(deployBodies);
      await expect(registry.register(ZeroHash, METADATA, admin))
        .to.be.revertedWithCustomError(registry, "AgencyNameZero")
        .withArgs();
    });

    it("gives the next number and records the body", async () => {
      const { registry, officer } = await loadFixture(deployBodies);
      const name = ethers.id("Port Authority");
      expect(await registry.register.staticCall(name, METADATA, officer)).to.equal(3n);
      await expect(registry.register(name, METADATA, officer))
        .to.emit(registry, "AgencyRegistered")
        .withArgs(3n, officer.address, name, METADATA);
      expect(await registry.agencyCount()).to.equal(3n);
      expect(plain(await registry.agencyOf(3n))).to.deep.equal({
        admin: officer.address,
        suspended: false,
        keyCount: 0n,
        nameHash: name,
        metadata: METADATA,
      });
    });

    it("leaves the bodies registered before as they are", async () => {
      const { registry, officer } = await loadFixture(deployBodies);
      const before = await registry.agencyOf(BODY);
      await registry.register(ethers.id("Port Authority"), ZeroHash, officer);
      expect(await registry.agencyOf(BODY)).to.deep.equal(before);
    });

    it("takes one account as admin of several bodies", async () => {
      const { registry, admin } = await loadFixture(deployBodies);
      await registry.register(ethers.id("Port Authority"), ZeroHash, admin);
      const changed = ethers.id("new file");
      await registry.connect(admin).setMetadata(BODY, changed);
      expect((await registry.agencyOf(3n)).metadata).to.equal(ZeroHash);
      expect((await registry.agencyOf(BODY)).metadata).to.equal(changed);
    });
  });

  describe("replaceAdmin", () => {
    it("reverts when the caller is not a supervisor", async () => {
      const { registry, admin, stranger } = await loadFixture(deployBodies);
      for (const caller of [stranger, admin]) {
        await expect(registry.connect(caller).replaceAdmin(BODY, stranger))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
      expect((await registry.agencyOf(BODY)).admin).to.equal(admin.address);
    });

    it("reverts when the body is unknown", async () => {
      const { registry, stranger } = await loadFixture(deployBodies);
      for (const unknown of [0n, UNKNOWN]) {
        await expect(registry.replaceAdmin(unknown, stranger))
          .to.be.revertedWithCustomError(registry, "AgencyUnknown")
          .withArgs(unknown);
      }
    });

    it("reverts when the new admin is the zero address", async () => {
      const { registry } = await loadFixture(deployBodies);
      await expect(registry.replaceAdmin(BODY, ZeroAddress))
        .to.be.revertedWithCustomError(registry, "AgencyAdminZero")
        .withArgs();
    });

    it("gives the body another admin, and takes the rights from the former one", async () => {
      const { registry, admin, officer } = await loadFixture(deployBodies);
      await expect(registry.replaceAdmin(BODY, officer))
        .to.emit(registry, "AgencyAdminChanged")
        .withArgs(BODY, admin.address, officer.address);
      expect((await registry.agencyOf(BODY)).admin).to.equal(officer.address);
      await expect(registry.connect(admin).setMetadata(BODY, ZeroHash))
        .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
        .withArgs(BODY, admin.address);
      await registry.connect(officer).setMetadata(BODY, ZeroHash);
      expect((await registry.agencyOf(BODY)).metadata).to.equal(ZeroHash);
    });

    it("works for a suspended body", async () => {
      const { registry, officer } = await loadFixture(deployBodies);
      await registry.suspend(BODY);
      await registry.replaceAdmin(BODY, officer);
      const body = await registry.agencyOf(BODY);
      expect(body.admin).to.equal(officer.address);
      expect(body.suspended).to.equal(true);
    });
  });

  describe("transferAdmin", () => {
    it("reverts when the body is unknown", async () => {
      const { registry, admin } = await loadFixture(deployBodies);
      for (const unknown of [0n, UNKNOWN]) {
        await expect(registry.connect(admin).transferAdmin(unknown, admin))
          .to.be.revertedWithCustomError(registry, "AgencyUnknown")
          .withArgs(unknown);
      }
    });

    it("reverts when the caller is not the body's admin", async () => {
      const { registry, admin, otherAdmin, platform, stranger } = await loadFixture(deployBodies);
      for (const caller of [stranger, otherAdmin, platform]) {
        await expect(registry.connect(caller).transferAdmin(BODY, caller))
          .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
          .withArgs(BODY, caller.address);
      }
      expect((await registry.agencyOf(BODY)).admin).to.equal(admin.address);
    });

    it("reverts when the new admin is the zero address", async () => {
      const { registry, admin } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).transferAdmin(BODY, ZeroAddress))
        .to.be.revertedWithCustomError(registry, "AgencyAdminZero")
        .withArgs();
    });

    it("hands the body over", async () => {
      const { registry, admin, officer } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).transferAdmin(BODY, officer))
        .to.emit(registry, "AgencyAdminChanged")
        .withArgs(BODY, admin.address, officer.address);
      expect((await registry.agencyOf(BODY)).admin).to.equal(officer.address);
      await expect(registry.connect(admin).transferAdmin(BODY, admin))
        .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
        .withArgs(BODY, admin.address);
      await expect(registry.connect(officer).transferAdmin(BODY, admin))
        .to.emit(registry, "AgencyAdminChanged")
        .withArgs(BODY, officer.address, admin.address);
    });
  });

  describe("setMetadata", () => {
    it("reverts when the body is unknown", async () => {
      const { registry, admin } = await loadFixture(deployBodies);
      await expect(registry.connect(admin).setMetadata(UNKNOWN, METADATA))
        .to.be.revertedWithCustomError(registry, "AgencyUnknown")
        .withArgs(UNKNOWN);
    });

    it("reverts when the caller is not the body's admin", async () => {
      const { registry, otherAdmin, platform, stranger } = await loadFixture(deployBodies);
      for (const caller of [stranger, otherAdmin, platform]) {
        await expect(registry.connect(caller).setMetadata(BODY, ZeroHash))
          .to.be.revertedWithCustomError(registry, "AgencyAdminOnly")
          .withArgs(BODY, caller.address);
      }
      expect((await registry.agencyOf(BODY)).metadata).to.equal(METADATA);
    });

    it("replaces the digest and nothing else", async () => {
      const { registry, admin } = await loadFixture(deployBodies);
      const digest = ethers.id("second edition");
      await expect(registry.connect(admin).setMetadata(BODY, digest))
        .to.emit(registry, "AgencyMetadataChanged")
        .withArgs(BODY, digest);
      expect(plain(await registry.agencyOf(BODY))).to.deep.equal({
        admin: admin.address,
        suspended: false,
        keyCount: 0n,
        nameHash: NAME,
        metadata: digest,
      });
      expect((await registry.agencyOf(OTHER)).metadata).to.equal(METADATA);
    });
  });

  describe("agencyOf", () => {
    it("reverts when the body is unknown", async () => {
      const { registry } = await loadFixture(deployBodies);
      for (const unknown of [0n, UNKNOWN, 2n ** 32n - 1n]) {
        await expect(registry.agencyOf(unknown))
          .to.be.revertedWithCustomError(registry, "AgencyUnknown")
          .withArgs(unknown);
      }
    });
  });
});
