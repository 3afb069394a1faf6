import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, AWARD, BODY, CANCEL, deployBodies, OTHER, passTo, PUBLISH, REJECT, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;

/** The officer may publish and award from `start + 100` to `start + 200`. */
async function deployKey() {
  const bodies = await deployBodies();
  const { registry, admin, officer, start } = bodies;
  await registry.connect(admin).addKey(BODY, officer, PUBLISH | AWARD, start + 100, start + 200);
  return bodies;
}

/** Both ways to ask must say the same. */
async function expectMay(
  { registry }: Awaited<ReturnType<typeof deployKey>>,
  [body, account, permission]: [bigint, { address: string }, bigint],
  expected: boolean,
): Promise<void> {
  expect(await registry.may(body, account.address, permission)).to.equal(expected);
  const asked = registry.requireMay(body, account.address, permission);
  if (expected) {
    expect(await asked).to.equal((await registry.keyOf(body, account.address)).index);
  } else {
    await expect(asked)
      .to.be.revertedWithCustomError(registry, "AgencyKeyNotPermitted")
      .withArgs(body, account.address, permission);
  }
}

describe("AgencyRegistry: may and requireMay", () => {
  it("refuse the second before the first, and one after the last; hold in the first and the last", async () => {
    const bodies = await loadFixture(deployKey);
    const { officer, start } = bodies;
    for (const [second, expected] of [
      [99, false],
      [100, true],
      [200, true],
      [201, false],
    ] as const) {
      await passTo(start + second);
      await expectMay(bodies, [BODY, officer, PUBLISH], expected);
    }
  });

  it("refuse permissions the key lacks", async () => {
    const bodies = await loadFixture(deployKey);
    await passTo(bodies.start + 100);
    for (const permission of [REJECT, CANCEL, 1n << 47n]) {
      await expectMay(bodies, [BODY, bodies.officer, permission], false);
    }
  });

  it("refuse several permissions when one is missing, and hold when all are there", async () => {
    const bodies = await loadFixture(deployKey);
    await passTo(bodies.start + 100);
    await expectMay(bodies, [BODY, bodies.officer, PUBLISH | REJECT], false);
    await expectMay(bodies, [BODY, bodies.officer, PUBLISH | AWARD | CANCEL], false);
    await expectMay(bodies, [BODY, bodies.officer, PUBLISH | AWARD], true);
    await expectMay(bodies, [BODY, bodies.officer, AWARD], true);
  });

  it("refuse no permission at all, with a key or without", async () => {
    const bodies = await loadFixture(deployKey);
    await passTo(bodies.start + 100);
    await expectMay(bodies, [BODY, bodies.officer, 0n], false);
    await expectMay(bodies, [BODY, bodies.stranger, 0n], false);
  });

  it("refuse an account without a key, the body's admin included", async () => {
    const bodies = await loadFixture(deployKey);
    await passTo(bodies.start + 100);
    for (const account of [bodies.stranger, bodies.admin, bodies.platform]) {
      await expectMay(bodies, [BODY, account, PUBLISH], false);
    }
  });

  it("refuse for another body, and for one that does not exist", async () => {
    const bodies = await loadFixture(deployKey);
    await passTo(bodies.start + 100);
    for (const body of [OTHER, UNKNOWN, 0n]) await expectMay(bodies, [body, bodies.officer, PUBLISH], false);
  });

  it("refuse from the block that ends a key", async () => {
    const bodies = await loadFixture(deployKey);
    await at(bodies.start + 150);
    await bodies.registry.connect(bodies.admin).endKey(BODY, bodies.officer);
    await expectMay(bodies, [BODY, bodies.officer, PUBLISH], false);
  });

  it("go by the account's latest key", async () => {
    const bodies = await loadFixture(deployKey);
    const { registry, admin, officer, start } = bodies;
    await at(start + 201);
    await registry.connect(admin).addKey(BODY, officer, REJECT, start + 300, start + 400);
    for (const [second, expected] of [
      [299, false],
      [300, true],
    ] as const) {
      await passTo(start + second);
      await expectMay(bodies, [BODY, officer, REJECT], expected);
      await expectMay(bodies, [BODY, officer, PUBLISH], false);
    }
    expect(await registry.requireMay(BODY, officer, REJECT)).to.equal(1n);
  });
});
