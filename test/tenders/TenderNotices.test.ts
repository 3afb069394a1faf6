import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { Signer } from "ethers";
import { ethers, networkHelpers } from "../shared/house.ts";
import { at, eachRefused, publish, type PublishedTender, type Stage, stage } from "./helpers.ts";
import { refused } from "./sealedScene.ts";
import { CEILING, EVIDENCE, id, Permission, ZeroAddress, ZeroHash } from "./values.ts";

const QUESTION = id("question");
const ANSWER = id("answer");

type Scene = Stage & PublishedTender & { members: [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner] };

/** A tender of two lots, and three vendors in rising order. */
async function scene(): Promise<Scene> {
  const s = await stage();
  const published = await publish(s, { ceilings: [CEILING, CEILING] });
  const members = [s.a, s.b, s.c].sort((x, y) => (BigInt(x.address) < BigInt(y.address) ? -1 : 1));
  return { ...s, ...published, members: members as Scene["members"] };
}

const load = () => networkHelpers.loadFixture(scene);

interface Consortium {
  tender: bigint;
  lot: bigint;
  lead: string;
  members: string[];
  shares: bigint[];
}

const consortiumOf = (s: Scene, changes: Partial<Consortium> = {}): Consortium => ({
  tender: s.tender,
  lot: 0n,
  lead: s.members[1].address,
  members: s.members.map(({ address }) => address),
  shares: [5_000n, 3_000n, 2_000n],
  ...changes,
});

const FIELDS = [
  { name: "house", type: "address" },
  { name: "tender", type: "uint64" },
  { name: "lot", type: "uint16" },
  { name: "lead", type: "address" },
  { name: "members", type: "address[]" },
  { name: "shares", type: "uint16[]" },
];

interface Domain {
  chainId?: bigint;
  verifyingContract?: string;
  name?: string;
}

/** A member's consent, with what is to differ. */
async function consent(s: Scene, by: Signer, c: Consortium, house?: string, domain: Domain = {}): Promise<string> {
  const { chainId } = await ethers.provider.getNetwork();
  const verifyingContract = await s.notices.getAddress();
  const own = { name: "Common Seal TenderNotices", version: "1", chainId, verifyingContract, ...domain };
  return by.signTypedData(own, { Consortium: FIELDS }, { house: house ?? (await s.house.getAddress()), ...c });
}

const consents = (s: Scene, c: Consortium, by: Signer[] = s.members): Promise<string[]> =>
  Promise.all(by.map((member) => consent(s, member, c)));

const form = (s: Scene, c: Consortium, signatures: string[], by: Signer = s.stranger) =>
  s.notices.connect(by).formConsortium(c, signatures);

/** A contract account of test/documents/Wallets.sol. */
const deployed = async (kind: string, ...parameters: string[]): Promise<string> => {
  const wallet = await ethers.deployContract(`test/documents/Wallets.sol:${kind}`, parameters);
  return wallet.getAddress();
};

/** Addresses that rise. */
const rising = (count: number): string[] => Array.from({ length: count }, (_, i) => ethers.toBeHex(i + 1, 20));

describe("TenderNotices", () => {
  describe("ask", () => {
    it("is anyone's, until the commit deadline's last second", async () => {
      const s = await load();
      await at(s.commitDeadline);
      await expect(s.notices.connect(s.stranger).ask(s.tender, QUESTION))
        .to.emit(s.notices, "QuestionAsked")
        .withArgs(s.tender, s.stranger.address, QUESTION);
      await at(s.commitDeadline + 1n);
      await refused(s.notices.ask(s.tender, QUESTION), s.notices, "NoticeTooLate", s.tender, s.commitDeadline);
    });

    it("is refused of nothing, of an unknown tender, and after a cancellation", async () => {
      const s = await load();
      await refused(s.notices.ask(s.tender, ZeroHash), s.notices, "NoticeFileMissing");
      await refused(s.notices.ask(99, QUESTION), s.house, "TenderUnknown", 99);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await refused(s.notices.ask(s.tender, QUESTION), s.notices, "NoticeTooLate", s.tender, s.commitDeadline);
    });
  });

  describe("answer", () => {
    it("is the agency's, to all at once, also of its own accord", async () => {
      const s = await load();
      await eachRefused(s, Permission.Publish, async (by) => {
        const answer = s.notices.connect(by).answer(s.tender, [QUESTION], ANSWER);
        await refused(answer, s.registry, "AgencyKeyNotPermitted", s.agency, by.address, Permission.Publish);
      });
      for (const questions of [[QUESTION, id("another")], []]) {
        await expect(s.notices.connect(s.officer).answer(s.tender, questions, ANSWER))
          .to.emit(s.notices, "QuestionsAnswered")
          .withArgs(s.tender, s.key, questions, ANSWER);
      }
    });

    it("comes until the commit deadline, of a tender not cancelled, and says something", async () => {
      const s = await load();
      const answer = (tender: bigint, what: string) => s.notices.connect(s.officer).answer(tender, [], what);
      await refused(answer(s.tender, ZeroHash), s.notices, "NoticeFileMissing");
      await refused(answer(99n, ANSWER), s.house, "TenderUnknown", 99);
      await at(s.commitDeadline);
      await answer(s.tender, ANSWER);
      await at(s.commitDeadline + 1n);
      await refused(answer(s.tender, ANSWER), s.notices, "NoticeTooLate", s.tender, s.commitDeadline);
    });
  });

  describe("formConsortium", () => {
    it("publishes members and shares with everyone's consent, once for each lead and lot", async () => {
      const s = await load();
      const c = consortiumOf(s);
      const signatures = await consents(s, c);
      expect(await s.notices.isFormed(s.tender, 0, c.lead)).to.equal(false);
      await expect(form(s, c, signatures))
        .to.emit(s.notices, "ConsortiumFormed")
        .withArgs(s.tender, 0, c.lead, c.members, c.shares);
      expect(await s.notices.isFormed(s.tender, 0, c.lead)).to.equal(true);
      const exists = [s.notices, "NoticeConsortiumExists", s.tender, 0, c.lead] as const;
      await refused(form(s, c, signatures), ...exists);
      const others = consortiumOf(s, { shares: [4_000n, 3_000n, 3_000n] });
      await refused(form(s, others, await consents(s, others)), ...exists);
      for (const change of [{ lot: 1n }, { lead: s.members[0].address }]) {
        const other = consortiumOf(s, change);
        await form(s, other, await consents(s, other));
      }
    });

    it("needs no signature of who sends it, and takes those of contract accounts", async () => {
      const s = await load();
      const owner = ethers.Wallet.createRandom();
      const wallet = await deployed("OwnedWallet", owner.address);
      const members = [s.a.address, wallet].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
      const c = consortiumOf(s, { lead: s.a.address, members, shares: [9_999n, 1n] });
      const signature = await consent(s, owner, c);
      const signatures = members.map((member) => (member === wallet ? signature : "0x"));
      const invalid = [s.notices, "NoticeConsentInvalid"] as const;
      await refused(form(s, c, signatures, s.b), ...invalid, s.a.address);
      await form(s, c, signatures, s.a);
      const refusing = await deployed("RevertingWallet");
      const pair = [s.a.address, refusing].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
      const other = consortiumOf(s, { lead: refusing, members: pair, shares: [1n, 9_999n] });
      await refused(form(s, other, ["0x", "0x"], s.a), ...invalid, refusing);
    });

    it("is refused with a consent to anything else: another tender, lot, lead, member, share, house, contract or chain", async () => {
      const s = await load();
      const c = consortiumOf(s);
      const [first, second, third] = s.members;
      const good = await consents(s, c);
      const other = await publish(s);
      const changes: Partial<Consortium>[] = [
        { tender: other.tender },
        { lot: 1n },
        { lead: third.address },
        { members: [first.address, second.address, s.d.address] },
        { members: [first.address, second.address] },
        { shares: [5_000n, 2_000n, 3_000n] },
        { shares: [5_000n, 3_000n] },
      ];
      const wrong = changes.map((change) => consent(s, second, { ...c, ...change }));
      wrong.push(consent(s, second, c, s.stranger.address));
      const { chainId } = await ethers.provider.getNetwork();
      for (const domain of [
        { chainId: chainId + 1n },
        { verifyingContract: await s.house.getAddress() },
        { name: "Common Seal TenderHouse" },
      ]) {
        wrong.push(consent(s, second, c, undefined, domain));
      }
      wrong.push(
        consent(s, third, c),
        Promise.resolve("0x"),
        Promise.resolve(ethers.dataSlice(good[1] ?? "0x", 0, 64)),
      );
      for (const signature of await Promise.all(wrong)) {
        const signatures = [good[0] ?? "0x", signature, good[2] ?? "0x"];
        await refused(form(s, c, signatures), s.notices, "NoticeConsentInvalid", second.address);
      }
      await refused(form(s, c, good.slice().reverse()), s.notices, "NoticeConsentInvalid", first.address);
      await form(s, c, good);
    });

    it("is refused where members or shares are none of a consortium", async () => {
      const s = await load();
      const [first, second, third] = s.members.map(({ address }) => address) as [string, string, string];
      const twenty = { members: rising(20), lead: ethers.toBeHex(1, 20), shares: Array<bigint>(20).fill(500n) };
      const wrong: Partial<Consortium>[] = [
        { members: [], shares: [] },
        { members: [second], shares: [10_000n] },
        { members: rising(21), lead: ethers.toBeHex(1, 20), shares: [...Array<bigint>(20).fill(499n), 20n] },
        { members: [second, first, third] },
        { members: [first, second, second] },
        { members: [ZeroAddress, second, third] },
        { lead: s.d.address },
        { lead: ZeroAddress },
        { shares: [5_000n, 5_000n, 0n] },
        { shares: [5_000n, 3_000n, 1_999n] },
        { shares: [5_000n, 3_000n, 2_001n] },
        { shares: [5_000n, 5_000n] },
        { shares: [5_000n, 3_000n, 1_000n, 1_000n] },
        { shares: [65_535n, 10_000n, 1n] },
      ];
      for (const change of wrong) {
        const c = consortiumOf(s, change);
        const signatures = Array<string>(c.members.length).fill("0x");
        await refused(form(s, c, signatures), s.notices, "NoticeConsortiumInvalid", s.tender, 0, c.lead);
      }
      const c = consortiumOf(s);
      const good = await consents(s, c);
      for (const signatures of [good.slice(0, 2), [...good, "0x"]]) {
        await refused(form(s, c, signatures), s.notices, "NoticeConsortiumInvalid", s.tender, 0, c.lead);
      }
      // Twenty are members enough; it fails at the first signature.
      const most = form(s, consortiumOf(s, twenty), Array<string>(20).fill("0x"));
      await refused(most, s.notices, "NoticeConsentInvalid", twenty.lead);
    });

    it("is refused in an unknown tender or lot, after the deadline, and after a cancellation", async () => {
      const s = await load();
      const unknown = consortiumOf(s, { lot: 2n });
      await refused(form(s, unknown, []), s.notices, "NoticeLotUnknown", s.tender, 2);
      await refused(form(s, consortiumOf(s, { tender: 99n }), []), s.house, "TenderUnknown", 99);
      const [c, second] = [consortiumOf(s), consortiumOf(s, { lot: 1n })];
      const late = [s.notices, "NoticeTooLate", s.tender, s.commitDeadline] as const;
      const [signatures, others] = [await consents(s, c), await consents(s, second)];
      await at(s.commitDeadline);
      await form(s, c, signatures);
      await at(s.commitDeadline + 1n);
      await refused(form(s, second, others), ...late);
    });
  });
});
