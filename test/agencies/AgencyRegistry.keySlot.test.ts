import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, AWARD, BODY, deployBodies, inOneBlock, OTHER, passTo, PUBLISH, REJECT, UNKNOWN } from "./body.ts";

const { loadFixture } = networkHelpers;

/** The body has keys of the officer (0), of the clerk (1) until `start + 100`, and of the treasury (2) from later on. */
async function deployKeys() {
  const bodies = await deployBodies();
  const { registry, admin, officer, clerk, treasury, start } = bodies;
  await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 1000);
  await registry.connect(admin).addKey(BODY, clerk, PUBLISH | REJECT, 0, start + 100);
  await registry.connect(admin).addKey(BODY, treasury, AWARD, start + 500, start + 1000);
  return bodies;
}

type Keys = Awaited<ReturnType<typeof deployKeys>>;

/** The parts of a slot by their places, from the lowest bit. */
const parts: [name: string, bits: bigint][] = [
  ["permissions", 48n],
  ["from", 40n],
  ["until", 40n],
  ["compromisedSince", 40n],
  ["compromiseKnown", 40n],
  ["index", 16n],
  ["previous", 16n],
  ["suspended", 1n],
  ["everSuspended", 1n],
];

function read(slot: bigint): Record<string, bigint> {
  let rest = slot;
  const read: Record<string, bigint> = {};
  for (const [name, bits] of parts) {
    read[name] = rest & ((1n << bits) - 1n);
    rest >>= bits;
  }
  expect(rest).to.equal(0n);
  return read;
}

/** What the key's slot says, which must be what both views of the key say. */
async function slotOf({ registry }: Keys, index: number): Promise<Record<string, bigint>> {
  const slot = read(await registry.keySlot(BODY, index));
  const [account, key] = await registry.keyAt(BODY, index);
  for (const [name] of parts) {
    expect(slot[name], name).to.equal(BigInt((key as unknown as Record<string, bigint | boolean>)[name] ?? -1));
  }
  const latest = await registry.keyOf(BODY, account);
  if (latest.index === BigInt(index)) expect([...latest]).to.deep.equal([...key]);
  return slot;
}

/** `everSuspended` of the body's first keys. */
async function everSuspended(keys: Keys, count: number): Promise<boolean[]> {
  const ever: boolean[] = [];
  for (let i = 0; i < count; i++) ever.push((await slotOf(keys, i))["everSuspended"] === 1n);
  return ever;
}

describe("AgencyRegistry: a key in one word", () => {
  describe("keySlot", () => {
    it("is zero where there is no key: index, body, nobody", async () => {
      const { registry } = await loadFixture(deployKeys);
      for (const [body, index] of [
        [BODY, 3],
        [BODY, 65_535],
        [OTHER, 0],
        [UNKNOWN, 0],
        [0n, 0],
      ] as const) {
        expect(await registry.keySlot(body, index)).to.equal(0n);
      }
    });

    it("tells every part of a key, as the other views do", async () => {
      const keys = await loadFixture(deployKeys);
      const { registry, admin, clerk, start } = keys;
      await at(start);
      await registry.connect(admin).endKey(BODY, clerk);
      await at(start + 1);
      await registry.connect(admin).addKey(BODY, clerk, AWARD, 0, start + 1000);
      await registry.suspend(BODY);
      await at(start + 9);
      await registry.connect(admin).markCompromised(BODY, 3, start - 5);
      expect(await slotOf(keys, 1)).to.deep.equal({
        permissions: PUBLISH | REJECT,
        from: (await registry.keyAt(BODY, 1))[1].from,
        until: BigInt(start - 1),
        compromisedSince: 0n,
        compromiseKnown: 0n,
        index: 1n,
        previous: 0n,
        suspended: 0n,
        everSuspended: 0n,
      });
      expect(await slotOf(keys, 3)).to.deep.equal({
        permissions: AWARD,
        from: BigInt(start + 1),
        until: BigInt(start + 8),
        compromisedSince: BigInt(start - 5),
        compromiseKnown: BigInt(start + 9),
        index: 3n,
        previous: 2n,
        suspended: 1n,
        everSuspended: 1n,
      });
    });

    it("answers for a body's suspension while its key is active and has seen none", async () => {
      const keys = await loadFixture(deployKeys);
      const { registry, start } = keys;
      for (const change of [() => registry.suspend(BODY), () => registry.resume(BODY)]) {
        await change();
        const { suspended } = await registry.agencyOf(BODY);
        for (const index of [0, 1, 2]) {
          const slot = await slotOf(keys, index);
          expect(slot["suspended"] === 1n).to.equal(suspended);
          expect(slot["everSuspended"]).to.equal(1n);
        }
      }
      await passTo(start);
      expect(await registry.suspendedAt(BODY, start - 1)).to.equal(false);
    });
  });

  describe("everSuspended", () => {
    it("is false of keys that never saw a suspension, whatever happens to another body", async () => {
      const keys = await loadFixture(deployKeys);
      await keys.registry.suspend(OTHER);
      expect(await everSuspended(keys, 3)).to.deep.equal([false, false, false]);
    });

    it("is true from the suspension on, and stays so when the body is resumed", async () => {
      const keys = await loadFixture(deployKeys);
      await keys.registry.suspend(BODY);
      expect(await everSuspended(keys, 3)).to.deep.equal([true, true, true]);
      await keys.registry.resume(BODY);
      expect(await everSuspended(keys, 3)).to.deep.equal([true, true, true]);
      expect((await slotOf(keys, 0))["suspended"]).to.equal(0n);
    });

    it("is true of a key that was suspended and resumed in one block", async () => {
      const keys = await loadFixture(deployKeys);
      const gasLimit = 1_000_000;
      const { registry, start } = keys;
      await inOneBlock(start, [() => registry.suspend(BODY, { gasLimit }), () => registry.resume(BODY, { gasLimit })]);
      expect(await everSuspended(keys, 3)).to.deep.equal([true, true, true]);
    });

    it("is true of a key added while the body is suspended, false of one added after the return", async () => {
      const keys = await loadFixture(deployKeys);
      const { registry, admin, stranger, platform, start } = keys;
      await registry.suspend(BODY);
      await registry.connect(admin).addKey(BODY, stranger, PUBLISH, 0, start + 1000);
      expect(await everSuspended(keys, 4)).to.deep.equal([true, true, true, true]);
      await registry.resume(BODY);
      await registry.connect(admin).addKey(BODY, platform, PUBLISH, 0, start + 1000);
      expect(await everSuspended(keys, 5)).to.deep.equal([true, true, true, true, false]);
    });

    it("is false of a key that was ended or compromised before the suspension, and stays true after the end", async () => {
      const keys = await loadFixture(deployKeys);
      const { registry, admin, officer, treasury, start } = keys;
      await at(start);
      await registry.connect(admin).endKey(BODY, officer);
      await registry.connect(admin).markCompromised(BODY, 1, start);
      await registry.suspend(BODY);
      expect(await everSuspended(keys, 3)).to.deep.equal([false, false, true]);
      await registry.connect(admin).endKey(BODY, treasury);
      await registry.resume(BODY);
      expect(await everSuspended(keys, 3)).to.deep.equal([false, false, true]);
      expect((await slotOf(keys, 2))["suspended"]).to.equal(1n);
    });

    it("is kept with an earlier key of an account, and begins anew with the next one", async () => {
      const keys = await loadFixture(deployKeys);
      const { registry, admin, officer, start } = keys;
      await registry.suspend(BODY);
      await registry.resume(BODY);
      await at(start);
      await registry.connect(admin).endKey(BODY, officer);
      await registry.connect(admin).addKey(BODY, officer, PUBLISH, 0, start + 1000);
      expect(await everSuspended(keys, 4)).to.deep.equal([true, true, true, false]);
      await registry.connect(admin).markCompromised(BODY, 0, start - 1);
      expect(await everSuspended(keys, 4)).to.deep.equal([true, true, true, false]);
      expect((await registry.keyOf(BODY, officer)).everSuspended).to.equal(false);
    });

    it("is not written to a key that expired and whose place was taken", async () => {
      const keys = await loadFixture(deployKeys);
      const { registry, admin, start } = keys;
      for (let i = 3; i < 32; i++) {
        await registry
          .connect(admin)
          .addKey(BODY, `0x${(0xa000 + i).toString(16).padStart(40, "0")}`, PUBLISH, 0, start + 1000);
      }
      await at(start + 101);
      await registry.connect(admin).addKey(BODY, keys.stranger, PUBLISH, 0, start + 1000);
      await registry.suspend(BODY);
      const ever = await everSuspended(keys, 33);
      expect(ever.flatMap((one, index) => (one ? [] : [index]))).to.deep.equal([1]);
      expect((await slotOf(keys, 1))["until"]).to.equal(BigInt(start + 100));
    });
  });
});
