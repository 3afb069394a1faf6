import { expect } from "chai";
import { Wallet } from "ethers";
import { networkHelpers } from "../shared/house.ts";
import { at, BODY, deployBodies, inOneBlock, OTHER, plain, PUBLISH } from "./body.ts";

const { loadFixture } = networkHelpers;
const MOST = 32;
/** Since Osaka (EIP-7825) no transaction may use more gas. */
const MOST_GAS = 16_777_216n;

/** The body has as many keys as it may; key `i` is valid until `start + 100 + i`. */
async function deployFull() {
  const bodies = await deployBodies();
  const { registry, admin, start } = bodies;
  const accounts = Array.from({ length: MOST + 2 }, () => Wallet.createRandom().address);
  const full = accounts.slice(0, MOST);
  for (const [i, account] of full.entries()) {
    await registry.connect(admin).addKey(BODY, account, PUBLISH, 0, start + 100 + i);
  }
  const [next, afterNext] = accounts.slice(MOST);
  if (!next || !afterNext) throw new Error("too few accounts");
  return { ...bodies, full, next, afterNext };
}

describe("AgencyRegistry: number of active keys", () => {
  describe("addKey", () => {
    it("reverts when 32 keys are active, up to the last second of the first", async () => {
      const { registry, admin, next, start } = await loadFixture(deployFull);
      for (const second of [start, start + 100]) {
        await at(second);
        await expect(registry.connect(admin).addKey(BODY, next, PUBLISH, 0, start + 999))
          .to.be.revertedWithCustomError(registry, "AgencyKeysFull")
          .withArgs(BODY, MOST);
      }
      expect((await registry.agencyOf(BODY)).keyCount).to.equal(BigInt(MOST));
    });

    it("reverts when the place of the only expired key was taken already", async () => {
      const { registry, admin, next, afterNext, start } = await loadFixture(deployFull);
      const gasLimit = 1_000_000;
      await inOneBlock(start + 101, [
        () => registry.connect(admin).addKey(BODY, next, PUBLISH, 0, start + 999, { gasLimit }),
        () => registry.connect(admin).addKey(BODY, afterNext, PUBLISH, 0, start + 999, { gasLimit }),
      ]);
      expect(await registry.may(BODY, next, PUBLISH)).to.equal(true);
      await expect(registry.keyOf(BODY, afterNext))
        .to.be.revertedWithCustomError(registry, "AgencyKeyUnknown")
        .withArgs(BODY, afterNext);
    });

    it("counts keys that begin later", async () => {
      const { registry, admin, full, next, start } = await loadFixture(deployFull);
      await registry.connect(admin).endKey(BODY, full[0] as string);
      await registry.connect(admin).addKey(BODY, next, PUBLISH, start + 900, start + 999);
      await expect(registry.connect(admin).addKey(BODY, full[0] as string, PUBLISH, 0, start + 999))
        .to.be.revertedWithCustomError(registry, "AgencyKeysFull")
        .withArgs(BODY, MOST);
    });

    it("leaves the other body its own 32 places", async () => {
      const { registry, otherAdmin, next, start } = await loadFixture(deployFull);
      const own = registry.connect(otherAdmin);
      await expect(own.addKey(OTHER, next, PUBLISH, 0, start)).to.emit(registry, "AgencyKeyAdded");
    });

    it("puts a new key in the place of one that expired, and suspensions reach it", async () => {
      const { registry, admin, full, next, start } = await loadFixture(deployFull);
      await at(start + 101);
      await expect(registry.connect(admin).addKey(BODY, next, PUBLISH, 0, start + 999))
        .to.emit(registry, "AgencyKeyAdded")
        .withArgs(BODY, next, MOST, PUBLISH, start + 101, start + 999);
      const replaced = plain(await registry.keyOf(BODY, full[0] as string));
      await registry.suspend(BODY);
      expect(await registry.may(BODY, next, PUBLISH)).to.equal(false);
      expect(plain(await registry.keyOf(BODY, full[0] as string))).to.deep.equal(replaced);
      for (const account of full.slice(1)) {
        expect((await registry.keyOf(BODY, account)).suspended).to.equal(true);
      }
      await registry.resume(BODY);
      expect(await registry.may(BODY, next, PUBLISH)).to.equal(true);
    });

    it("keeps the history of a key whose place was taken", async () => {
      const { registry, admin, full, next, start } = await loadFixture(deployFull);
      await at(start + 101);
      await registry.connect(admin).addKey(BODY, next, PUBLISH, 0, start + 999);
      expect(await registry.mayAt(BODY, full[0] as string, PUBLISH, start + 100)).to.equal(true);
      await registry.connect(admin).markCompromised(BODY, 0, start + 50);
      const [account, key] = await registry.keyAt(BODY, 0);
      expect(account).to.equal(full[0]);
      expect([key.compromisedSince, key.until]).to.deep.equal([BigInt(start + 50), BigInt(start + 100)]);
    });

    it("has a place again once a key is ended or compromised, first or last of the list", async () => {
      const { registry, admin, full, next, afterNext, start } = await loadFixture(deployFull);
      await registry.connect(admin).endKey(BODY, full[MOST - 1] as string);
      await registry.connect(admin).addKey(BODY, next, PUBLISH, 0, start + 999);
      await registry.connect(admin).markCompromised(BODY, 0, start - 1000);
      await registry.connect(admin).addKey(BODY, afterNext, PUBLISH, 0, start + 999);
      await registry.suspend(BODY);
      for (const account of [next, afterNext, ...full.slice(1, MOST - 1)]) {
        expect((await registry.keyOf(BODY, account)).suspended).to.equal(true);
      }
    });

    it("takes one new key for each that expired", async () => {
      const { registry, admin, full, next, afterNext, start } = await loadFixture(deployFull);
      await at(start + 102);
      await registry.connect(admin).addKey(BODY, next, PUBLISH, 0, start + 999);
      await registry.connect(admin).addKey(BODY, afterNext, PUBLISH, 0, start + 999);
      await registry.suspend(BODY);
      for (const account of [next, afterNext, ...full.slice(5)]) {
        expect((await registry.keyOf(BODY, account)).suspended).to.equal(true);
      }
    });
  });

  describe("suspend", () => {
    it("fits a body with 32 keys in an eighth of the gas a transaction may use, as does the return", async () => {
      const { registry } = await loadFixture(deployFull);
      for (const act of [registry.suspend, registry.resume]) {
        const receipt = await (await act(BODY)).wait();
        expect(receipt?.gasUsed).to.be.lessThan(MOST_GAS / 8n);
      }
    });
  });
});
