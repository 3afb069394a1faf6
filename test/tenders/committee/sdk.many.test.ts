import { expect } from "chai";
import { concat, getAddress, getBytes, toBeHex, toQuantity } from "ethers";
import { commitmentOf, encodeBid, newSalt, NO_QUOTATION, type PartPlace } from "../../../sdk/src/tenders/bid.ts";
import { makeEnvelope } from "../../../sdk/src/tenders/committee/envelope.ts";
import { committeeKeys, readCommittee } from "../../../sdk/src/tenders/committee/read.ts";
import { awardLot } from "../../../sdk/src/tenders/decide.ts";
import { clearHead } from "../../../sdk/src/tenders/head.ts";
import { openBids } from "../../../sdk/src/tenders/openAll.ts";
import { type Played, Scene, watched } from "../scene.ts";
import { Members } from "./members.ts";

/** All of them by `npm run test:full`. */
const MANY = process.env["COMMON_SEAL_FULL"] === "1" ? 500 : 100;
/** The fifth opening is that of the sixth bid. */
const FEW = 6;
/** Numbers of the bids whose envelopes do not hold what was committed to. */
const GARBLED = [3, 8, 40];
const HIGHEST = 700_000n;
const LOWEST = 100_000n;
const GAS = toQuantity(1_000_000);

interface Bid {
  number: number;
  bidder: string;
  price: bigint;
}

/** How a tender with so many bids ended, and what that cost. */
interface Outcome {
  /** Requests to the node for opening all. */
  requests: number;
  /** Gas of each opening in turn, of each judgement, and of the award. */
  openings: bigint[];
  judgements: bigint[];
  award: bigint;
}

describe(`lots of up to ${MANY} bids, opened by the SDK`, function () {
  this.timeout(300_000);
  let scene: Scene;
  let members: Members;
  const outcomes = new Map<number, Outcome>();
  const outcomeOf = (count: number): Outcome => {
    const found = outcomes.get(count);
    if (!found) throw new Error(`no tender with ${count} bids was opened`);
    return found;
  };

  before(async () => {
    scene = await Scene.open();
    members = await Members.of(scene);
  });
  after(async () => {
    await members.close();
    await scene.stage.close();
  });

  /** The first bid is the highest and the second the lowest, so that all others have neighbours on both sides. */
  const priceOf = (number: number): bigint =>
    number === 1 ? HIGHEST : number === 2 ? LOWEST : LOWEST + 1n + BigInt((number * 7) % 61);

  async function send(from: string, data: string): Promise<void> {
    const { provider, context } = scene.stage;
    await provider.send("hardhat_impersonateAccount", [from]);
    await provider.send("hardhat_setBalance", [from, toQuantity(10n ** 20n)]);
    await provider.send("eth_sendTransaction", [{ from, to: context.addresses.TenderHouse, data, gas: GAS }]);
  }

  /** Seals bids, each from an account of its own. */
  async function seal(played: Played, count: number): Promise<Bid[]> {
    const { tender } = played;
    const { addresses, chainId, house } = scene.context;
    const committee = await readCommittee(scene.context, tender);
    const keys = await committeeKeys(scene.context, committee, 0);
    const length = (await played.model()).sealing?.bidLengths[0];
    const bids: Bid[] = [];
    for (let number = 1; number <= count; number++) {
      const bidder = getAddress(toBeHex((tender << 32n) + BigInt(number), 20));
      const place: PartPlace = { chainId, house: addresses.TenderHouse, tender, lot: 0, part: 0, bidder };
      const price = priceOf(number);
      const bid = encodeBid({ price, lottery: number, quotation: NO_QUOTATION }, length);
      const salt = newSalt();
      const envelope = getBytes(makeEnvelope(place, keys, committee.threshold, { salt, bid }));
      const last = envelope.length - 1;
      if (GARBLED.includes(number)) envelope[last] = (envelope[last] ?? 0) ^ 1;
      const sealed = concat([commitmentOf(place, bid, salt), envelope]);
      await send(bidder, house.interface.encodeFunctionData("commitEnvelope", [tender, 0, sealed]));
      bids.push({ number, bidder, price });
    }
    return bids;
  }

  /** The order as the house's own links tell it. */
  async function linked({ tender }: Played, bids: Bid[]): Promise<number[]> {
    const { house } = scene.context;
    const numbers: number[] = [];
    for (let next = (await house.lotOf(tender, 0)).lowest; next !== 0n;) {
      numbers.push(Number(next));
      next = (await house.bidOf(tender, 0, bids[Number(next) - 1]?.bidder ?? "")).next;
    }
    return numbers;
  }

  /** Gas of the transactions that left events of this name, in turn. */
  async function gasOf(name: "BidOpened" | "BidVoided", { tender }: Played): Promise<bigint[]> {
    const { house, provider } = scene.context;
    const logs = await house.queryFilter(house.filters[name](tender));
    const receipts = await Promise.all(
      logs.map(({ transactionHash }) => provider.getTransactionReceipt(transactionHash)),
    );
    return receipts.map((receipt) => receipt?.gasUsed ?? 0n);
  }

  async function play(count: number): Promise<void> {
    const played = await members.publish();
    const { tender } = played;
    await members.freeze(played);
    const bids = await seal(played, count);
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1_800);
    const told = await members.tell(played);
    if ("act" in told) await told.act.send();

    let requests = 0;
    const anyone = await watched(scene, "anyone", (_, answer) => {
      requests++;
      return answer();
    });
    const rows = await openBids(anyone, { tender });
    const honest = bids.filter(({ number }) => !GARBLED.includes(number));
    expect(rows.map(({ bidder, did, state, failed }) => [bidder, did, state, failed])).to.deep.equal(
      bids.map((bid) =>
        honest.includes(bid)
          ? [bid.bidder, "opened", "standing", undefined]
          : [bid.bidder, "convicted", "void", undefined],
      ),
    );
    const ranked = [...honest].sort((a, b) => Number(a.price - b.price) || a.number - b.number);
    expect(await linked(played, bids)).to.deep.equal(ranked.map(({ number }) => number));

    const { sealing } = await played.model();
    await scene.stage.advanceTo((sealing?.judgeDeadline ?? 0) + 1);
    const [winner] = ranked;
    expect(await clearHead(scene.officer, tender, 0)).to.equal(winner?.bidder);
    const done = await (await awardLot(scene.officer, { tender, lot: 0, bidder: winner?.bidder ?? "" })).send();
    expect((await played.model()).lots[0]?.award).to.include({ winner: winner?.bidder, price: LOWEST });
    const [openings, judgements] = [await gasOf("BidOpened", played), await gasOf("BidVoided", played)];
    expect([openings.length, judgements.length]).to.deep.equal([honest.length, bids.length - honest.length]);
    outcomes.set(count, { requests, openings, judgements, award: done.gas });
  }

  /** The same within a percent. */
  const near = (one = 0n, other = 0n) => expect(one).to.be.closeTo(other, other / 100n);

  for (const count of [FEW, 2 * FEW, MANY]) {
    it(`${count}: each has its place at once, the judged ones none, and the lowest wins`, () => play(count));
  }

  it("the last opening, judgement and award cost the gas of the first ones", () => {
    const [few, many] = [outcomeOf(FEW), outcomeOf(MANY)];
    near(many.openings.at(-1), few.openings[4]);
    near(many.openings.at(-1), many.openings[4]);
    near(many.judgements.at(-1), few.judgements[0]);
    near(many.award, few.award);
  });

  it("as many requests to the node for each bid, however many there are", () => {
    const [few, more, many] = [FEW, 2 * FEW, MANY].map((count) => outcomeOf(count).requests) as [
      number,
      number,
      number,
    ];
    const each = (more - few) / FEW;
    expect(each).to.be.greaterThan(0);
    expect(many - few).to.be.lessThan(1.2 * each * (MANY - FEW));
  });
});
