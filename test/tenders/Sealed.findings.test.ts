import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { flipped } from "./sealed.ts";
import { bidding, identityOf, judge, open, publish, seal, statusOf, toAwards } from "./sealedScene.ts";
import { CEILING, Outcome, Status, ZeroAddress } from "./values.ts";

const garble = (envelope: string): string => flipped(envelope, 300);

describe("TenderHouse: findings", () => {
  it("two bids of one vendor end the same whether the garbage one is judged before or after the other is opened", async () => {
    const s = await bidding();
    const garbage = await seal(s, s.a, 500n, { garble });
    const named = await seal(s, s.b, 400n, { identity: await identityOf(s, s.a, s.b.address) });
    await publish(s);
    const snapshot = await networkHelpers.takeSnapshot();
    await judge(s, garbage);
    await open(s, named);
    const first = await statusOf(s, s.b);
    await snapshot.restore();
    await open(s, named);
    await judge(s, garbage);
    expect(await statusOf(s, s.b)).to.equal(first);
  });

  it("a lot whose only bid over the ceiling is void, or a duplicate, is closed without a winner, not as over its ceiling", async () => {
    for (const twice of [false, true]) {
      const s = await bidding();
      const bid = await seal(s, s.a, CEILING + 1n, twice ? {} : { garble });
      const second = twice
        ? await seal(s, s.b, CEILING + 1n, { identity: await identityOf(s, s.a, s.b.address) })
        : undefined;
      await publish(s);
      await open(s, bid);
      if (second) await open(s, second);
      else await judge(s, bid);
      expect(await statusOf(s, s.a)).to.equal(twice ? Status.Duplicate : Status.Voided);
      await toAwards(s);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      expect((await s.house.lotOf(s.tender, 0)).award.outcome, String(twice)).to.equal(Outcome.NoWinner);
    }
  });
});
