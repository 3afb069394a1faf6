import { expect } from "chai";
import { listVersion, offerOf, makeOffer, withdrawOffers } from "../../sdk/src/market/list.ts";
import { duesOf } from "../../sdk/src/market/due.ts";
import { PAYMENTS } from "../../sdk/src/market/pay.ts";
import { prepareVersion } from "../../sdk/src/market/prepare.ts";
import { readDataSet, readMarket, subscriptionAt, versionAt } from "../../sdk/src/market/read.ts";
import { serveOnce } from "../../sdk/src/market/serve.ts";
import { endSubscription, releasePeriods, subscribe } from "../../sdk/src/market/subscriptions.ts";
import { watchOnce } from "../../sdk/src/market/watch.ts";
import { actor, type Context } from "../../sdk/src/shared/context.ts";
import { DAY, HOUR, MarketDesk, PRICE, refusal } from "./sdk.desk.ts";
import { noise } from "./sealing.ts";

const PERIOD = 30 * DAY;

describe("subscriptions", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  beforeEach(async () => void (desk = await MarketDesk.open()));
  afterEach(() => desk.close());

  const offered = (more: object = {}) =>
    desk.list({
      ...{ data: noise(500), ...more },
      offers: [{ ...desk.sale, kind: "subscription", period: PERIOD, window: HOUR, delivery: DAY }],
    });
  const due = async (account: string) =>
    (await duesOf(desk.clerk, await readMarket(desk.clerk), account))[0]?.amount ?? 0n;
  const at = async (dataSet: number, buyer: Context, nonce = 0) => {
    const model = await readDataSet(buyer, dataSet);
    return { model, one: subscriptionAt(model, await actor(buyer), nonce) };
  };
  const watch = (buyer: Context) =>
    watchOnce(buyer, { keys: desk.keys(buyer), source: buyer.files, folder: desk.folder });

  it("each version is delivered for nothing more, and each period paid when it is over", async () => {
    const dataSet = await offered();
    const buyer = await desk.buyer("subscriber");
    const { nonce, done } = await subscribe(buyer, { dataSet, offer: 1, periods: 3 });
    expect([nonce, done !== undefined]).to.deep.equal([0, true]);
    expect(await desk.token.balanceOf(desk.clerk.addresses.DataMarket)).to.equal(3n * PRICE);
    const path = await desk.file(noise(700, "second"));
    const { version } = await prepareVersion(desk.clerk, { path, agency: 1, keys: desk.keys() });
    await listVersion(desk.clerk, dataSet, version).send();
    const { one } = await at(dataSet, buyer);
    expect(one).to.deep.include({ periods: 3, released: 0, running: true });
    for (const number of [1, 2]) {
      const { order } = await desk.buy(buyer, dataSet, { subscription: one, version: number });
      expect(order.order).to.deep.include({ price: 0n, subscription: 1, until: one.start + 3 * PERIOD - 1 });
    }
    const again = await desk.buy(buyer, dataSet, { subscription: one, version: 2 });
    expect([again.done, again.order.order.nonce]).to.deep.equal([undefined, 0]);
    await serveOnce(desk.clerk, { agency: 1, keys: desk.keys() });
    expect((await watch(buyer)).map(({ did }) => did)).to.deep.equal(["opened", "opened"]);

    const round = async () => (await serveOnce(desk.clerk, { agency: 1, keys: desk.keys() })).released.length;
    await desk.stage.advanceTo(one.start + PERIOD + DAY + HOUR);
    expect(await round()).to.equal(0);
    expect(await refusal(releasePeriods(buyer, (await at(dataSet, buyer)).model, one).send())).to.equal(
      "nothing was thrown",
    );
    expect(await due(desk.payee)).to.equal(PRICE);
    expect((await at(dataSet, buyer)).one).to.deep.include({ released: 1, running: true });
    await desk.stage.advanceTo(one.start + 3 * PERIOD + DAY + HOUR + 1);
    expect(await round()).to.equal(1);
    expect(await due(desk.payee)).to.equal(3n * PRICE);
    expect((await at(dataSet, buyer)).one).to.deep.include({ released: 3, running: false });
    expect(await round()).to.equal(0);
    expect(await refusal(desk.buy(buyer, dataSet, { subscription: one, version: 1 }))).to.not.equal(
      "nothing was thrown",
    );
  });

  it("run again it is kept while it runs; anew when it is over", async () => {
    const dataSet = await offered();
    const buyer = await desk.buyer("twice");
    const take = () => subscribe(buyer, { dataSet, offer: 1, periods: 1 });
    await take();
    const again = await take();
    expect([again.nonce, again.done]).to.deep.equal([0, undefined]);
    const { one } = await at(dataSet, buyer);
    await desk.stage.advanceTo(one.start + PERIOD);
    const renewed = await take();
    expect([renewed.nonce, renewed.done !== undefined]).to.deep.equal([1, true]);
    expect(await desk.token.balanceOf(desk.clerk.addresses.DataMarket)).to.equal(2n * PRICE);
  });

  for (const payment of PAYMENTS) {
    it(`can be paid by ${payment}`, async () => {
      const token = payment === "authorization" ? desk.authorized : desk.token;
      const price = { token: token.target as string, amount: PRICE, payee: desk.payee };
      const dataSet = await desk.list({ offers: [{ kind: "subscription", period: DAY, price }] });
      const buyer = await desk.buyer(`by ${payment}`);
      await subscribe(buyer, { dataSet, offer: 1, periods: 4, payment });
      expect(await token.balanceOf(buyer.addresses.DataMarket)).to.equal(4n * PRICE);
    });
  }

  it("ended by the subscriber: the periods begun are the seller's, the others come back", async () => {
    const dataSet = await offered();
    const buyer = await desk.buyer("ending");
    await subscribe(buyer, { dataSet, offer: 1, periods: 5 });
    const { model, one } = await at(dataSet, buyer);
    const stranger = await desk.buyer("stranger");
    expect(await refusal(endSubscription(stranger, model, one).send())).to.match(/^MarketBuyerOnly/);
    await desk.stage.advanceTo(one.start + PERIOD + 1);
    await endSubscription(buyer, model, one).send();
    expect(await due(desk.payee)).to.equal(2n * PRICE);
    expect(await due(await actor(buyer))).to.equal(3n * PRICE);
    expect((await at(dataSet, buyer)).one).to.deep.include({ released: 2, running: false });
    expect(await refusal(desk.buy(buyer, dataSet, { subscription: one }))).to.match(/^MarketSubscriptionMismatch/);
    const anew = await subscribe(buyer, { dataSet, offer: 1, periods: 1 });
    expect(anew.nonce).to.equal(1);
  });

  it("a dispute ends it: all that was not released comes back", async () => {
    const dataSet = await offered(desk.withBadChunk());
    const buyer = await desk.buyer("disappointed");
    await subscribe(buyer, { dataSet, offer: 1, periods: 3 });
    const { one } = await at(dataSet, buyer);
    await desk.buy(buyer, dataSet, { subscription: one });
    await desk.deliver();
    expect((await watch(buyer)).map(({ did }) => did)).to.deep.equal(["disputed"]);
    expect(await due(await actor(buyer))).to.equal(3n * PRICE);
    expect((await at(dataSet, buyer)).one.running).to.equal(false);
    expect(await watch(buyer)).to.deep.equal([]);
  });

  it("another's dispute ends it by the watcher, which has its order refunded first", async () => {
    const dataSet = await offered(desk.withBadChunk());
    const [buyer, other] = [await desk.buyer("second to see"), await desk.buyer("first to see")];
    for (const one of [buyer, other]) {
      await subscribe(one, { dataSet, offer: 1, periods: 3 });
      await desk.buy(one, dataSet, { subscription: (await at(dataSet, one)).one });
    }
    await desk.deliver();
    expect((await watch(other)).map(({ did }) => did)).to.deep.equal(["disputed"]);
    expect((await watch(buyer)).map(({ did }) => did)).to.deep.equal(["refunded", "ended"]);
    expect(await due(await actor(buyer))).to.equal(3n * PRICE);
    expect(await watch(buyer)).to.deep.equal([]);
  });

  it("refuses in one line: another kind, withdrawn, none of this number, an order of another's subscription", async () => {
    const dataSet = await offered();
    const sale = await desk.list({ data: noise(5) });
    const buyer = await desk.buyer("refused");
    expect(await refusal(subscribe(buyer, { dataSet: sale, offer: 1, periods: 1 }))).to.equal("Offer 1 is a sale.");
    expect(await refusal(desk.buy(buyer, dataSet))).to.equal("Offer 1 is a subscription, not a sale.");
    const account = await actor(buyer);
    expect(() => subscriptionAt({ dataSet, subscriptions: [] } as never, account, 0)).to.throw(
      `${account} has no subscription 0 to data set ${dataSet}.`,
    );
    await subscribe(await desk.buyer("owner"), { dataSet, offer: 1, periods: 1 });
    const { one } = await at(dataSet, await desk.as("owner"));
    expect(await refusal(desk.buy(buyer, dataSet, { subscription: one }))).to.match(/^MarketBuyerOnly/);
    await withdrawOffers(desk.clerk, dataSet, [1], 2).send();
    expect(await refusal(subscribe(buyer, { dataSet, offer: 1, periods: 1 }))).to.equal("Offer 1 is withdrawn.");
    const owner = await desk.as("owner");
    expect((await desk.buy(owner, dataSet, { subscription: one })).order.order.subscription).to.equal(1);
    const terms = versionAt(await readDataSet(owner, dataSet)).terms.manifest;
    const ended = offerOf({ kind: "subscription", terms, period: DAY, until: (await desk.now()) + HOUR });
    await makeOffer(desk.clerk, dataSet, ended).send();
    await desk.later(HOUR + 5);
    expect(await refusal(subscribe(buyer, { dataSet, offer: 2, periods: 1 }))).to.equal("Offer 2 has ended.");
  });
});
