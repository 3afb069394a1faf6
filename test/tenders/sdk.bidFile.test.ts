import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { concat, toBeHex, type TransactionRequest, type TransactionResponse, Wallet, ZeroHash } from "ethers";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { MAX_PRICE } from "../../sdk/src/tenders/amount.ts";
import {
  type BidPlace,
  commitmentOf,
  decodeBid,
  encodeBid,
  newSalt,
  NO_QUOTATION,
  type PartPlace,
} from "../../sdk/src/tenders/bid.ts";
import { BidStore, makeBidFile, placeOf, readBidFile } from "../../sdk/src/tenders/bidFile.ts";
import { describeKept } from "../../sdk/src/tenders/keptBids.ts";
import { NOBODY } from "../../sdk/src/tenders/model.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import { revealBid } from "../../sdk/src/tenders/reveal.ts";
import { commitBid, replaceBid, type SealOutcome } from "../../sdk/src/tenders/seal.ts";
import { type Played, Scene } from "./scene.ts";

/** An account whose process dies: at the moment of sending, or right after it. */
class Dying extends Wallet {
  when: "before sending" | "after sending" = "before sending";
  /** Called at the moment of sending. */
  atSend: () => Promise<void> = () => Promise.resolve();

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    await this.atSend();
    if (this.when === "after sending") await super.sendTransaction(transaction);
    throw new Error("killed");
  }
}

const bid = (price: bigint) => ({ price, lottery: 0, quotation: NO_QUOTATION });

const ONE = `0x${"1".repeat(40)}`;

async function caught(act: Promise<unknown>): Promise<Error> {
  const error = await act.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  return error as Error;
}

/** Expects an InputError of one line. */
async function refused(act: Promise<unknown>, words: string): Promise<void> {
  const error = await caught(act);
  expect(error, error.message).to.be.instanceOf(InputError);
  expect(error.message).to.include(words).and.not.include("\n");
}

describe("sealed bids and their files", () => {
  let scene: Scene;
  let folder: string;
  let bids: BidStore;

  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bids-"));
    bids = new BidStore(join(folder, "bids"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const seal = (context: Context, played: Played, price: bigint, action = commitBid, lot = 0) =>
    action(context, { tender: played.tender, lot, bid: { price, quotation: NO_QUOTATION }, bids });
  const send = async (outcome: SealOutcome) => ("act" in outcome ? (await outcome.act.send()).result : outcome.done);
  const dying = async (name: string): Promise<{ signer: Dying; context: Context }> => {
    const wallet = (await scene.stage.account(name)) as Wallet;
    const signer = new Dying(wallet.privateKey, scene.stage.provider);
    return { signer, context: actingAs(scene.context, signer) };
  };
  const placeIn = (played: Played, name: string): Promise<BidPlace> => played.placeOf(name);

  it("the commitment is the house's: what was sealed for another place, part, bid or salt does not open", async () => {
    const played = await scene.publish();
    const bytes = encodeBid(bid(5n));
    const others: Partial<PartPlace>[] = [
      {},
      { tender: 9n },
      { lot: 1 },
      { part: 1 },
      { chainId: 1n },
      { bidder: played.scene.token },
    ];
    others.push({ house: scene.context.addresses.AgencyRegistry });
    const salt = newSalt();
    for (const [i, other] of others.entries()) {
      const commitment = commitmentOf({ ...(await placeIn(played, `c${i}`)), part: 0, ...other }, bytes, salt);
      await (await (await scene.as(`c${i}`)).house.commitBid(played.tender, 0, commitment)).wait();
    }
    await played.after("commit");
    const { bids: sealed } = lotAt(await played.model(), 0);
    const { house } = await scene.as("anyone");
    const open = async (i: number, changes: { bid?: string; salt?: string; number?: number; time?: number } = {}) => {
      const { number = 0, time = 0 } = sealed[i]?.commits[0] ?? {};
      const none = { envelope: ZeroHash, other: ZeroHash, before: NOBODY, next: NOBODY };
      const opening = { bid: bytes, salt, number, time, ...none, ...changes };
      return house.open.estimateGas(played.tender, 0, await scene.address(`c${i}`), opening);
    };
    for (const i of others.keys()) {
      if (i > 0) expect(describeError(await caught(open(i)))).to.match(/^TenderOpeningMismatch/);
    }
    const { number = 0, time = 0 } = sealed[0]?.commits[0] ?? {};
    const changes = [{ bid: encodeBid(bid(6n)) }, { salt: newSalt() }, { number: number + 1 }, { time: time + 1 }];
    for (const change of changes) {
      expect(describeError(await caught(open(0, change)))).to.match(/^TenderOpeningMismatch/);
    }
    expect(await open(0), "by anyone who has the opening").to.be.greaterThan(0n);
  });

  it("prices and lottery numbers are encoded within their limits and refused outside, and so they are decoded", () => {
    const place = { chainId: 1n, house: ONE, tender: 1n, lot: 0, bidder: ONE };
    const section = (price: bigint, lottery: number) => concat([toBeHex(price, 8), toBeHex(lottery, 2), NO_QUOTATION]);
    for (const price of [0n, 1n, MAX_PRICE]) {
      for (const lottery of [0, 1, 999]) {
        const one = { ...bid(price), lottery };
        expect(encodeBid(one)).to.equal(concat([section(price, lottery), "0x0000"]));
        expect(decodeBid(encodeBid(one), place)).to.deep.equal({ ...one, vendor: ONE });
      }
    }
    for (const price of [-1n, MAX_PRICE + 1n, 2n ** 256n]) expect(() => encodeBid(bid(price))).to.throw(InputError);
    for (const lottery of [-1, 0.5, 1000]) expect(() => encodeBid({ ...bid(1n), lottery })).to.throw(InputError);
    const whole = encodeBid(bid(1n));
    const bad = [section(MAX_PRICE + 1n, 0), section(1n, 1000)].map((head) => concat([head, "0x0000"]));
    for (const bytes of ["0x", "0x1234", whole.slice(0, -2), ...bad]) expect(decodeBid(bytes, place)).to.equal(null);
    expect(decodeBid(`${whole}00`, place)).to.deep.equal({ ...bid(1n), vendor: ONE, proofs: "0x00" });
  });

  it("a bid sealed for its bidder to open has no number in a lottery, and no vendor but its bidder", async () => {
    const played = await scene.publish();
    const { file } = await send(await seal(await scene.as("a"), played, 500n));
    const place = await placeIn(played, "a");
    const kept = (await readBidFile(file)).file;
    expect(kept.bid).to.equal(encodeBid(bid(500n)));
    expect(decodeBid(kept.bid, place)).to.deep.equal({ ...bid(500n), vendor: place.bidder });
  });

  it("a file is readable by its owner only, in a folder of its owner only, and is never overwritten", async () => {
    await mkdir(bids.folder, { mode: 0o755 });
    await chmod(bids.folder, 0o755);
    const played = await scene.publish();
    const file = makeBidFile(await placeIn(played, "a"), scene.context.genesisHash, encodeBid(bid(7n)), newSalt());
    const path = await bids.keep(file);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(bids.folder)).mode & 0o777).to.equal(0o700);
    const before = await readFile(path, "utf8");
    const error = await caught(bids.keep({ ...file, created: new Date(0).toISOString() }));
    expect((error as NodeJS.ErrnoException).code).to.equal("EEXIST");
    expect(await readFile(path, "utf8")).to.equal(before);
    expect((await readBidFile(path)).file).to.deep.equal(file);
  });

  it("killed before sending: the file is on disk already, and the next run uses it", async () => {
    const played = await scene.publish();
    const { signer, context } = await dying("a");
    let atSend: string[] = [];
    signer.atSend = async () => void (atSend = await readdir(bids.folder));
    expect((await caught(seal(context, played, 500n).then(send))).message).to.equal("killed");
    expect(atSend).to.have.length(1);
    const { bids: kept } = await describeKept(context, bids);
    expect(kept.map(({ state, price }) => [state, price])).to.deep.equal([["not sent", "5 UAH"]]);

    const outcome = await seal(await scene.as("a"), played, 500n);
    expect(outcome).to.have.property("act");
    const sealed = await send(outcome);
    expect(sealed.file).to.equal(kept[0]?.path);
    expect(await readdir(bids.folder)).to.have.length(1);
    expect((await played.model()).lots[0]?.bids[0]?.commits[0]?.commitment).to.equal(sealed.commitment);
  });

  it("killed before sending, another price is sealed with a file of its own", async () => {
    const played = await scene.publish();
    const { context } = await dying("a");
    await caught(seal(context, played, 500n).then(send));
    await send(await seal(await scene.as("a"), played, 501n));
    const { bids: kept } = await describeKept(context, bids);
    expect(kept.map(({ state, price }) => [state, price])).to.have.deep.members([
      ["not sent", "5 UAH"],
      ["sealed", "5.01 UAH"],
    ]);
  });

  for (const action of [commitBid, replaceBid]) {
    it(`${action.name} killed after sending: the next run says it is done and sends nothing`, async () => {
      const played = await scene.publish();
      const { signer, context } = await dying("a");
      if (action === replaceBid) await send(await seal(await scene.as("a"), played, 1n));
      signer.when = "after sending";
      expect((await caught(seal(context, played, 500n, action).then(send))).message).to.equal("killed");
      const { block } = await scene.now();
      const outcome = await seal(await scene.as("a"), played, 500n, action);
      if (!("done" in outcome)) throw new Error("not done");
      expect(outcome.done.number).to.equal(action === replaceBid ? 2 : 1);
      expect((await readBidFile(outcome.done.file)).file.commitment).to.equal(outcome.done.commitment);
      expect((await scene.now()).block).to.equal(block);
    });
  }

  it("a refused sealing leaves no file", async () => {
    const played = await scene.publish();
    await played.after("commit");
    expect(await caught(seal(await scene.as("a"), played, 500n).then(send))).not.to.be.instanceOf(InputError);
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("a second bid is told to replace, a replacement without a bid to commit", async () => {
    const played = await scene.publish();
    const context = await scene.as("a");
    await refused(seal(context, played, 500n, replaceBid), "seal one with `tender commit`");
    await send(await seal(context, played, 500n));
    await refused(seal(context, played, 400n), "replace it with `tender replace`");
    const unknown = await caught(seal(context, played, 400n, commitBid, 3));
    expect(describeError(unknown)).to.match(/^TenderLotUnknown \(tender \d+, lot 3\): /);
  });

  it("a salt is never used twice, although the price comes back", async () => {
    const played = await scene.publish();
    const context = await scene.as("a");
    const first = await send(await seal(context, played, 500n));
    const second = await send(await seal(context, played, 400n, replaceBid));
    const third = await send(await seal(context, played, 500n, replaceBid));
    bids = new BidStore(bids.folder);
    const files = await Promise.all([first, second, third].map(({ file }) => readBidFile(file)));
    expect(new Set(files.map(({ file }) => file.salt)).size).to.equal(3);
    expect(third.number).to.equal(3);
  });

  describe("opening", () => {
    let played: Played;
    let path: string;
    before(async () => void (played = await scene.publish()));
    beforeEach(async () => {
      const place = await placeIn(played, "a");
      path = join(folder, "bid.json");
      const own = makeBidFile(place, scene.context.genesisHash, encodeBid(bid(5n)), newSalt());
      await writeFile(path, JSON.stringify(own));
    });
    before(async () => {
      await played.commit("a", 5n);
      await played.commit("b", 6n);
      await played.after("commit");
    });

    const open = async (name: string, file: string, lot = 0) =>
      revealBid(await scene.as(name), { tender: played.tender, lot, bids, path: file });
    const rewrite = async (change: (file: Record<string, unknown>) => void) => {
      const file = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
      change(file);
      await writeFile(path, JSON.stringify(file));
    };
    const flip = (text: unknown) => String(text).replace(/.$/, (last) => (last === "0" ? "1" : "0"));

    for (const key of ["bid", "salt", "commitment"] as const) {
      it(`refuses a file in which a byte of ${key} was changed`, async () => {
        await rewrite((file) => void (file[key] = flip(file[key])));
        await refused(open("a", path), "was changed: its bid and salt do not yield its commitment");
      });
    }

    it("refuses a file that is cut off, not there, or not a bid file", async () => {
      await writeFile(path, (await readFile(path, "utf8")).slice(0, -30));
      await refused(open("a", path), "is not JSON");
      await refused(open("a", join(folder, "none.json")), "cannot be read: ENOENT");
      await writeFile(path, "{}");
      await refused(open("a", path), "is not a bid file: format");
    });

    it("refuses a whole file with another salt than the sealed one's", async () => {
      await refused(open("a", path), "does not open the sealed bid");
    });

    const elsewhere: [string, Partial<BidPlace>, string | undefined][] = [
      ["tender 99", { tender: 99n }, undefined],
      ["lot 1", { lot: 1 }, undefined],
      ["the house at 0x1111111111111111111111111111111111111111", { house: `0x${"11".repeat(20)}` }, undefined],
      ["chain 5", { chainId: 5n }, undefined],
      ["chain 31337", {}, `0x${"ab".repeat(32)}`], // a chain of the same id that began anew
    ];
    for (const [named, change, genesis] of elsewhere) {
      it(`refuses a file of ${named}${genesis ? " begun anew" : ""}`, async () => {
        const place = { ...(await placeIn(played, "a")), ...change };
        const file = makeBidFile(place, genesis ?? scene.context.genesisHash, encodeBid(bid(5n)), newSalt());
        await writeFile(path, JSON.stringify(file));
        await refused(open("a", path), `is of another place: ${named}`);
      });
    }

    it("refuses another bidder's file, and who has no bid, and a lot that is not there", async () => {
      await refused(open("b", path), `is of another place: bidder ${await scene.address("a")}`);
      await refused(open("nobody", path), "has no bid in lot 0");
      expect(describeError(await caught(open("a", path, 4)))).to.match(/^TenderLotUnknown \(tender \d+, lot 4\): /);
    });

    it("says where to look when no kept file opens the bid", async () => {
      await refused(
        revealBid(await scene.as("a"), { tender: played.tender, lot: 0, bids }),
        "give its path with --file",
      );
    });

    it("killed after sending: the next run says it is open, with or without the file", async () => {
      const { signer, context } = await dying("b");
      signer.when = "after sending";
      const kept = scene.stage.bids;
      const outcome = await revealBid(context, { tender: played.tender, lot: 0, bids: kept });
      if (!("act" in outcome)) throw new Error("open already");
      expect((await caught(outcome.act.send())).message).to.equal("killed");
      const { block } = await scene.now();
      for (const store of [kept, bids]) {
        const again = await revealBid(await scene.as("b"), { tender: played.tender, lot: 0, bids: store });
        if (!("done" in again)) throw new Error("not open");
        expect([again.done.state, again.done.price]).to.deep.equal(["standing", 6n]);
      }
      expect((await scene.now()).block).to.equal(block);
    });
  });

  it("`tender bids` tells what became of each file, and which cannot be read", async () => {
    const played = await scene.publish(scene.bonded);
    const context = await scene.as("k");
    const store = scene.stage.bids;
    for (const name of ["k", "over", "bad", "mute", "gone", "out"]) await scene.fund(name);
    await played.commit("k", 100n);
    await played.replace("k", 90n);
    await played.commit("over", 750_001n);
    await played.commitBytes("bad", "0x99");
    await played.commit("mute", 3n);
    await played.commit("gone", 4n);
    await played.withdraw("gone");
    await played.commit("out", 5n);
    await played.after("commit");
    for (const name of ["k", "over", "bad", "out"]) await played.reveal(name);
    await played.reject("out");
    await played.after("reveal");
    await played.settle("mute");
    const strange = makeBidFile(await placeIn(played, "k"), `0x${"cd".repeat(32)}`, encodeBid(bid(11n)), newSalt());
    await store.keep(strange);
    await writeFile(join(store.folder, "broken.json"), "{");

    const { bids: all, broken } = await describeKept(context, store);
    const told = all.filter(({ tender }) => tender === String(played.tender));
    const addresses = new Map<string, string>();
    for (const name of ["k", "over", "bad", "mute", "gone", "out"]) addresses.set(await scene.address(name), name);
    expect(told.map(({ bidder, price, state }) => `${addresses.get(bidder)} ${price} ${state}`)).to.have.members([
      "k 1 UAH replaced",
      "k 0.9 UAH standing",
      "over 7500.01 UAH over the ceiling",
      "bad malformed malformed",
      "mute 0.03 UAH forfeited",
      "gone 0.04 UAH withdrawn",
      "out 0.05 UAH rejected",
      "k 11 minor units other chain",
    ]);
    expect(broken.map(({ path }) => path)).to.deep.equal([join(store.folder, "broken.json")]);
    expect(broken[0]?.reason).to.include("is not JSON");
    const { file } = await readBidFile(told[0]?.path ?? "");
    expect(placeOf(file).tender).to.equal(played.tender);
  });
});
