import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, AWARD, BODY, deployBodies, OTHER, passTo, PUBLISH, REJECT, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;

/** The officer may publish and award from `start` to `start + 100`. */
async function deployKey() {
  const bodies = await deployBodies();
  const { registry, admin, officer, start } = bodies;
  await at(start);
  await registry.connect(admin).addKey(BODY, officer, PUBLISH | AWARD, 0, start + 100);
  /** The answers of `mayAt` for PUBLISH (or another permission) at seconds after `start`. */
  const answers = (seconds: number[], permission = PUBLISH) =>
    Promise.all(seconds.map((second) => registry.mayAt(BODY, officer, permission, start + second)));
  return { ...bodies, answers };
}

describe("AgencyRegistry: history", () => {
  describe("mayAt", () => {
    it("reverts when the second is not over yet", async () => {
      const { registry, officer, start } = await loadFixture(deployKey);
      await passTo(start + 10);
      for (const second of [start + 10, start + 11, 2 ** 40 - 1]) {
        await expect(registry.mayAt(BODY, officer, PUBLISH, second))
          .to.be.revertedWithCustomError(registry, "AgencyTimeNotPast")
          .withArgs(second);
      }
      expect(await registry.mayAt(BODY, officer, PUBLISH, start + 9)).to.equal(true);
    });

    it("holds from the first second to the last", async () => {
      const { start, answers } = await loadFixture(deployKey);
      await passTo(start + 500);
      expect(await answers([-start, -1, 0, 100, 101, 499])).to.deep.equal([false, false, true, true, false, false]);
    });

    it("needs all permissions asked for, and at least one", async () => {
      const { start, answers } = await loadFixture(deployKey);
      await passTo(start + 10);
      expect(await answers([5], PUBLISH | AWARD)).to.deep.equal([true]);
      expect(await answers([5], PUBLISH | REJECT)).to.deep.equal([false]);
      expect(await answers([5], REJECT)).to.deep.equal([false]);
      expect(await answers([5], 0n)).to.deep.equal([false]);
    });

    it("is false for other accounts, other bodies and bodies that do not exist", async () => {
      const { registry, admin, officer, stranger, start } = await loadFixture(deployKey);
      await passTo(start + 10);
      for (const account of [admin, stranger]) {
        expect(await registry.mayAt(BODY, account, PUBLISH, start + 5)).to.equal(false);
      }
      for (const body of [OTHER, UNKNOWN, 0n]) {
        expect(await registry.mayAt(body, officer, PUBLISH, start + 5)).to.equal(false);
      }
    });

    it("does not count an end before the second in which it was made", async () => {
      const { registry, admin, officer, start, answers } = await loadFixture(deployKey);
      await at(start + 50);
      await registry.connect(admin).endKey(BODY, officer);
      await passTo(start + 60);
      expect(await answers([-1, 0, 49, 50, 59])).to.deep.equal([false, true, true, false, false]);
    });

    it("does not count a compromise before the second in which it was recorded", async () => {
      const { registry, admin, start, answers } = await loadFixture(deployKey);
      await at(start + 50);
      await registry.connect(admin).markCompromised(BODY, 0, start + 10);
      await passTo(start + 60);
      const expected = [true, true, true, false];
      expect(await answers([9, 10, 49, 50])).to.deep.equal(expected);
      await registry.connect(admin).markCompromised(BODY, 0, start - 10);
      expect(await answers([9, 10, 49, 50])).to.deep.equal(expected);
    });

    it("does not count a compromise recorded after the key's last second", async () => {
      const { registry, admin, start, answers } = await loadFixture(deployKey);
      await at(start + 300);
      await registry.connect(admin).markCompromised(BODY, 0, start + 10);
      await passTo(start + 310);
      expect(await answers([9, 10, 100, 101, 300])).to.deep.equal([true, true, true, false, false]);
    });

    it("counts a suspension from its second to the one before the return", async () => {
      const { registry, start, answers } = await loadFixture(deployKey);
      await at(start + 20);
      await registry.suspend(BODY);
      await passTo(start + 30);
      expect(await answers([19, 20, 29])).to.deep.equal([true, false, false]);
      await at(start + 40);
      await registry.resume(BODY);
      await passTo(start + 60);
      expect(await answers([19, 20, 39, 40, 59])).to.deep.equal([true, false, false, true, true]);
    });

    it("does not count a suspension of another body", async () => {
      const { registry, start, answers } = await loadFixture(deployKey);
      await at(start + 20);
      await registry.suspend(OTHER);
      await passTo(start + 30);
      expect(await answers([20, 29])).to.deep.equal([true, true]);
    });

    it("knows the suspension even for a key that was ended while it lasted", async () => {
      const { registry, admin, officer, start, answers } = await loadFixture(deployKey);
      await at(start + 20);
      await registry.suspend(BODY);
      await at(start + 30);
      await registry.connect(admin).endKey(BODY, officer);
      await at(start + 40);
      await registry.resume(BODY);
      await passTo(start + 60);
      expect(await answers([19, 20, 29, 30, 40])).to.deep.equal([true, false, false, false, false]);
    });

    it("knows the suspension of a key added while it lasted", async () => {
      const { registry, admin, clerk, start } = await loadFixture(deployKey);
      await at(start + 20);
      await registry.suspend(BODY);
      await at(start + 30);
      await registry.connect(admin).addKey(BODY, clerk, PUBLISH, 0, start + 100);
      await at(start + 40);
      await registry.resume(BODY);
      await passTo(start + 60);
      expect(await registry.mayAt(BODY, clerk, PUBLISH, start + 39)).to.equal(false);
      expect(await registry.mayAt(BODY, clerk, PUBLISH, start + 40)).to.equal(true);
    });

    it("finds the account's earlier keys, through several", async () => {
      const { registry, admin, officer, start, answers } = await loadFixture(deployKey);
      await at(start + 101);
      await registry.connect(admin).addKey(BODY, officer, REJECT, start + 150, start + 160);
      await at(start + 200);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 210);
      await passTo(start + 300);
      const seconds = [-1, 0, 100, 101, 149, 150, 160, 161, 199, 200, 210, 211];
      const held = async (permission: bigint) => {
        const each = await answers(seconds, permission);
        return seconds.filter((_, i) => each[i]);
      };
      expect(await held(PUBLISH)).to.deep.equal([0, 100, 200, 210]);
      expect(await held(AWARD)).to.deep.equal([0, 100]);
      expect(await held(REJECT)).to.deep.equal([150, 160]);
    });

    it("is not led astray by a key that was ended before it began", async () => {
      const { registry, admin, officer, start, answers } = await loadFixture(deployKey);
      await at(start + 101);
      await registry.connect(admin).addKey(BODY, officer, REJECT, start + 300, start + 400);
      await at(start + 110);
      await registry.connect(admin).endKey(BODY, officer);
      await at(start + 120);
      await registry.connect(admin).addKey(BODY, officer, REJECT, 0, start + 130);
      await passTo(start + 500);
      expect(await answers([0, 100, 101])).to.deep.equal([true, true, false]);
      expect(await answers([105, 119, 120, 130, 131, 300, 400], REJECT)).to.deep.equal([
        false,
        false,
        true,
        true,
        false,
        false,
        false,
      ]);
    });

    it("keeps an answer whatever comes later", async () => {
      const { registry, admin, officer, start, answers } = await loadFixture(deployKey);
      await passTo(start + 30);
      const seconds = [-1, 0, 10, 29];
      const before = await answers(seconds);
      expect(before).to.deep.equal([false, true, true, true]);
      const acts = [
        () => registry.suspend(BODY),
        () => registry.connect(admin).markCompromised(BODY, 0, start - 5),
        () => registry.connect(admin).addKey(BODY, officer, REJECT, 0, start + 900),
        () => registry.connect(admin).markCompromised(BODY, 0, start - 6),
        () => registry.resume(BODY),
        () => registry.connect(admin).endKey(BODY, officer),
        () => registry.replaceAdmin(BODY, officer),
      ];
      for (const [i, act] of acts.entries()) {
        await act();
        expect(await answers(seconds), `after act ${i}`).to.deep.equal(before);
      }
    });
  });
});
