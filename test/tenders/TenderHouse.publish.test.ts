import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { openingOf, prepare } from "./bids.ts";
import {
  BY_SEATS,
  at,
  committeeTermsOf,
  eachRefused,
  expectKept,
  keyWith,
  pass,
  publish,
  stage,
  termsOf,
  time,
  UNBONDED,
} from "./helpers.ts";
import {
  BOND,
  CEILING,
  DAY,
  HOUR,
  id,
  MAX_PRICE,
  MAX_UINT40,
  Outcome,
  Permission,
  Phase,
  Rules,
  STANDSTILL,
  ZeroAddress,
  ZeroHash,
} from "./values.ts";

const MOST_LOTS = 500;
const FIVE_YEARS = 5n * 365n * DAY;

describe("TenderHouse: publish", () => {
  const load = () => networkHelpers.loadFixture(stage);

  it("asks the registry it was deployed with", async () => {
    const { house, registry } = await load();
    expect(await house.AGENCIES()).to.equal(await registry.getAddress());
  });

  describe("reverts", () => {
    it("without a lot, and with more than the house allows", async () => {
      const s = await load();
      for (const lots of [0, MOST_LOTS + 1, 2 * MOST_LOTS]) {
        const terms = await termsOf(s, { ceilings: new Array<bigint>(lots).fill(0n) });
        await expect(s.house.connect(s.officer).publish(terms))
          .to.be.revertedWithCustomError(s.house, "TenderLotsInvalid")
          .withArgs(lots, MOST_LOTS);
      }
    });

    it("without documents", async () => {
      const s = await load();
      const terms = await termsOf(s, { documents: ZeroHash });
      await expect(s.house.connect(s.officer).publish(terms)).to.be.revertedWithCustomError(
        s.house,
        "TenderDocumentsMissing",
      );
    });

    it("unless now < commit < reveal < award", async () => {
      const s = await load();
      const now = BigInt(await time.latest()) + 100n;
      const orders: [bigint, bigint, bigint][] = [
        [now, now + HOUR, now + HOUR + 1n],
        [now - 1n, now + HOUR, now + HOUR + 1n],
        [0n, now + HOUR, now + HOUR + 1n],
        [now + 1n, now + 1n, now + 2n],
        [now + 2n, now + 1n, now + HOUR + 3n],
        [now + 1n, now + HOUR, now + HOUR + 1n],
        [now + 1n, now + HOUR + 1n, now + HOUR + 1n],
        [now + 1n, now + HOUR + 3n, now + HOUR + 2n],
        [now + 1n, now + HOUR + 1n, now + FIVE_YEARS + 1n],
        [now + 1n, now + HOUR + 1n, MAX_UINT40],
      ];
      for (const [commitDeadline, revealDeadline, awardDeadline] of orders) {
        const terms = await termsOf(s, { commitDeadline, revealDeadline, awardDeadline });
        await at(now);
        await expect(s.house.connect(s.officer).publish(terms))
          .to.be.revertedWithCustomError(s.house, "TenderDeadlinesInvalid")
          .withArgs(now, commitDeadline, revealDeadline, awardDeadline);
      }
      const opening = { commitDeadline: now + 1n, revealDeadline: now + HOUR + 1n };
      for (const awardDeadline of [now + HOUR + 2n, now + FIVE_YEARS]) {
        const terms = await termsOf(s, { ...opening, awardDeadline });
        const snapshot = await networkHelpers.takeSnapshot();
        await at(now);
        await s.house.connect(s.officer).publish(terms);
        expect(await s.house.tenderCount()).to.equal(1n);
        await snapshot.restore();
      }
    });

    it("where the standstill is longer than a year", async () => {
      const s = await load();
      const year = 365n * 86_400n;
      for (const standstill of [year + 1n, 2n ** 32n - 1n]) {
        await expect(s.house.connect(s.officer).publish(await termsOf(s, { standstill })))
          .to.be.revertedWithCustomError(s.house, "TenderStandstillInvalid")
          .withArgs(standstill, year);
      }
      await s.house.connect(s.officer).publish(await termsOf(s, { standstill: year }));
      expect(await s.house.tenderCount()).to.equal(1n);
    });

    it("where the currency is not three capital letters, or has too many decimals", async () => {
      const s = await load();
      const wrong = ["uah", "UA", "U1H", "U@H", "UA[", "@AH"].map((text) => [text, 2n] as const);
      for (const [text, decimals] of [...wrong, ["UAH", 7n] as const, ["UAH", 255n] as const]) {
        const currency = ethers.zeroPadBytes(ethers.toUtf8Bytes(text), 3);
        await expect(s.house.connect(s.officer).publish(await termsOf(s, { currency, decimals })))
          .to.be.revertedWithCustomError(s.house, "TenderCurrencyInvalid")
          .withArgs(currency, decimals);
      }
      for (const text of ["AAA", "ZZZ"]) {
        const currency = ethers.hexlify(ethers.toUtf8Bytes(text));
        await s.house.connect(s.officer).publish(await termsOf(s, { currency, decimals: 6n }));
      }
      expect(await s.house.tenderCount()).to.equal(2n);
    });

    it("where a ceiling is above the highest price", async () => {
      const s = await load();
      for (const ceiling of [MAX_PRICE + 1n, 2n ** 64n - 1n]) {
        await expect(s.house.connect(s.officer).publish(await termsOf(s, { ceilings: [CEILING, ceiling] })))
          .to.be.revertedWithCustomError(s.house, "TenderCeilingInvalid")
          .withArgs(1, ceiling, MAX_PRICE);
      }
    });

    it("where the treasury is the house itself: what is due to it could never be paid out", async () => {
      const s = await load();
      const [token, house] = [await s.token.getAddress(), await s.house.getAddress()];
      await expect(s.house.connect(s.officer).publish(await termsOf(s, { treasury: house })))
        .to.be.revertedWithCustomError(s.house, "TenderBondInvalid")
        .withArgs(token, BOND, house);
    });

    it("where token, amount and treasury of the bond are not given together", async () => {
      const s = await load();
      const token = await s.token.getAddress();
      const { address: treasury } = s.treasury;
      for (let given = 1; given < 7; given++) {
        const bond = {
          bondToken: given & 1 ? token : ZeroAddress,
          bondAmount: given & 2 ? BOND : 0n,
          treasury: given & 4 ? treasury : ZeroAddress,
        };
        await expect(s.house.connect(s.officer).publish(await termsOf(s, bond)))
          .to.be.revertedWithCustomError(s.house, "TenderBondInvalid")
          .withArgs(bond.bondToken, bond.bondAmount, bond.treasury);
      }
    });

    it("where the bond's token is no contract", async () => {
      const s = await load();
      await expect(s.house.connect(s.officer).publish(await termsOf(s, { bondToken: s.stranger })))
        .to.be.revertedWithCustomError(s.house, "TokenInvalid")
        .withArgs(s.stranger.address);
    });

    it("where the tax basis is none of the three", async () => {
      const s = await load();
      await expect(s.house.connect(s.officer).publish(await termsOf(s, { tax: 3 }))).to.revert(ethers);
    });

    it("for everyone but a key of the agency with TENDER_PUBLISH", async () => {
      const s = await load();
      const terms = await termsOf(s);
      await eachRefused(s, Permission.Publish, async (by) => {
        await expect(s.house.connect(by).publish(terms))
          .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
          .withArgs(s.agency, by.address, Permission.Publish);
      });
      expect(await s.house.tenderCount()).to.equal(0n);
      await s.house.connect(await keyWith(s, Permission.Publish)).publish(terms);
    });

    it("for an agency that does not exist, and nobody's number", async () => {
      const s = await load();
      for (const agency of [0n, 3n, 2n ** 32n - 1n]) {
        await expect(s.house.connect(s.officer).publish(await termsOf(s, { agency })))
          .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
          .withArgs(agency, s.officer.address, Permission.Publish);
      }
    });

    it("before the key's first second and after its last", async () => {
      const s = await load();
      const from = BigInt(await time.latest()) + DAY;
      const until = from + DAY;
      await s.registry.connect(s.admin).addKey(s.agency, s.stranger, Permission.Publish, from, until);
      const terms = await termsOf(s);
      const act = () => s.house.connect(s.stranger).publish(terms);
      const refusal = [s.agency, s.stranger.address, Permission.Publish] as const;
      await at(from - 1n);
      await expect(act())
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(...refusal);
      await at(from);
      await act();
      await at(until);
      await act();
      await at(until + 1n);
      await expect(act())
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(...refusal);
    });
  });

  it("numbers tenders from 1, keeps their terms and tells all of them in the event", async () => {
    const s = await load();
    const ceilings = [0n, CEILING, MAX_PRICE];
    const minimums = [MAX_PRICE, 0n, 7n];
    const terms = await termsOf(s, { ceilings, minimums, tax: 1, decimals: 0 });
    const token = await s.token.getAddress();
    const told = [s.agency, id("notice"), terms.currency, 0n, 1n, terms.commitDeadline, terms.revealDeadline];
    const bond = [token, BOND, s.treasury.address, 0n];
    const plain = [[], 0n, [], 0n, 0n, 0n, 0n, ZeroAddress, false, false, false];
    const byPrice = [ZeroAddress, "0x", ZeroAddress, "0x", 0n];
    const rest = [terms.awardDeadline, STANDSTILL, ...bond, ceilings, minimums, [], 0n, 0n, plain, byPrice];
    expect(await s.house.connect(s.officer).publish.staticCall(terms)).to.equal(1n);
    await expect(s.house.connect(s.officer).publish(terms))
      .to.emit(s.house, "TenderPublished")
      .withArgs(1n, s.agency, s.key, [...told, ...rest]);

    expect(await s.house.tenderCount()).to.equal(1n);
    await expectKept(s, 1n, {
      commitDeadline: terms.commitDeadline,
      revealDeadline: terms.revealDeadline,
      awardDeadline: terms.awardDeadline,
      lots: 3n,
      undecidedLots: 3n,
      rules: Rules.Bonded | Rules.Minimums,
      phase: Phase.Sealing,
      sealedLength: 32n,
      agency: s.agency,
      standstill: STANDSTILL,
      treasury: s.treasury.address,
      bondToken: token,
      bondAmount: BOND,
    });
    for (const [lot, ceiling] of ceilings.entries()) {
      const undecided = [ZeroAddress, 0n, Outcome.Undecided];
      const zeros = Array<bigint>(8).fill(0n);
      const view = [ceiling, minimums[lot], ...zeros, terms.awardDeadline, undecided];
      expect(await s.house.lotOf(1, lot)).to.deep.equal(view);
    }
    expect((await publish(s)).tender).to.equal(2n);
  });

  it("publishes without a bond", async () => {
    const s = await load();
    const { tender } = await publish(s, UNBONDED);
    const { rules, bondToken, bondAmount, treasury } = await s.house.tenderOf(tender);
    expect([rules, bondToken, bondAmount, treasury]).to.deep.equal([0n, ZeroAddress, 0n, ZeroAddress]);
  });

  it("ignores all terms of sealing where no committee has a seat", async () => {
    const s = await load();
    const { sealing } = await committeeTermsOf(s, { scorer: s.officer, scoresDeadline: 5n, sealedCeilings: true });
    const { tender } = await publish(s, { sealing: { ...sealing, seats: [], openByBidders: true } });
    const { tender: other } = await publish(s);
    const [kept, plain] = [await s.house.tenderOf(tender), await s.house.tenderOf(other)];
    // All but the three deadlines.
    expect(kept.slice(3)).to.deep.equal(plain.slice(3));
    await expect(s.committee.committeeOf(s.house, tender))
      .to.be.revertedWithCustomError(s.committee, "CommitteeUnknown")
      .withArgs(await s.house.getAddress(), tender);
  });

  it("publishes as many lots with ceilings as the house allows in one transaction", async () => {
    const s = await load();
    const { tender } = await publish(s, { ceilings: new Array<bigint>(MOST_LOTS).fill(MAX_PRICE) });
    expect((await s.house.lotOf(tender, MOST_LOTS - 1)).ceiling).to.equal(MAX_PRICE);
  });

  describe("every act and view on a tender or lot that does not exist", () => {
    it("reverts, with the number asked for", async () => {
      const s = await load();
      const { tender, revealDeadline } = await publish(s);
      const { house } = s;
      const opening = openingOf(await prepare(s, tender, s.a, 1n));
      const judgement = { ...opening, ...BY_SEATS, seats: [], commitment: ZeroHash };
      const officer = house.connect(s.officer);
      const acts = (t: bigint, lot: number) => ({
        commitBid: () => house.commitBid(t, lot, id("c")),
        replaceBid: () => house.replaceBid(t, lot, id("c")),
        commitEnvelope: () => house.commitEnvelope(t, lot, id("c")),
        replaceEnvelope: () => house.replaceEnvelope(t, lot, id("c")),
        withdraw: () => house.withdraw(t, lot),
        commitFor: () => house.commitFor(s.platform, t, lot, id("c"), "0x", ZeroHash, MAX_UINT40, "0x"),
        withdrawFor: () => house.withdrawFor(s.platform, t, lot, ZeroHash, MAX_UINT40, "0x"),
        open: () => house.open(t, lot, s.a, opening),
        place: () => house.place(t, lot, s.a, ZeroAddress, ZeroAddress),
        judge: () => house.judge(t, lot, s.a, judgement),
        sealCeiling: () => officer.sealCeiling(t, lot, id("c")),
        openCeiling: () => house.openCeiling(t, lot, opening),
        judgeCeiling: () => house.judgeCeiling(t, lot, judgement),
        reject: () => officer.reject(t, lot, s.a, 1, id("evidence")),
        admit: () => officer.admit(t, lot, s.a, 1, id("evidence")),
        strike: () => house.strike(t, lot, [s.a]),
        draw: () => house.draw(t, lot, [s.a]),
        award: () => officer.award(t, lot, s.a),
        awardWithDocuments: () => officer.awardWithDocuments(t, lot, s.a, "0x"),
        closeLot: () => officer.closeLot(t, lot, s.a),
        settleBond: () => house.settleBond(t, lot, s.a),
        postpone: () => house.postpone(t, lot, 0, 0),
        lotOf: () => house.lotOf(t, lot),
        bidOf: () => house.bidOf(t, lot, s.a),
      });
      await pass(revealDeadline);
      for (const unknown of [0n, tender + 1n, 2n ** 64n - 1n]) {
        const ofTender = {
          ...acts(unknown, 0),
          cancel: () => officer.cancel(unknown, 1, id("evidence")),
          proposeExtension: () => officer.proposeExtension(unknown, MAX_UINT40),
          extend: () => officer.extend(unknown, MAX_UINT40, 1, id("evidence")),
          revealScores: () => house.revealScores(unknown, id("evidence")),
          tenderOf: () => house.tenderOf(unknown),
          lapsed: () => house.lapsed(unknown),
          openingTimes: () => house.openingTimes(unknown),
        };
        for (const [name, act] of Object.entries(ofTender)) {
          await expect(act(), name).to.be.revertedWithCustomError(house, "TenderUnknown").withArgs(unknown);
        }
      }
      for (const lot of [1, 2 ** 16 - 1]) {
        for (const [name, act] of Object.entries(acts(tender, lot))) {
          await expect(act(), name).to.be.revertedWithCustomError(house, "TenderLotUnknown").withArgs(tender, lot);
        }
      }
    });
  });
});
