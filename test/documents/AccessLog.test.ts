import { expect } from "chai";
import { AccessLog__factory } from "../../typechain-types/index.ts";
import { at } from "../agencies/body.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { expectRoles, id, ISSUER, keyWith, KEY, May, RIVAL, type Stage, stage, ZeroHash } from "./helpers.ts";

const { loadFixture } = networkHelpers;
const SECRET = id("a secret of 256 bits");
const LOG = id("log");
const MAX_UINT64 = 2n ** 64n - 1n;

type Head = [root: string, count: bigint];
const NONE: Head = [ZeroHash, 0n];
const FIRST: Head = [id("first period"), 3n];
const SECOND: Head = [id("second period"), 4n];

const anchor = ({ accessLog, clerk }: Stage, before: Head, after: Head, log = LOG) =>
  accessLog.connect(clerk).anchor(ISSUER, log, ...before, ...after);

async function anchored() {
  const s = await stage();
  await anchor(s, NONE, FIRST);
  return s;
}

async function expectStale(s: Stage, before: Head, after: Head, log = LOG): Promise<void> {
  await expect(anchor(s, before, after, log))
    .to.be.revertedWithCustomError(s.accessLog, "AccessAnchorStale")
    .withArgs(ISSUER, log, ...before);
}

describe("AccessLog", () => {
  describe("revokeConsent", () => {
    it("reverts when the secret was shown before, by anyone", async () => {
      const { accessLog, stranger, clerk, start } = await loadFixture(stage);
      await at(start);
      await accessLog.connect(stranger).revokeConsent(SECRET);
      for (const caller of [stranger, clerk]) {
        await expect(accessLog.connect(caller).revokeConsent(SECRET))
          .to.be.revertedWithCustomError(accessLog, "AccessRevokedBefore")
          .withArgs(await accessLog.commitmentOf(SECRET), start);
      }
    });

    it("revokes the commitment of the secret, by anyone, and no other", async () => {
      const { accessLog, stranger, start } = await loadFixture(stage);
      const [commitment, other] = [await accessLog.commitmentOf(SECRET), await accessLog.commitmentOf(id("other"))];
      expect(await accessLog.revokedAt(commitment)).to.equal(0n);
      await at(start);
      await expect(accessLog.connect(stranger).revokeConsent(SECRET))
        .to.emit(accessLog, "ConsentRevoked")
        .withArgs(commitment);
      expect(await accessLog.revokedAt(commitment)).to.equal(BigInt(start));
      expect(await accessLog.revokedAt(other)).to.equal(0n);
      await accessLog.revokeConsent(id("other"));
      expect(await accessLog.revokedAt(other)).to.equal(BigInt(start + 1));
    });

    it("is of no use with the commitment in place of the secret", async () => {
      const { accessLog, stranger } = await loadFixture(stage);
      const commitment = await accessLog.commitmentOf(SECRET);
      await accessLog.connect(stranger).revokeConsent(commitment);
      expect(await accessLog.revokedAt(commitment)).to.equal(0n);
    });
  });

  describe("commitmentOf", () => {
    const commitment = (chainId: bigint, contract: string, secret: string): string =>
      ethers.keccak256(
        ethers.AbiCoder.defaultAbiCoder().encode(
          ["bytes32", "uint256", "address", "bytes32"],
          [id("CommonSeal.Consent.v1"), chainId, contract, secret],
        ),
      );

    it("binds the chain and the contract", async () => {
      const { accessLog, registry, platform } = await loadFixture(stage);
      const { chainId } = await ethers.provider.getNetwork();
      const address = await accessLog.getAddress();
      expect(await accessLog.commitmentOf(SECRET)).to.equal(commitment(chainId, address, SECRET));
      expect(await accessLog.commitmentOf(SECRET)).to.not.equal(commitment(chainId + 1n, address, SECRET));
      const second = await new AccessLog__factory(platform).deploy(registry);
      const there = await second.getAddress();
      expect(await second.commitmentOf(SECRET)).to.equal(commitment(chainId, there, SECRET));
      await second.revokeConsent(SECRET);
      expect(await accessLog.revokedAt(await accessLog.commitmentOf(SECRET))).to.equal(0n);
      expect(await accessLog.revokedAt(await second.commitmentOf(SECRET))).to.equal(0n);
    });
  });

  describe("anchor", () => {
    it("reverts when the root is zero", async () => {
      const s = await loadFixture(anchored);
      await expect(anchor(s, FIRST, [ZeroHash, 9n]))
        .to.be.revertedWithCustomError(s.accessLog, "AccessAnchorInvalid")
        .withArgs(ZeroHash, FIRST[1], 9n);
    });

    it("reverts when the count does not grow", async () => {
      const s = await loadFixture(anchored);
      for (const count of [0n, 2n, 3n]) {
        await expect(anchor(s, FIRST, [SECOND[0], count]))
          .to.be.revertedWithCustomError(s.accessLog, "AccessAnchorInvalid")
          .withArgs(SECOND[0], FIRST[1], count);
      }
      await expect(anchor(s, NONE, [SECOND[0], 0n], id("new log")))
        .to.be.revertedWithCustomError(s.accessLog, "AccessAnchorInvalid")
        .withArgs(SECOND[0], 0n, 0n);
    });

    it("reverts when the previous root or count is not the latest", async () => {
      const s = await loadFixture(anchored);
      const stale: Head[] = [NONE, [SECOND[0], 3n], [FIRST[0], 2n], [FIRST[0], 0n], [ZeroHash, 3n]];
      for (const before of stale) await expectStale(s, before, SECOND);
      await anchor(s, FIRST, SECOND);
      for (const before of [FIRST, NONE]) await expectStale(s, before, [id("third"), 9n]);
    });

    it("reverts when the first anchor of a log names a previous one", async () => {
      const s = await loadFixture(anchored);
      for (const before of [FIRST, [ZeroHash, 1n], [FIRST[0], 0n]] satisfies Head[]) {
        await expectStale(s, before, SECOND, id("new log"));
      }
    });

    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [ISSUER, May.Anchor], (caller) =>
        s.accessLog.connect(caller).anchor(ISSUER, LOG, ...NONE, ...FIRST),
      );
    });

    it("chains the periods of a log, and names the key", async () => {
      const s = await loadFixture(stage);
      const { accessLog } = s;
      await expect(anchor(s, NONE, FIRST))
        .to.emit(accessLog, "LogAnchored")
        .withArgs(ISSUER, LOG, ...NONE, ...FIRST, KEY);
      const second = await keyWith(s, ISSUER, May.Anchor);
      await expect(accessLog.connect(second).anchor(ISSUER, LOG, ...FIRST, ...SECOND))
        .to.emit(accessLog, "LogAnchored")
        .withArgs(ISSUER, LOG, ...FIRST, ...SECOND, KEY + 1n);
      await anchor(s, SECOND, [SECOND[0], MAX_UINT64]);
      expect(await accessLog.isLatest(ISSUER, LOG, SECOND[0], MAX_UINT64)).to.equal(true);
      await expect(anchor(s, [SECOND[0], MAX_UINT64], [FIRST[0], MAX_UINT64])).to.be.revertedWithCustomError(
        accessLog,
        "AccessAnchorInvalid",
      );
    });

    it("keeps the logs of a body, and the bodies, apart", async () => {
      const s = await loadFixture(anchored);
      const { accessLog, rival } = s;
      await anchor(s, NONE, SECOND, id("other log"));
      await accessLog.connect(rival).anchor(RIVAL, LOG, ...NONE, ...SECOND);
      expect(await accessLog.isLatest(ISSUER, LOG, ...FIRST)).to.equal(true);
      expect(await accessLog.isLatest(ISSUER, id("other log"), ...SECOND)).to.equal(true);
      expect(await accessLog.isLatest(RIVAL, LOG, ...SECOND)).to.equal(true);
    });
  });

  describe("isLatest", () => {
    it("is true of root 0 and count 0 for a log never anchored, and of nothing else", async () => {
      const { accessLog } = await loadFixture(stage);
      expect(await accessLog.isLatest(ISSUER, LOG, ...NONE)).to.equal(true);
      for (const head of [FIRST, [ZeroHash, 3n], [FIRST[0], 0n]] satisfies Head[]) {
        expect(await accessLog.isLatest(ISSUER, LOG, ...head)).to.equal(false);
      }
    });

    it("is true of the latest anchor only", async () => {
      const s = await loadFixture(anchored);
      await anchor(s, FIRST, SECOND);
      const answers: [Head, boolean][] = [
        [SECOND, true],
        [FIRST, false],
        [NONE, false],
        [[SECOND[0], 3n], false],
        [[FIRST[0], 4n], false],
      ];
      for (const [head, expected] of answers) {
        expect(await s.accessLog.isLatest(ISSUER, LOG, ...head)).to.equal(expected);
      }
      expect(await s.accessLog.isLatest(RIVAL, LOG, ...SECOND)).to.equal(false);
    });
  });
});
