import { expect } from "chai";
import { toQuantity } from "ethers";
import type { Context } from "../../../sdk/src/shared/context.ts";
import { describeError } from "../../../sdk/src/shared/decode.ts";
import { committeeKeys, readCommittee } from "../../../sdk/src/tenders/committee/read.ts";
import { openBids } from "../../../sdk/src/tenders/openAll.ts";
import { BID_STATES, orderOf } from "../../../sdk/src/tenders/order.ts";
import { NO_QUOTATION } from "../../../sdk/src/tenders/bid.ts";
import { commitBid } from "../../../sdk/src/tenders/seal.ts";
import { type Played, Scene, watched } from "../scene.ts";
import { Members } from "./members.ts";

const HALF_AN_HOUR = 1_800;
const PUBLIC_CHAIN = 11_155_111n;
const PRICES: [string, bigint][] = [
  ["ann", 500n],
  ["bob", 300n],
  ["cyd", 400n],
  ["dan", 100n],
  ["eve", 200n],
];

describe("a reorganisation around a deadline", () => {
  let scene: Scene;
  let members: Members;

  before(async () => {
    scene = await Scene.open();
    members = await Members.of(scene);
  });
  after(async () => {
    await members.close();
    await scene.stage.close();
  });

  const chain = (method: string, ...params: unknown[]) => scene.stage.provider.send(method, params);
  /** The block from which the chain can go on differently; what this returns goes back to it. */
  async function fork(): Promise<() => Promise<void>> {
    let snapshot = await chain("evm_snapshot");
    return async () => {
      expect(await chain("evm_revert", snapshot)).to.equal(true);
      snapshot = await chain("evm_snapshot");
    };
  }
  const bidding = async (): Promise<Played> => {
    const played = await members.publish();
    await members.freeze(played);
    return played;
  };
  const sealing = async (context: Context, { tender }: Played, price: bigint) =>
    commitBid(context, { tender, lot: 0, bid: { price, quotation: NO_QUOTATION }, bids: scene.stage.bids });
  const tell = async (played: Played): Promise<void> => {
    const told = await members.tell(played);
    if ("act" in told) await told.act.send();
  };
  const refused = (act: Promise<unknown>): Promise<string> =>
    act.then(
      () => "nothing was refused",
      (error: unknown) => describeError(error),
    );
  /** Somebody's connection to a public chain, whose latest final block this is. */
  const abroad = async (name: string, final: () => number): Promise<Context> => {
    const context = await watched(scene, name, (request, answer) => {
      const [tag] = (request.params ?? []) as unknown[];
      if (request.method !== "eth_getBlockByNumber" || tag !== "finalized") return answer();
      return scene.stage.eip1193.request({ ...request, params: [toQuantity(final()), false] });
    });
    return { ...context, chainId: PUBLIC_CHAIN };
  };

  it("a bid of the last second that comes again a second later is refused; in time it is the same bid", async () => {
    const played = await bidding();
    const { tender, schedule } = played;
    const ann = await scene.as("ann");
    await scene.stage.advanceTo(schedule.commitDeadline - 2);
    const back = await fork();
    const handIn = async (time: number) => {
      const outcome = await sealing(ann, played, 500n);
      await scene.nextTime(time);
      if (!("act" in outcome)) throw new Error("it was sealed before");
      return (await outcome.act.send()).result;
    };
    const first = await handIn(schedule.commitDeadline);
    expect((await played.model()).lots[0]?.bids).to.have.length(1);

    await back();
    expect((await played.model()).lots[0]?.bids).to.deep.equal([]);
    const again = await handIn(schedule.commitDeadline - 1);
    expect(again).to.deep.equal(first);

    await back();
    const sealed = await chain("eth_getTransactionCount", await scene.address("ann"), "latest");
    await scene.stage.advanceTo(schedule.commitDeadline + 1);
    const late = await sealing(ann, played, 500n);
    if (!("act" in late)) throw new Error("it was sealed before");
    expect(await refused(late.act.send())).to.include("TenderCommitClosed");
    expect(await chain("eth_getTransactionCount", await scene.address("ann"), "latest")).to.equal(sealed);
    expect((await scene.context.house.bidOf(tender, 0, await scene.address("ann"))).status).to.equal(0n);
  });

  it("on no fork is a scalar out before half an hour after the deadline, whoever has seen it", async () => {
    const played = await bidding();
    const { tender, schedule } = played;
    await played.commitBare("ann", 500n);
    const due = schedule.commitDeadline + HALF_AN_HOUR;
    await scene.stage.advanceTo(due - 3);
    const back = await fork();
    const told = await members.tell(played).catch((error: Error) => error.message);
    expect(told).to.match(/^Scalars are accepted from .*: nothing was shown to anyone/);
    await scene.stage.advanceTo(due);
    await tell(played);
    const scalars = (await readCommittee(scene.context, tender)).seats.map(({ scalars: [scalar] }) => scalar ?? 0n);

    // Whoever saw them on the fork that is gone can show them, but the contract takes them no earlier.
    await back();
    const { committee, addresses } = scene.context;
    const publish = () => committee.publish.staticCall(addresses.TenderHouse, tender, [0, 1, 2], scalars);
    await scene.stage.advanceTo(due - 1);
    expect(await refused(publish())).to.match(/^CommitteePublishClosed /);
    expect((await readCommittee(scene.context, tender)).seats.flatMap(({ scalars: [scalar] }) => scalar ?? [])).to.be
      .empty;
    await scene.stage.advanceTo(due);
    await publish();
  });

  it("committee publish waits on a public chain until the time for it is final", async () => {
    const played = await bidding();
    await played.commitBare("ann", 500n);
    const due = played.schedule.commitDeadline + HALF_AN_HOUR;
    await scene.stage.advanceTo(due - 1);
    await members.keepFor(PUBLIC_CHAIN, played);
    const before = await scene.now();
    await scene.stage.advanceTo(due);
    const from = await scene.now();
    let final = before.block;
    // The clock of this process must not be behind the chain's.
    const member = await abroad("member 0", () => final);
    const clock = Date.now;
    Date.now = () => due * 1000;
    try {
      expect(await refused(members.tell(played, member))).to.match(/^The latest final block is of .*nothing was shown/);
      expect(await members.tell(played, member, { unfinalized: true })).to.have.property("act");
      final = from.block;
      expect(await members.tell(played, member)).to.have.property("act");
    } finally {
      Date.now = clock;
    }
  });

  it("no envelope is made for keys whose freezing is not final: another fork can freeze others", async () => {
    const played = await members.publish();
    const back = await fork();
    const keys = async () => committeeKeys(scene.context, await readCommittee(scene.context, played.tender), 0);
    await members.freeze(played);
    const { block } = await scene.now();
    let final = block - 1;
    const ann = await abroad("ann", () => final);
    const sent = await chain("eth_getTransactionCount", await scene.address("ann"), "latest");
    expect(await refused(sealing(ann, played, 500n))).to.include("was frozen in a block that is not final yet");
    expect(await chain("eth_getTransactionCount", await scene.address("ann"), "latest")).to.equal(sent);
    const frozen = await keys();

    await back();
    await members.renew(played, 1);
    await members.freeze(played);
    expect((await keys()).map((key, seat) => key === frozen[seat])).to.deep.equal([true, false, true]);
    final = (await scene.now()).block;
    const outcome = await sealing(ann, played, 500n);
    expect(outcome).to.have.property("act");
  });

  it("an opening that a fork undoes in the middle goes on when it is run again", async () => {
    const played = await bidding();
    const { tender, schedule } = played;
    for (const [name, price] of PRICES) await played.commitBare(name, price);
    await scene.stage.advanceTo(schedule.commitDeadline + HALF_AN_HOUR);
    await tell(played);
    const statuses = async () => {
      const read = async ([name]: [string, bigint]) => {
        const { status } = await scene.context.house.bidOf(tender, 0, await scene.address(name));
        return BID_STATES[Number(status)];
      };
      return Promise.all(PRICES.map(read));
    };

    let sent = 0;
    let snapshot: unknown;
    const anyone = await watched(scene, "anyone", async ({ method }, answer) => {
      if (method !== "eth_sendRawTransaction") return answer();
      sent++;
      if (sent === 2) snapshot = await chain("evm_snapshot");
      // With the blocks goes the account's count of transactions: this one cannot be mined.
      if (sent === 4) await chain("evm_revert", snapshot);
      return answer();
    });
    const cut = await openBids(anyone, { tender });
    expect(cut.map(({ did, failed }) => [did, failed === undefined])).to.deep.equal([
      ["opened", true],
      ["opened", true],
      ["opened", true],
      ["nothing", false],
      ["opened", true],
    ]);
    expect(await statuses()).to.deep.equal(["standing", "sealed", "sealed", "sealed", "standing"]);

    const rows = await openBids(anyone, { tender });
    expect(rows.map(({ did, failed }) => [did, failed])).to.deep.equal(
      ["nothing", "opened", "opened", "opened", "nothing"].map((did) => [did, undefined]),
    );
    expect(await statuses()).to.deep.equal(Array(PRICES.length).fill("standing"));
    expect((await orderOf(scene.context, tender, 0)).map(({ price, placed }) => [price, placed])).to.deep.equal(
      [100n, 200n, 300n, 400n, 500n].map((price) => [price, true]),
    );
    await scene.stage.advanceTo(((await played.model()).sealing?.judgeDeadline ?? 0) + 1);
    await played.award("dan");
    expect((await played.model()).lots[0]?.award).to.include({ price: 100n });
  });
});
