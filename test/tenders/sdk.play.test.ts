import { expect } from "chai";
import { Wallet } from "ethers";
import hre from "hardhat";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type Play, playTender, type Stage } from "../../sdk/src/tenders/play.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { type OpenStage, openStage } from "../../tasks/shared/stage.ts";
import { noticeOf } from "./scene.ts";

const rejected = { code: 1, statement: "The samples are not blue." };

describe("playTender", function () {
  this.timeout(60_000);
  let stage: OpenStage;
  before(async () => void (stage = await openStage(hre)));
  after(() => stage.close());

  /** Two lots of the same bidders, with what each act was and for whom. */
  function playOf(changes: Partial<Play> = {}): { play: Play; acts: [string, string][] } {
    const [lot] = noticeOf().lots;
    if (!lot) throw new Error("no lot");
    const { sealing, ...notice } = noticeOf({ lots: [lot, { ...lot, id: "L2" }] });
    expect(sealing).to.equal("bidders");
    const acts: [string, string][] = [];
    const play: Play = {
      agency: { name: "Municipal Police" },
      notice,
      lots: [
        [
          { key: "a", name: "A", amount: 500n },
          { key: "b", name: "B", amount: 300n, rejected },
          { key: "c", name: "C", amount: 400n },
        ],
        [{ key: "b", name: "B", amount: 700n, rejected }],
      ],
      onAct: (act, detail) => void acts.push([act, detail]),
      ...changes,
    };
    return { play, acts };
  }
  const times = (acts: [string, string][], name: string) => acts.filter(([act]) => act === name).length;
  const sent = async (key: string) => stage.provider.getTransactionCount(await stage.account(key));

  it("awards the same with a committee of 3 of 5, all bidders offline, and with bidders that open", async () => {
    const { play, acts } = playOf();
    const winners = [[{ key: "c", amount: 400n, currency: "UAH" }], []];
    const before = await Promise.all(["a", "b", "c"].map(sent));
    const played = await playTender(stage, play);
    expect(played.winners).to.deep.equal(winners);
    const after = await Promise.all(["a", "b", "c"].map(sent));
    expect(
      after.map((count, i) => count - (before[i] ?? 0)),
      "each bidder sealed and did nothing else",
    ).to.deep.equal([1, 2, 1]);
    expect(acts.filter(([act]) => act === "scalars")).to.deep.equal([["scalars", "of seats 0, 2, 4"]]);
    expect(acts.filter(([act]) => act === "open").map(([, name]) => name)).to.deep.equal(["A", "B", "C", "B"]);
    const { sealing } = await readTender(stage.context, played.tender);
    expect(sealing).to.deep.include({ threshold: 3, ties: "lottery" });
    expect([sealing?.seats.length, new Set(sealing?.seats).size]).to.deep.equal([5, 3]);

    const plain = playOf();
    plain.play.notice = { ...plain.play.notice, sealing: "bidders" };
    const open = await playTender(stage, plain.play);
    expect(open.winners).to.deep.equal(winners);
    expect([times(plain.acts, "reveal"), times(plain.acts, "takeSeat")]).to.deep.equal([4, 0]);
    expect((await readTender(stage.context, open.tender)).sealing).to.equal(undefined);
  });

  it("registers the committee once on a stage, and draws new keys for each tender", async () => {
    const [one, two] = [playOf(), playOf()];
    const tenders = [(await playTender(stage, one.play)).tender, (await playTender(stage, two.play)).tender];
    for (const { acts } of [one, two]) {
      expect([times(acts, "register"), times(acts, "addKey"), times(acts, "takeSeat")]).to.deep.equal([1, 1, 5]);
    }
    const seats = await Promise.all(
      tenders.map(async (tender) => (await readTender(stage.context, tender)).sealing?.seats),
    );
    expect(seats[0]).to.deep.equal(seats[1]);
  });

  it("decides ties as the play says: by lottery one of them, by order the earlier", async () => {
    const tied = ["a", "b", "c"].map((key) => ({ key, name: key, amount: 400n }));
    const lots = [tied, tied];
    const earliest = await playTender(stage, playOf({ lots, ties: "earliest" }).play);
    expect(earliest.winners.map(([winner]) => winner?.key)).to.deep.equal(["a", "a"]);
    const { play } = playOf({ lots });
    const { tender, winners } = await playTender(stage, play);
    const model = await readTender(stage.context, tender);
    for (const [i, { bids }] of model.lots.entries()) {
      const sum = bids.reduce((total, { lottery = 0 }) => total + lottery, 0);
      expect(winners[i]?.[0]?.key).to.equal(["a", "b", "c"][sum % 3]);
    }
  });

  it("ends where a bid cannot be opened, instead of awarding without it", async () => {
    const poor: Stage = {
      ...stage,
      account: async (name) =>
        name === "stranger" ? Wallet.createRandom().connect(stage.provider) : stage.account(name),
    };
    const error = await playTender(poor, playOf().play).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(InputError);
    expect((error as Error).message).to.match(/^The bid of A was not opened: .*enough funds/);
  });
});
