import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { evidence, issuer, type Issuer, Marks, requiring } from "./evidence.ts";
import { at } from "./helpers.ts";
import { actOf, commitFor, fresh, relayed, signed, withdrawFor } from "./relaying.ts";
import { flipped } from "./sealed.ts";
import {
  bidding,
  handedIn,
  judge,
  open,
  prepared,
  publish,
  refused,
  seal,
  type SealedScene,
  sealedStage,
  toAwards,
  TWO_PARTS,
} from "./sealedScene.ts";
import { BOND, CEILING, DAY, DEPOSIT, GUARANTEED, id, MAX_UINT40, ZeroAddress } from "./values.ts";

describe("TenderHouse: who answers for a relayed bid", () => {
  describe("the payer's bond", () => {
    it("goes back to the payer once the bid has lost, and to the treasury for garbage", async () => {
      for (const garbage of [false, true]) {
        const s = await bidding();
        const lower = await seal(s, s.a, 100n);
        const bid = await prepared(s, fresh, 500n, garbage ? { garble: (e) => flipped(e, 300) } : {});
        const act = await actOf(s, fresh.address, { sealed: bid.sealed });
        const tx = await commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act));
        const own = await handedIn(s, bid, tx);
        await publish(s);
        await open(s, lower);
        if (garbage) await judge(s, own);
        await toAwards(s);
        await s.house.connect(s.officer).award(s.tender, 0, s.a);
        await s.house.settleBond(s.tender, 0, fresh);
        expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([garbage ? DEPOSIT - BOND : DEPOSIT, 0n]);
        expect(await s.house.bondDue(s.token, s.treasury)).to.equal(garbage ? BOND : 0n);
        expect(await s.house.bondBalance(s.token, fresh)).to.deep.equal([0n, 0n]);
      }
    });
  });

  describe("a guarantee", () => {
    const holderOf = async (s: SealedScene, bidder: string, lot = 0n, tender = s.tender): Promise<string> => {
      const types = ["bytes32", "uint256", "address", "uint64", "uint16", "address"];
      const values = [id("CommonSeal.Guarantee.v1"), s.chainId, await s.house.getAddress(), tender, lot, bidder];
      return ethers.dataSlice(ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values)), 12);
    };
    type Scene = SealedScene & { bank: Issuer };
    async function scene(sealing = {}): Promise<Scene> {
      const stage = await networkHelpers.loadFixture(sealedStage);
      const bank = await issuer(stage);
      const terms = {
        guarantee: requiring({ schema: bank.schema, issuer: bank.agency }),
        ceilings: [CEILING, CEILING],
      };
      return { ...(await bidding({ terms, sealing }, stage)), bank };
    }
    const attested = async (s: Scene, holder: string, expires = 0n) => {
      const document = evidence(s.bank.agency, holder, `guarantee of ${holder} until ${expires}`);
      await s.documents.connect(s.bank.clerk).attest(s.bank.agency, s.bank.schema, document.docHash, expires);
      return document;
    };
    const marked = (s: Scene, mark: bigint) =>
      [s.house, "TenderGuaranteeMarked", s.tender, 0, fresh.address, mark] as const;

    it("for exactly this bid place stands for the bond, whoever relays", async () => {
      const s = await scene();
      const { proof } = await attested(s, await holderOf(s, fresh.address));
      const bid = await prepared(s, fresh, 500n);
      const act = await actOf(s, fresh.address, { sealed: bid.sealed, guarantee: proof });
      const tx = await commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act), s.stranger);
      await expect(tx).to.emit(s.house, "GuaranteeShown").withArgs(s.tender, 0, fresh.address, proof);
      expect((await s.house.bidOf(s.tender, 0, fresh)).payer).to.equal(GUARANTEED);
      expect(await s.house.bondBalance(s.token, s.stranger)).to.deep.equal([0n, 0n]);
      const replacing = await relayed(s, 400n);
      await publish(s);
      await open(s, replacing);
      await toAwards(s);
      await s.house.connect(s.officer).closeLot(s.tender, 1, ZeroAddress);
      await s.house.connect(s.officer).award(s.tender, 0, fresh);
      await refused(s.house.settleBond(s.tender, 0, fresh), s.house, "TenderBondHeld");
      await at((await s.house.lotOf(s.tender, 0)).award.time + 11n * DAY);
      await expect(s.house.settleBond(s.tender, 0, fresh))
        .to.emit(s.house, "BondReleased")
        .withArgs(s.tender, 0, fresh.address);
    });

    it("of another bidder, lot or tender, expired, revoked, unknown or of another issuer is refused", async () => {
      const s = await scene();
      const holder = await holderOf(s, fresh.address);
      const places = [
        await holderOf(s, s.b.address),
        await holderOf(s, fresh.address, 1n),
        await holderOf(s, fresh.address, 0n, s.tender + 1n),
        fresh.address,
      ];
      for (const place of places) {
        const { proof } = await attested(s, place);
        await refused(relayed(s, 500n, { guarantee: proof }), ...marked(s, Marks.Unknown));
      }
      const first = await attested(s, await holderOf(s, fresh.address));
      const second = relayed(s, 500n, { lot: 1n, guarantee: first.proof });
      await refused(second, s.house, "TenderGuaranteeMarked", s.tender, 1, fresh.address, Marks.Unknown);
      const now = BigInt(await networkHelpers.time.latest());
      const short = await attested(s, holder, now + 50n);
      await at(now + 60n);
      await refused(relayed(s, 500n, { guarantee: short.proof }), ...marked(s, Marks.Expired));
      const revoked = await attested(s, holder, MAX_UINT40);
      await s.documents.connect(s.bank.clerk).revoke(s.bank.agency, revoked.docHash, 3);
      await refused(relayed(s, 500n, { guarantee: revoked.proof }), ...marked(s, Marks.Revoked));
      const other = await issuer(s);
      await s.documents.connect(s.bank.clerk).accredit(s.bank.schema, other.agency, MAX_UINT40);
      const foreign = evidence(other.agency, holder, "of another bank");
      await s.documents.connect(other.clerk).attest(other.agency, s.bank.schema, foreign.docHash, 0);
      await refused(relayed(s, 500n, { guarantee: foreign.proof }), ...marked(s, Marks.OtherIssuer));
      await refused(relayed(s, 500n, { guarantee: "0x00" }), ...marked(s, Marks.Lacking));
    });

    it("must last until the award deadline: a second less is expired", async () => {
      const s = await scene();
      const holder = await holderOf(s, fresh.address);
      const early = await attested(s, holder, s.awardDeadline - 1n);
      await refused(relayed(s, 500n, { guarantee: early.proof }), ...marked(s, Marks.Expired));
      const long = await attested(s, holder, s.awardDeadline);
      await relayed(s, 500n, { guarantee: long.proof });
      expect((await s.house.bidOf(s.tender, 0, fresh)).payer).to.equal(GUARANTEED);
    });

    it("of two parts must last as much longer as scoring may take", async () => {
      const s = await scene(TWO_PARTS);
      const until = s.awardDeadline + s.scoresDeadline - s.commitDeadline;
      const holder = await holderOf(s, fresh.address);
      const early = await attested(s, holder, until - 1n);
      await refused(relayed(s, 500n, { guarantee: early.proof }), ...marked(s, Marks.Expired));
      await relayed(s, 500n, { guarantee: (await attested(s, holder, until)).proof });
      expect((await s.house.bidOf(s.tender, 0, fresh)).payer).to.equal(GUARANTEED);
    });

    it("is refused where the tender accepts none", async () => {
      const s = await bidding();
      await refused(
        relayed(s, 500n, { guarantee: "0x01" }),
        s.house,
        "TenderGuaranteeMarked",
        s.tender,
        0,
        fresh.address,
        0,
      );
    });

    it("is to be called for garbage, and moves no money; a withdrawal lets the bidder pay next time", async () => {
      const s = await scene();
      const { proof } = await attested(s, await holderOf(s, fresh.address));
      await relayed(s, 500n, { guarantee: proof });
      const away = await actOf(s, fresh.address);
      await withdrawFor(s, fresh.address, away, await signed(s, fresh, "WithdrawBid", away));
      expect((await s.house.bidOf(s.tender, 0, fresh)).payer).to.equal(ZeroAddress);
      const bid = await prepared(s, fresh, 500n, { garble: (e) => flipped(e, 300) });
      const act = await actOf(s, fresh.address, { sealed: bid.sealed, guarantee: proof });
      const tx = await commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act));
      await publish(s);
      await judge(s, await handedIn(s, bid, tx));
      await expect(s.house.settleBond(s.tender, 0, fresh))
        .to.emit(s.house, "GuaranteeForfeited")
        .withArgs(s.tender, 0, fresh.address, s.treasury.address);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(0n);
      await refused(s.house.settleBond(s.tender, 0, fresh), s.house, "TenderBidStatus");
    });
  });
});
