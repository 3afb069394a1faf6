import { MemoryStore } from "../../sdk/src/shared/files.ts";
import { expect } from "chai";
import { attest } from "../../sdk/src/documents/attest.ts";
import { registerSchema, accredit } from "../../sdk/src/documents/accredit.ts";
import { makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { revokeDocument } from "../../sdk/src/documents/revoke.ts";
import { contentOfJson, sampleOf, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { refund, settle } from "../../sdk/src/market/deliver.ts";
import { takeLicence } from "../../sdk/src/market/license.ts";
import { makeOffer, withdrawOffers } from "../../sdk/src/market/list.ts";
import type { VersionTerms } from "../../sdk/src/market/model.ts";
import { PAYMENTS } from "../../sdk/src/market/pay.ts";
import { readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { manifestFrom } from "../../sdk/src/market/seal/manifest.ts";
import { actor, type Context } from "../../sdk/src/shared/context.ts";
import { DAY, HOUR, MarketDesk, PRICE, refusal } from "./sdk.desk.ts";
import { flipped, noise, spoiling } from "./sealing.ts";

const FAR = 2 ** 40 - 1;

describe("buying", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  before(async () => void (desk = await MarketDesk.open()));
  after(() => desk.close());

  const count = async (dataSet: number) => (await readDataSet(desk.clerk, dataSet)).orders.length;
  const balance = async (context: Context) => desk.token.balanceOf(await actor(context));

  describe("payment", () => {
    for (const payment of PAYMENTS) {
      it(`by ${payment}: the price is in escrow, the allowance used up`, async () => {
        const token = payment === "authorization" ? desk.authorized : desk.token;
        const address = token.target as string;
        const dataSet = await desk.list({ offers: [{ price: { token: address, amount: PRICE, payee: desk.payee } }] });
        const buyer = await desk.buyer(`payer by ${payment}`);
        const market = buyer.addresses.DataMarket;
        const before = await token.balanceOf(market);
        const { done } = await desk.buy(buyer, dataSet, { payment });
        expect(done?.tx).to.match(/^0x[0-9a-f]{64}$/);
        expect((await token.balanceOf(market)) - before).to.equal(PRICE);
        expect(await token.allowance(await actor(buyer), market)).to.equal(0n);
      });
    }

    it("refuses who has too little, and a token without permits or authorizations, in one line", async () => {
      const dataSet = await desk.list({});
      const poor = await desk.buyer("poor", PRICE - 1n);
      expect(await refusal(desk.buy(poor, dataSet))).to.match(/ holds 12\.4\d+ of the token, less than asked for\.$/);
      expect(await refusal(desk.buy(poor, dataSet, { payment: "permit" }))).to.match(/^ERC20InsufficientBalance/);
      const rich = await desk.buyer("rich");
      expect(await refusal(desk.buy(rich, dataSet, { payment: "authorization" }))).to.match(/^[^\n]*revert[^\n]*$/);
      expect(await count(dataSet)).to.equal(0);
    });

    it("an approval left open does not pay another price: the order names the conditions that were seen", async () => {
      const dataSet = await desk.list({});
      const buyer = await desk.buyer("approver");
      await (await desk.token.connect(buyer.signer).approve(buyer.addresses.DataMarket, 5n * PRICE)).wait();
      const { terms } = (await readDataSet(buyer, dataSet)).offers[0] as { terms: Parameters<typeof makeOffer>[2] };
      await withdrawOffers(desk.clerk, dataSet, [1], 2).send();
      await makeOffer(desk.clerk, dataSet, { ...terms, price: 4n * PRICE }).send();
      expect(await refusal(desk.buy(buyer, dataSet))).to.equal("Offer 1 is withdrawn.");
      await desk.buy(buyer, dataSet, { offer: 2 });
      expect(await desk.token.allowance(await actor(buyer), buyer.addresses.DataMarket)).to.equal(PRICE);
    });
  });

  describe("before anything is paid", () => {
    const data = noise(992 * 3, "checked");

    it("every byte is checked: a piece missing, a piece of other bytes, a manifest missing", async () => {
      const dataSet = await desk.list({ data });
      const buyer = await desk.buyer("careful");
      const { files } = buyer;
      const { terms } = versionAt(await readDataSet(buyer, dataSet), 1);
      const manifest = await manifestFrom(files, terms.manifest);
      const piece = manifest.pieces[0] ?? "";
      const bytes = (await files.get(piece)) ?? new Uint8Array();
      const from = (digest: string, other: Uint8Array | null) =>
        refusal(desk.buy({ ...buyer, files: new MemoryStore() }, dataSet, { source: spoiling(files, digest, other) }));
      expect(await from(piece, null)).to.match(/^Piece 1 of 1 is missing/);
      expect(await from(piece, flipped(bytes, 1500))).to.match(/^Piece 1 of 1 was changed/);
      expect(await from(terms.manifest, null)).to.match(/^The store does not have the manifest bafk/);
      expect([await count(dataSet), await balance(buyer)]).to.deep.equal([0, 10n * PRICE]);
      expect(await buyer.provider.getTransactionCount(await actor(buyer))).to.equal(0);
    });

    for (const field of ["root", "content", "keyCommit"] as const) {
      it(`a listing whose ${field} is not that of the sealed data is refused`, async () => {
        const change = (version: VersionTerms) => Promise.resolve({ ...version, [field]: `0x${"7".repeat(64)}` });
        const dataSet = await desk.list({ data, change });
        const buyer = await desk.buyer(`deceived by ${field}`);
        expect(await refusal(desk.buy(buyer, dataSet))).to.match(
          new RegExp(`^The manifest is not the one that was listed: its ${field} is 0x`),
        );
        expect(await count(dataSet)).to.equal(0);
      });
    }

    it("refuses what cannot be bought: of another kind, withdrawn, over, unknown", async () => {
      const until = (await desk.now()) + HOUR;
      const offers = [{ kind: "licence" as const }, { ...desk.sale, until }, { ...desk.sale, version: 1 }];
      const dataSet = await desk.list({ data, offers });
      const open = await desk.list({ data, open: true, offers: [desk.sale] });
      const buyer = await desk.buyer("refused");
      const buying = (more: object) => refusal(desk.buy(buyer, dataSet, more));
      expect(await buying({ offer: 1 })).to.equal("Offer 1 is a licence, not a sale.");
      expect(await buying({ offer: 9 })).to.equal(`Data set ${dataSet} has no offer 9.`);
      expect(await buying({ offer: 2, version: 9 })).to.equal(`Data set ${dataSet} has no version 9.`);
      expect(await refusal(desk.buy(buyer, open))).to.equal("The version is not sealed: fetch it, and take a licence.");
      const license = { dataSet, offer: 3 };
      expect(await refusal(takeLicence(buyer, license))).to.equal("Offer 3 is a sale, not a licence.");
      await desk.later(HOUR + 1);
      expect(await buying({ offer: 2 })).to.equal("Offer 2 has ended.");
      expect(await refusal(desk.buy(buyer, 999))).to.match(/^There is no data set 999 in the market at 0x/);
    });
  });

  describe("run again", () => {
    it("goes on with what is ordered, delivered or licensed still; buys again what was refunded or is over", async () => {
      const dataSet = await desk.list({ offers: [{ ...desk.sale, delivery: DAY, window: HOUR, period: 10 * DAY }] });
      const buyer = await desk.buyer("again");
      const { order, done } = await desk.buy(buyer, dataSet);
      expect(done).to.not.equal(undefined);
      const again = async () => {
        const { order: one, done: sent } = await desk.buy(buyer, dataSet);
        return [one.order.nonce, one.standing, sent !== undefined];
      };
      expect(await again()).to.deep.equal([0, "ordered", false]);
      await withdrawOffers(desk.clerk, dataSet, [1], 2).send();
      expect(await again()).to.deep.equal([0, "ordered", false]);
      await desk.deliver();
      expect(await again()).to.deep.equal([0, "delivered", false]);
      await desk.later(HOUR + 1);
      await settle(buyer, [await desk.order(dataSet, order)]).send();
      expect(await again()).to.deep.equal([0, "licensed", false]);
      await desk.stage.advanceTo(order.order.until + 1);
      expect(await refusal(desk.buy(buyer, dataSet))).to.equal("Offer 1 is withdrawn.");
      expect(await balance(buyer)).to.equal(9n * PRICE);
    });

    it("after a refund it is ordered anew under another number, with another mask", async () => {
      const dataSet = await desk.list({ offers: [{ ...desk.sale, delivery: DAY }] });
      const buyer = await desk.buyer("refunded");
      const first = (await desk.buy(buyer, dataSet)).order;
      await desk.later(DAY + 1);
      await refund(buyer, [first]).send();
      const second = (await desk.buy(buyer, dataSet)).order;
      expect(second.order.nonce).to.equal(1);
      expect(second.pins.maskHash).to.not.equal(first.pins.maskHash);
      expect(second.ephemeral).to.not.equal(first.ephemeral);
    });

    it("a free licence that lasts is kept; one that is over is taken anew", async () => {
      const dataSet = await desk.list({ open: true, offers: [{ kind: "licence", period: DAY }] });
      const buyer = await desk.as("licensee");
      const take = () => takeLicence(buyer, { dataSet, offer: 1 });
      const { licence, done } = await take();
      expect([licence.nonce, licence.until - licence.from, done !== undefined]).to.deep.equal([0, DAY, true]);
      const held = await take();
      expect([held.licence, held.done]).to.deep.equal([licence, undefined]);
      await desk.stage.advanceTo(licence.until + 1);
      expect((await take()).licence.nonce).to.equal(1);
      expect(await buyer.market.hasAccess(licence.version, await actor(buyer), 1)).to.equal(true);
      expect(await buyer.market.hasAccess(licence.version, await actor(buyer), 0)).to.equal(false);
    });
  });

  it("an accredited buyer shows documents; without them nothing is paid, and of nobody else's any use", async () => {
    await (await registerSchema(desk.clerk, { agency: 1, accreditor: 1, json: schemaOf("tax-clearance") })).send();
    await (await accredit(desk.clerk, { schema: 1, issuer: 1, until: FAR })).send();
    const required = [{ schema: 1, issuer: 1 }];
    const dataSet = await desk.list({
      offers: [
        { ...desk.sale, required },
        { kind: "licence", required },
      ],
    });
    const open = await desk.list({ open: true, offers: [{ kind: "licence", required }] });
    const [holder, other] = [await desk.buyer("accredited"), await desk.buyer("not accredited")];
    const { fields } = contentOfJson(sampleOf("tax-clearance"));
    const document = makeDocumentFile(originOf(placeIn(desk.clerk), 1, 1), { fields, holder: await actor(holder) });
    await (await attest(desk.clerk, { agency: 1, schema: 1, expires: 0, docHash: document.docHash })).send();
    const lacking = "Offer 1 requires a document of schema 1 that is not given.";
    let read = 0;
    const get = () => {
      read++;
      return Promise.resolve(null);
    };
    const source = { get, put: () => Promise.reject(new Error("nothing is kept")) };
    expect(await refusal(desk.buy(holder, dataSet, { source }))).to.equal(lacking);
    expect(read, "bytes checked for who may not buy").to.equal(0);
    expect(await refusal(desk.buy(other, dataSet, { documents: [document] }))).to.match(/^MarketBuyerNotAccredited/);
    const { order } = await desk.buy(holder, dataSet, { documents: [document] });
    expect(order.standing).to.equal("ordered");
    expect(await refusal(takeLicence(holder, { dataSet: open, offer: 1 }))).to.equal(lacking);
    await takeLicence(holder, { dataSet: open, offer: 1, documents: [document] });
    await (await revokeDocument(desk.clerk, document, { reason: 2 })).send();
    const later = await desk.list({ data: noise(7), offers: [{ ...desk.sale, required }] });
    expect(await refusal(desk.buy(holder, later, { documents: [document] }))).to.match(/^MarketBuyerNotAccredited/);
  });
});
