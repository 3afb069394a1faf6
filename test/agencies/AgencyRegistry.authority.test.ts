import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { roles } from "../../rocketh/roles.ts";
import { BODY, deployBodies, METADATA, NAME } from "./body.ts";

const { loadFixture } = networkHelpers;
const ADMIN_ROLE = 0n;
/** AccessManager lets a change of a delay take effect no sooner than this. */
const SETBACK = 5 * 86_400;

describe("AgencyRegistry: authority", () => {
  describe("grantRole", () => {
    it("reverts when the caller is not the administrator, members of the role included", async () => {
      const { manager, platform, officer, stranger } = await loadFixture(deployBodies);
      await manager.grantRole(roles.REGISTRAR, officer, 0);
      for (const role of Object.values(roles)) {
        for (const caller of [stranger, officer]) {
          await expect(manager.connect(caller).grantRole(role, stranger, 0))
            .to.be.revertedWithCustomError(manager, "AccessManagerUnauthorizedAccount")
            .withArgs(caller.address, ADMIN_ROLE);
        }
      }
      expect((await manager.hasRole(ADMIN_ROLE, platform)).isMember).to.equal(true);
    });

    it("lets a new registrar register, and nothing else", async () => {
      const { manager, registry, officer } = await loadFixture(deployBodies);
      await manager.grantRole(roles.REGISTRAR, officer, 0);
      await expect(registry.connect(officer).register(NAME, METADATA, officer))
        .to.emit(registry, "AgencyRegistered")
        .withArgs(3n, officer.address, NAME, METADATA);
      for (const act of [
        () => registry.connect(officer).suspend(BODY),
        () => registry.connect(officer).resume(BODY),
        () => registry.connect(officer).replaceAdmin(BODY, officer),
      ]) {
        await expect(act())
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(officer.address);
      }
    });

    it("lets a new supervisor suspend and resume, and nothing else", async () => {
      const { manager, registry, officer } = await loadFixture(deployBodies);
      await manager.grantRole(roles.SUPERVISOR, officer, 0);
      const supervised = registry.connect(officer);
      await expect(supervised.suspend(BODY)).to.emit(registry, "AgencySuspended").withArgs(BODY);
      await expect(supervised.resume(BODY)).to.emit(registry, "AgencyResumed").withArgs(BODY);
      await expect(supervised.replaceAdmin(BODY, officer))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(officer.address);
      await expect(supervised.register(NAME, METADATA, officer))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(officer.address);
    });

    it("lets a new member of RECOVERY replace an admin, and nothing else", async () => {
      const { manager, registry, admin, officer } = await loadFixture(deployBodies);
      await manager.grantRole(roles.RECOVERY, officer, 0);
      await expect(registry.connect(officer).replaceAdmin(BODY, officer))
        .to.emit(registry, "AgencyAdminChanged")
        .withArgs(BODY, admin.address, officer.address);
      await expect(registry.connect(officer).suspend(BODY))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(officer.address);
    });

    it("asks a member with an execution delay to schedule the act", async () => {
      const { manager, registry, officer } = await loadFixture(deployBodies);
      await manager.grantRole(roles.SUPERVISOR, officer, 3600);
      const act = registry.interface.encodeFunctionData("suspend", [BODY]);
      const address = await registry.getAddress();
      const operation = await manager.hashOperation(officer, address, act);
      await expect(registry.connect(officer).suspend(BODY))
        .to.be.revertedWithCustomError(manager, "AccessManagerNotScheduled")
        .withArgs(operation);
      await manager.connect(officer).schedule(address, act, 0);
      await expect(registry.connect(officer).suspend(BODY))
        .to.be.revertedWithCustomError(manager, "AccessManagerNotReady")
        .withArgs(operation);
      await networkHelpers.time.increase(3600);
      await expect(registry.connect(officer).suspend(BODY)).to.emit(registry, "AgencySuspended").withArgs(BODY);
    });
  });

  describe("revokeRole", () => {
    it("reverts when the caller is not the administrator", async () => {
      const { manager, platform, stranger } = await loadFixture(deployBodies);
      await expect(manager.connect(stranger).revokeRole(roles.REGISTRAR, platform))
        .to.be.revertedWithCustomError(manager, "AccessManagerUnauthorizedAccount")
        .withArgs(stranger.address, ADMIN_ROLE);
    });

    it("takes the right at once, the administrator's own included", async () => {
      const { manager, registry, platform } = await loadFixture(deployBodies);
      await manager.revokeRole(roles.REGISTRAR, platform);
      await expect(registry.register(NAME, METADATA, platform))
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(platform.address);
      await expect(registry.suspend(BODY)).to.emit(registry, "AgencySuspended").withArgs(BODY);
    });
  });

  describe("setGrantDelay", () => {
    it("delays a grant once AccessManager's setback is over, to the second", async () => {
      const { manager, registry, officer } = await loadFixture(deployBodies);
      await manager.setGrantDelay(roles.REGISTRAR, 6 * 86_400);
      await networkHelpers.time.increase(SETBACK);
      await manager.grantRole(roles.REGISTRAR, officer, 0);
      const granted = await networkHelpers.time.latest();
      const register = () => registry.connect(officer).register(NAME, METADATA, officer);
      await networkHelpers.time.setNextBlockTimestamp(granted + 6 * 86_400 - 1);
      await expect(register())
        .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
        .withArgs(officer.address);
      await networkHelpers.time.setNextBlockTimestamp(granted + 6 * 86_400);
      await expect(register()).to.emit(registry, "AgencyRegistered");
    });
  });

  describe("setAuthority", () => {
    it("reverts when anyone but the manager calls it, the administrator included", async () => {
      const { registry, platform, stranger } = await loadFixture(deployBodies);
      for (const caller of [platform, stranger]) {
        await expect(registry.connect(caller).setAuthority(stranger))
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(caller.address);
      }
    });
  });

  describe("labels", () => {
    it("are on chain for every role, once", async () => {
      const { manager } = await loadFixture(deployBodies);
      const labels = await manager.queryFilter(manager.filters.RoleLabel());
      expect(labels.map(({ args }) => [args.roleId, args.label])).to.deep.equal(
        Object.entries(roles).map(([label, role]) => [role, label]),
      );
    });
  });

  it("is the AccessManager of the deployment", async () => {
    const { manager, registry } = await loadFixture(deployBodies);
    expect(await registry.authority()).to.equal(ethers.getAddress(await manager.getAddress()));
  });
});
