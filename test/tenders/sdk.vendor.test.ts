import { expect } from "chai";
import { AbiCoder, dataSlice, getAddress, id, keccak256 } from "ethers";
import { holderProof } from "../../sdk/src/documents/holderProof.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { encodeBid, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { readBonds, settleBond } from "../../sdk/src/tenders/bonds.ts";
import { packIdentity } from "../../sdk/src/tenders/identity.ts";
import { withdrawBid } from "../../sdk/src/tenders/seal.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { Office } from "./office.ts";
import { noticeOf, type Played, Scene } from "./scene.ts";
import { commitNaming, identityFor, relay } from "./vendor.ts";

const FIVE = 5n * 10n ** 18n;

describe("a bid of an account in a vendor's name", function () {
  this.timeout(60_000);
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const bidOf = async (played: Played, name: string) => bidAt(await played.model(), 0, await scene.address(name));
  const statesOf = (played: Played, ...names: string[]) =>
    Promise.all(names.map(async (name) => (await bidOf(played, name)).state));
  const plain = (price: bigint) => encodeBid({ price, lottery: 0, quotation: NO_QUOTATION });

  it("names the vendor once it is opened and not before; its own bid names none", async () => {
    const played = await scene.publish();
    await commitNaming(played, "fresh", "vendor", 7n, { lottery: 42 });
    await played.commit("own", 8n);
    expect(await bidOf(played, "fresh")).to.not.have.any.keys("vendor", "lottery", "price");
    await played.after("commit");
    for (const name of ["fresh", "own"]) await played.reveal(name);
    const vendor = await scene.address("vendor");
    expect(await bidOf(played, "fresh")).to.deep.include({ state: "standing", vendor, lottery: 42, price: 7n });
    const own = await bidOf(played, "own");
    expect(own).to.deep.include({ state: "standing", lottery: 0 });
    expect(own).to.not.have.any.keys("vendor", "payer");
    await played.after("reveal");
    await played.award("fresh");
    expect((await played.model()).lots[0]?.award?.winner).to.equal(await scene.address("fresh"));
  });

  it("is malformed with the identity of another lot, bidder or vendor", async () => {
    const played = await scene.publish();
    const foreign = await identityFor(played, "other", "vendor");
    const own = await identityFor(played, "a", "vendor");
    const claimed = own.replace((await scene.address("vendor")).slice(2).toLowerCase(), "77".repeat(20));
    await played.commitBytes("a", encodeBid({ price: 1n, lottery: 0, quotation: NO_QUOTATION, identity: foreign }));
    await played.commitBytes("b", encodeBid({ price: 1n, lottery: 0, quotation: NO_QUOTATION, identity: claimed }));
    await played.commitBytes("c", encodeBid({ price: 1n, lottery: 0, quotation: NO_QUOTATION, identity: own }));
    await played.after("commit");
    for (const name of ["a", "b", "c"]) expect(await played.reveal(name), name).to.deep.equal({ state: "malformed" });
    expect(await bidOf(played, "a")).to.not.have.any.keys("vendor", "lottery", "price");
    const place = await played.placeOf("a");
    const vendor = await scene.address("vendor");
    const signature = dataSlice(foreign, 21);
    expect(() => packIdentity(place, vendor, signature)).to.throw(InputError, "This is not");
    expect(() => packIdentity(place, vendor, "0x1234")).to.throw(InputError, "no ECDSA signature");
    expect(packIdentity(place, vendor, dataSlice(own, 21))).to.equal(own);
  });

  it("is a duplicate beside another of the same vendor, whichever is opened first, and neither wins", async () => {
    for (const order of [
      ["vendor", "front"],
      ["front", "vendor"],
    ]) {
      const played = await scene.publish();
      await played.commit("vendor", 5n);
      await commitNaming(played, "front", "vendor", 6n);
      await played.commit("other", 7n);
      await played.after("commit");
      for (const name of [...order, "other"]) await played.reveal(name);
      expect(await statesOf(played, "vendor", "front", "other")).to.deep.equal(["duplicate", "duplicate", "standing"]);
      expect(await played.reveal("vendor")).to.deep.equal({ state: "duplicate", price: 5n });
      await played.after("reveal");
      await played.award("other");
    }
    const one = await scene.publish();
    await commitNaming(one, "front", "vendor", 800_000n);
    await commitNaming(one, "back", "vendor", 6n);
    await one.after("commit");
    for (const name of ["front", "back"]) await one.reveal(name);
    expect(await statesOf(one, "front", "back")).to.deep.equal(["duplicate", "duplicate"]);
    // It was over the ceiling, so that it had no place to keep, and the house forgot its price.
    expect(await one.reveal("front")).to.deep.equal({ state: "duplicate" });
    expect((await bidOf(one, "front")).price).to.equal(800_000n);
  });

  it("is judged by the vendor's documents", async () => {
    const office = await Office.open(scene, "Tax Office");
    const [lot] = noticeOf().lots;
    if (!lot) throw new Error("no lot");
    const lots = [{ ...lot, requiredDocuments: [{ schema: office.clearance, atAward: true }] }];
    const played = await scene.publish({ lots });
    const [vendors, accounts] = [await scene.address("vendor"), await scene.address("b")];
    const proofs = [await office.attested(vendors), await office.attested(accounts)].map(holderProof);
    await commitNaming(played, "a", "vendor", 1n, { proofs: proofs[0] ?? "" });
    await commitNaming(played, "b", "somebody", 2n, { proofs: proofs[1] ?? "" });
    await played.after("commit");
    expect(await played.reveal("a")).to.deep.equal({ state: "standing", price: 1n, documents: ["held"] });
    expect((await played.reveal("b")).documents).to.deep.equal(["unknown, or of somebody else"]);
    await played.after("reveal");
    await played.award("a");
    expect((await played.model()).lots[0]?.award?.winner).to.equal(await scene.address("a"));
  });

  describe("sealed by a relayer", () => {
    it("tells who paid, is opened like any other, and the bond goes back to the payer", async () => {
      const played = await scene.publish(scene.bonded);
      await scene.fund("relayer");
      await relay(played, "a", "relayer", plain(7n));
      const payer = await scene.address("relayer");
      const sealed = await bidOf(played, "a");
      const { time, block } = await scene.now();
      expect(sealed).to.deep.include({ state: "sealed", payer });
      expect(sealed.commits.map(({ number, ...at }) => [number, at.time, at.block])).to.deep.equal([[1, time, block]]);
      expect((await readBonds(scene.context, scene.token, payer)).locked).to.equal(FIVE);
      await played.after("commit");
      expect(await played.reveal("a")).to.deep.equal({ state: "standing", price: 7n });
      await played.after("reveal");
      await played.award("a");
      await played.afterStandstill();
      await played.settle("a");
      expect((await bidOf(played, "a")).bond?.outcome).to.equal("released");
      expect(await readBonds(scene.context, scene.token, payer)).to.deep.include({ free: FIVE, locked: 0n });
    });

    it("tells the payer no more once it is withdrawn, and not again when its bidder seals and pays itself", async () => {
      const played = await scene.publish(scene.bonded);
      await scene.fund("second relayer");
      await scene.fund("b");
      await relay(played, "b", "second relayer", plain(7n));
      await withdrawBid(await scene.as("b"), played.tender, 0).send();
      expect(await bidOf(played, "b")).to.not.have.any.keys("payer");
      await played.commit("b", 6n);
      const bid = await bidOf(played, "b");
      expect(bid).to.deep.include({ state: "sealed" });
      expect(bid).to.not.have.any.keys("payer", "withdrawn");
      expect((await scene.context.house.bidOf(played.tender, 0, bid.bidder)).payer).to.equal(`0x${"0".repeat(40)}`);
      await relay(played, "b", "second relayer", plain(5n));
      expect((await bidOf(played, "b")).commits.map(({ number }) => number)).to.deep.equal([1, 2, 3]);
      await played.after("commit");
      expect(await played.reveal("b")).to.deep.equal({ state: "standing", price: 5n });
    });

    it("with a guarantee has no payer, and forfeits the guarantee where it is never opened", async () => {
      const bank = await Office.open(scene, "Bank");
      const guarantee = { schema: bank.clearance, issuer: bank.agency };
      const played = await scene.publish({ ...scene.bonded, guarantee });
      const { chainId, house, tender, lot, bidder } = await played.placeOf("silent");
      const types = ["bytes32", "uint256", "address", "uint256", "uint256", "address"];
      const values = [id("CommonSeal.Guarantee.v1"), chainId, house, tender, lot, bidder];
      const holder = getAddress(dataSlice(keccak256(AbiCoder.defaultAbiCoder().encode(types, values)), 12));
      await relay(played, "silent", "poor relayer", plain(7n), holderProof(await bank.attested(holder)));
      const sealed = await bidOf(played, "silent");
      expect(sealed).to.deep.include({ state: "sealed" });
      expect(sealed).to.not.have.any.keys("payer");
      await played.after("reveal");
      const { result } = await settleBond(scene.context, tender, 0, bidder).send();
      expect(result).to.deep.equal({ forfeited: true });
      const { state, bond } = await bidOf(played, "silent");
      expect([state, bond?.outcome]).to.deep.equal(["forfeited", "forfeited"]);
      expect((await readBonds(scene.context, scene.token, scene.treasury)).due).to.equal(0n);
    });
  });
});
