import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import {
  at,
  BOND,
  CEILING,
  DAY,
  eachRefused,
  id,
  keyWith,
  MAX_PRICE,
  MAX_UINT40,
  Outcome,
  pass,
  Permission,
  publish,
  stage,
  STANDSTILL,
  termsOf,
  time,
  UNBONDED,
  ZeroAddress,
  ZeroHash,
} from "./helpers.ts";

const MOST_LOTS = 500;
const HOUR = 3600n;
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
    const terms = await termsOf(s, { ceilings, tax: 1, decimals: 0 });
    const token = await s.token.getAddress();
    const told = [s.agency, id("notice"), terms.currency, 0n, 1n, terms.commitDeadline, terms.revealDeadline];
    const rest = [terms.awardDeadline, STANDSTILL, token, BOND, s.treasury.address, ceilings, []];
    expect(await s.house.connect(s.officer).publish.staticCall(terms)).to.equal(1n);
    await expect(s.house.connect(s.officer).publish(terms))
      .to.emit(s.house, "TenderPublished")
      .withArgs(1n, s.agency, s.key, [...told, ...rest]);

    expect(await s.house.tenderCount()).to.equal(1n);
    const bond = [s.treasury.address, token, BOND];
    const deadlines = [terms.commitDeadline, terms.revealDeadline, terms.awardDeadline];
    expect(await s.house.tenderOf(1)).to.deep.equal([
      ...deadlines,
      ...[0n, 0n, 3n, 3n, true, s.agency, STANDSTILL],
      ...bond,
    ]);
    for (const [lot, ceiling] of ceilings.entries()) {
      const undecided = [ZeroAddress, 0n, Outcome.Undecided];
      expect(await s.house.lotOf(1, lot)).to.deep.equal([ceiling, 0n, ZeroAddress, 0n, undecided]);
    }
    expect((await publish(s)).tender).to.equal(2n);
  });

  it("publishes without a bond", async () => {
    const s = await load();
    const { tender } = await publish(s, UNBONDED);
    const kept = await s.house.tenderOf(tender);
    expect([kept.bonded, kept.bondToken, kept.bondAmount, kept.treasury]).to.deep.equal([
      false,
      ZeroAddress,
      0n,
      ZeroAddress,
    ]);
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
      const acts = (t: bigint, lot: number) => ({
        commit: () => house.connect(s.a).commit(t, lot, id("c")),
        replace: () => house.connect(s.a).replace(t, lot, id("c")),
        withdraw: () => house.connect(s.a).withdraw(t, lot),
        reveal: () => house.connect(s.a).reveal(t, lot, "0x", id("salt"), 1, 1, ZeroAddress),
        place: () => house.connect(s.a).place(t, lot, s.a, ZeroAddress),
        reject: () => house.connect(s.officer).reject(t, lot, s.a, ZeroAddress, 1, id("evidence")),
        award: () => house.connect(s.officer).award(t, lot, s.a),
        closeLot: () => house.connect(s.officer).closeLot(t, lot),
        settleBond: () => house.connect(s.a).settleBond(t, lot, s.a),
        lotOf: () => house.lotOf(t, lot),
        bidOf: () => house.bidOf(t, lot, s.a),
      });
      await pass(revealDeadline);
      for (const unknown of [0n, tender + 1n, 2n ** 64n - 1n]) {
        const ofTender = {
          ...acts(unknown, 0),
          cancel: () => house.connect(s.officer).cancel(unknown, 1, id("evidence")),
          tenderOf: () => house.tenderOf(unknown),
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
