import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { seal as sealPlain, viewOf } from "./bids.ts";
import { at, publish as publishPlain } from "./helpers.ts";
import { actOf, type Act, commitFor, type Domain, fresh, relayed, signed, withdrawFor } from "./relaying.ts";
import { flipped } from "./sealed.ts";
import { bidding, handedIn, open, prepared, publish, refused, statusOf, toAwards } from "./sealedScene.ts";
import { BOND, CEILING, DEPOSIT, id, MAX_UINT40, Status, ZeroHash } from "./values.ts";

const { dataLength } = ethers;

describe("TenderHouse: acts on bidders' behalf", () => {
  describe("commitFor", () => {
    it("seals the bid of the signer; the caller pays the bond", async () => {
      const s = await bidding();
      const bid = await prepared(s, fresh, 500n);
      const act = await actOf(s, fresh.address, { sealed: bid.sealed });
      const tx = await commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act));
      await expect(tx).to.emit(s.house, "BidSealed").withArgs(s.tender, 0, fresh.address, 1, bid.sealed);
      await expect(tx).to.emit(s.house, "BondPaidFor").withArgs(s.tender, 0, fresh.address, s.d.address);
      expect(await s.house.bidOf(s.tender, 0, fresh)).to.deep.equal(
        viewOf({ status: Status.Sealed, payer: s.d.address }),
      );
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT - BOND, BOND]);
      await publish(s);
      await open(s, await handedIn(s, bid, tx));
      await toAwards(s);
      await s.house.connect(s.officer).award(s.tender, 0, fresh);
    });

    it("needs no signature of the bidder itself, who then pays", async () => {
      const s = await bidding();
      const { sealed } = await prepared(s, s.a, 500n);
      const act = await actOf(s, s.a.address, { sealed });
      await expect(commitFor(s, s.a.address, act, "0x", s.a)).not.to.emit(s.house, "BondPaidFor");
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, BOND]);
    });

    it("is refused with a signature over anything else: another chain, house, name, version, place, envelope, guarantee, state or deadline", async () => {
      const s = await bidding({ terms: { ceilings: [CEILING, CEILING] } });
      const { sealed } = await prepared(s, fresh, 500n);
      const act = await actOf(s, fresh.address, { sealed });
      const wrong = [s.house, "TenderRelaySignature", fresh.address] as const;
      const others: Partial<Act>[] = [
        { tender: s.tender + 1n },
        { lot: 1n },
        { sealed: flipped(sealed, 40) },
        { sealed: flipped(sealed, dataLength(sealed) - 1) },
        { guarantee: "0x00" },
        { replaces: id("state") },
        { deadline: act.deadline - 1n },
      ];
      for (const change of others) {
        await refused(
          commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", { ...act, ...change })),
          ...wrong,
        );
      }
      const domains: Domain[] = [
        { chainId: s.chainId + 1n },
        { verifyingContract: await s.house.DESK() },
        { name: "Common Seal TenderDesk" },
        { version: "2" },
      ];
      for (const domain of domains) {
        await refused(commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act, domain)), ...wrong);
      }
      for (const signature of [
        await signed(s, s.a, "SealBid", act),
        await signed(s, fresh, "WithdrawBid", act),
        "0x",
        id("x"),
      ]) {
        await refused(commitFor(s, fresh.address, act, signature), ...wrong);
      }
      await commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act));
    });

    it("a relayer cannot swap the envelope or the guarantee under a signed act, nor relay it for another", async () => {
      const s = await bidding();
      const { sealed } = await prepared(s, fresh, 500n);
      const act = await actOf(s, fresh.address, { sealed });
      const signature = await signed(s, fresh, "SealBid", act);
      const wrong = [s.house, "TenderRelaySignature"] as const;
      for (const place of [0, 31, 32, 128, 300, dataLength(sealed) - 1]) {
        await refused(commitFor(s, fresh.address, { ...act, sealed: flipped(sealed, place) }, signature), ...wrong);
      }
      await refused(commitFor(s, fresh.address, { ...act, guarantee: "0x01" }, signature), ...wrong, fresh.address);
      await refused(commitFor(s, fresh.address, { ...act, deadline: act.deadline + 1n }, signature), ...wrong);
      await refused(commitFor(s, s.b.address, act, signature), ...wrong, s.b.address);
    });

    it("is not replayed after a replacement or a withdrawal, nor twice", async () => {
      const s = await bidding();
      const first = await relayed(s, 500n);
      const stale = [s.house, "TenderRelayStale", s.tender, 0, fresh.address] as const;
      const replay = () => commitFor(s, fresh.address, first.act, first.signature);
      await refused(replay(), ...stale);
      const second = await relayed(s, 400n);
      expect(second.number).to.equal(2n);
      await refused(replay(), ...stale);
      await refused(commitFor(s, fresh.address, second.act, second.signature), ...stale);
      const withdrawal = await actOf(s, fresh.address);
      await withdrawFor(s, fresh.address, withdrawal, await signed(s, fresh, "WithdrawBid", withdrawal));
      await refused(replay(), ...stale);
      await refused(commitFor(s, fresh.address, second.act, second.signature), ...stale);
      const third = await relayed(s, 300n);
      for (const { act, signature } of [first, second, third]) {
        await refused(commitFor(s, fresh.address, act, signature), ...stale);
      }
    });

    it("replaces without another bond; a guarantee is refused then", async () => {
      const s = await bidding();
      await relayed(s, 500n);
      await relayed(s, 400n);
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT - BOND, BOND]);
      await refused(
        relayed(s, 300n, { guarantee: "0x01" }),
        s.house,
        "TenderBidStatus",
        s.tender,
        0,
        fresh.address,
        Status.Sealed,
      );
    });

    it("works until its deadline's last second, and never after the tender's", async () => {
      const s = await bidding();
      const deadline = s.commitDeadline - 1000n;
      const { sealed } = await prepared(s, fresh, 500n);
      const act = await actOf(s, fresh.address, { sealed, deadline });
      const signature = await signed(s, fresh, "SealBid", act);
      await at(deadline + 1n);
      const snapshot = await networkHelpers.takeSnapshot();
      await refused(commitFor(s, fresh.address, act, signature), s.house, "TenderRelayExpired", deadline);
      await snapshot.restore();
      const again = await bidding();
      const same = await prepared(again, fresh, 500n);
      const other = await actOf(again, fresh.address, { sealed: same.sealed, deadline });
      const right = await signed(again, fresh, "SealBid", other);
      await at(deadline);
      await commitFor(again, fresh.address, other, right);
      await at(again.commitDeadline + 1n);
      await refused(relayed(again, 1n, { deadline: MAX_UINT40 }), again.house, "TenderCommitClosed");
    });

    it("is refused where the caller has too little money, with another length, and of an unknown lot", async () => {
      const s = await bidding();
      const { sealed } = await prepared(s, fresh, 500n);
      const act = await actOf(s, fresh.address, { sealed });
      const signature = await signed(s, fresh, "SealBid", act);
      await refused(commitFor(s, fresh.address, act, signature, s.stranger), s.house, "BondInsufficient");
      await refused(
        relayed(s, 1n, { sealed: id("short") }),
        s.house,
        "TenderSealedLength",
        s.tender,
        32,
        dataLength(sealed),
      );
      await refused(relayed(s, 1n, { lot: 1n }), s.house, "TenderLotUnknown", s.tender, 1);
    });

    it("seals commitments in a plain tender, and they are opened there", async () => {
      const s = await bidding();
      const plain = await publishPlain(s);
      const bid = await sealPlain(s, plain.tender, s.b, 5n).then((one) => one.commitment);
      const scene = { ...s, tender: plain.tender, commitDeadline: plain.commitDeadline };
      const act = await actOf(scene, fresh.address, { sealed: bid });
      await commitFor(scene, fresh.address, act, await signed(scene, fresh, "SealBid", act));
      const zero = await actOf(scene, s.c.address, { sealed: ZeroHash });
      await refused(commitFor(scene, s.c.address, zero, "0x", s.c), s.house, "TenderCommitmentZero");
      expect(await statusOf(scene, fresh)).to.equal(Status.Sealed);
    });

    it("takes the signature of a contract account while it holds (ERC-1271)", async () => {
      const s = await bidding();
      const wallet = await ethers.deployContract("test/documents/Wallets.sol:OwnedWallet", [fresh.address]);
      const bidder = await wallet.getAddress();
      const { sealed } = await prepared(s, { address: bidder }, 500n);
      const act = await actOf(s, bidder, { sealed });
      const others = await signed(s, s.a, "SealBid", act);
      await refused(commitFor(s, bidder, act, others), s.house, "TenderRelaySignature", bidder);
      for (const kind of ["RevertingWallet", "WrongWordWallet"]) {
        const refusing = await ethers.deployContract(`test/documents/Wallets.sol:${kind}`);
        const own = await signed(s, fresh, "SealBid", act);
        await refused(commitFor(s, await refusing.getAddress(), act, own), s.house, "TenderRelaySignature");
      }
      await commitFor(s, bidder, act, await signed(s, fresh, "SealBid", act));
      expect(await statusOf(s, bidder)).to.equal(Status.Sealed);
    });
  });

  describe("withdrawFor", () => {
    it("frees the bond of who paid it, and forgets who that was", async () => {
      const s = await bidding();
      await relayed(s, 500n);
      const act = await actOf(s, fresh.address);
      await expect(withdrawFor(s, fresh.address, act, await signed(s, fresh, "WithdrawBid", act)))
        .to.emit(s.house, "BidWithdrawn")
        .withArgs(s.tender, 0, fresh.address);
      expect(await s.house.bidOf(s.tender, 0, fresh)).to.deep.equal(viewOf({ status: Status.Withdrawn }));
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);
      expect(await s.house.bondBalance(s.token, fresh)).to.deep.equal([0n, 0n]);
    });

    it("is refused with another signature, state, time or status", async () => {
      const s = await bidding();
      const none = await actOf(s, fresh.address);
      const early = await signed(s, fresh, "WithdrawBid", none);
      await refused(
        withdrawFor(s, fresh.address, none, early),
        s.house,
        "TenderBidStatus",
        s.tender,
        0,
        fresh.address,
        Status.None,
      );
      await relayed(s, 500n);
      await refused(
        withdrawFor(s, fresh.address, none, early),
        s.house,
        "TenderRelayStale",
        s.tender,
        0,
        fresh.address,
      );
      const act = await actOf(s, fresh.address);
      const wrong = [s.house, "TenderRelaySignature", fresh.address] as const;
      for (const change of [{ tender: 9n }, { lot: 1n }, { deadline: 1n }, { replaces: id("r") }]) {
        const signature = await signed(s, fresh, "WithdrawBid", { ...act, ...change });
        await refused(withdrawFor(s, fresh.address, act, signature), ...wrong);
      }
      const foreign = await signed(s, fresh, "WithdrawBid", act, { chainId: 1n });
      await refused(withdrawFor(s, fresh.address, act, foreign), ...wrong);
      await refused(withdrawFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act)), ...wrong);
      const expired = { ...act, deadline: 1n };
      const late = await signed(s, fresh, "WithdrawBid", expired);
      await refused(withdrawFor(s, fresh.address, expired, late), s.house, "TenderRelayExpired", 1);
      await at(s.commitDeadline + 1n);
      const right = await signed(s, fresh, "WithdrawBid", act);
      await refused(withdrawFor(s, fresh.address, act, right), s.house, "TenderCommitClosed");
    });
  });
});
