import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { flipped } from "./sealed.ts";
import { bidding, identityOf, judge, open, publish, seal, statusOf } from "./sealedScene.ts";

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
});
