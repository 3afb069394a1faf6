import { expect } from "chai";
import { DAY, deliver, load, pass, PRICE, settle, WINDOW } from "../market/helpers.ts";
import { end, lastOf, onSubscription, order, subscribe } from "../market/subscriptions.ts";

const PERIOD = 30n * DAY;

describe("findings: subscriptions ended early", () => {
  it("leave no licence for periods whose price went back to the subscriber", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    const [sale] = await deliver(s, [await order(s, x)]);
    await pass(sale.delivery.time + WINDOW);
    await settle(s, sale);
    // One of twelve periods is paid, the other eleven are due to the subscriber again.
    await end(s, x);
    expect(await s.market.dueOf(s.token, s.a)).to.equal(11n * PRICE);
    expect(await s.market.hasAccess(x.listed.id, s.a, 0)).to.equal(true);
    await pass(x.subscription.start + PERIOD - 1n);
    expect(await s.market.hasAccess(x.listed.id, s.a, 0)).to.equal(false);
    expect((await s.market.licenceOf(x.listed.id, s.a, 0)).until).to.equal(x.subscription.start + PERIOD - 1n);
  });

  it("keep the licences of the periods paid, also where the order is settled afterwards", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    const [sale] = await deliver(s, [await order(s, x)]);
    await end(s, x);
    await pass(sale.delivery.time + WINDOW);
    await settle(s, sale);
    expect(await s.market.hasAccess(x.listed.id, s.a, 0)).to.equal(true);
    await pass(lastOf(x) - PERIOD);
    expect(await s.market.hasAccess(x.listed.id, s.a, 0)).to.equal(false);
  });
});
