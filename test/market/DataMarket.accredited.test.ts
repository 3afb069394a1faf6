import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { type Evidence, evidence, LACKING, leafOf, Marks, requiring } from "../tenders/evidence.ts";
import {
  at,
  id,
  listed,
  load,
  MAX_UINT40,
  newAccount,
  NO_PAYMENT,
  now,
  type Offer,
  purchaseOf,
  saleOf,
  type Stage,
  subscriptionOf,
} from "./helpers.ts";
import { licenceOf, plainVersion } from "./plain.ts";
import { subscribing } from "./subscriptions.ts";

interface Office {
  agency: bigint;
  schema: bigint;
  clerk: HardhatEthersSigner;
}

/** A body that issues documents of a kind of its own. */
async function office(s: Stage, accredited = true): Promise<Office> {
  const clerk = await newAccount();
  await s.registry.register(id(clerk.address), id("metadata"), s.admin);
  const agency = BigInt(await s.registry.agencyCount());
  await s.registry.connect(s.admin).addKey(agency, clerk, permissionBits("document"), 0, MAX_UINT40);
  const documents = s.documents.connect(clerk);
  await documents.registerSchema(agency, id("definition"), agency);
  const schema = BigInt(await s.documents.schemaCount());
  if (accredited) await documents.accredit(schema, agency, MAX_UINT40);
  return { agency, schema, clerk };
}

async function held(s: Stage, by: Office, holder: string, expires = 0n): Promise<Evidence> {
  const one = evidence(by.agency, holder, `${by.agency} for ${holder}`);
  await s.documents.connect(by.clerk).attest(by.agency, by.schema, one.docHash, expires);
  return one;
}

const KINDS = ["license", "placeOrder", "subscribe"] as const;

/** A data set whose licence (of a plain version), sale and subscription are for holders of some documents. */
async function restricted(s: Stage, required: bigint) {
  const offers = [licenceOf(s, { required }), saleOf(s, { required }), subscriptionOf(s, { required })] as [
    Offer,
    Offer,
    Offer,
  ];
  const of = await listed(s, offers);
  const plain = await plainVersion(s, of.dataSet);
  let nonce = 0n;
  const take = {
    license: (by: HardhatEthersSigner, proofs: string) =>
      s.market.connect(by).license(of.dataSet, 1, plain.number, ++nonce, offers[0], proofs),
    placeOrder: (by: HardhatEthersSigner, proofs: string) =>
      s.market.connect(by).placeOrder(purchaseOf(of, by, { offer: 2n, nonce: ++nonce }), offers[1], NO_PAYMENT, proofs),
    subscribe: (by: HardhatEthersSigner, proofs: string) =>
      s.market.connect(by).subscribe(subscribing(of, by, { offer: 3n, nonce: ++nonce }), offers[2], NO_PAYMENT, proofs),
  };
  return { of, take };
}

describe("DataMarket: accredited buyers", () => {
  for (const kind of KINDS) {
    it(`${kind} is open to those who hold what is required, and to nobody else`, async () => {
      const s = await load();
      const tax = await office(s);
      const { take } = await restricted(s, requiring({ schema: tax.schema, issuer: tax.agency }));
      const { proof } = await held(s, tax, s.a.address);
      await take[kind](s.a, proof);
      const refused = async (by: HardhatEthersSigner, proofs: string, mark: bigint) => {
        await expect(take[kind](by, proofs))
          .to.be.revertedWithCustomError(s.market, "MarketBuyerNotAccredited")
          .withArgs(by.address, mark);
      };
      for (const none of ["0x", LACKING, "0xff"]) await refused(s.a, none, Marks.Lacking);
      await refused(s.b, proof, Marks.Unknown);
      await refused(s.b, evidence(tax.agency, s.b.address).proof, Marks.Unknown);
    });

    it(`${kind} marks schema, issuer, accreditation, revocation, suspension and end`, async () => {
      const s = await load();
      const [tax, court, quack] = [await office(s), await office(s), await office(s, false)];
      const taxOnly = await restricted(s, requiring({ schema: tax.schema, issuer: tax.agency }));
      const taxAny = await restricted(s, requiring({ schema: tax.schema }));
      const byCourt = await restricted(s, requiring({ schema: tax.schema, issuer: court.agency }));
      const quacks = await restricted(s, requiring({ schema: quack.schema }));
      const both = await restricted(s, requiring({ schema: tax.schema }, { schema: court.schema }));
      const expires = (await now()) + 1_000n;
      const own = await held(s, tax, s.a.address, expires);
      const others = await held(s, court, s.a.address);
      const quackery = await held(s, quack, s.a.address);
      const refused = async ({ take }: typeof both, proofs: string, marks: bigint) => {
        await expect(take[kind](s.a, proofs))
          .to.be.revertedWithCustomError(s.market, "MarketBuyerNotAccredited")
          .withArgs(s.a.address, marks);
      };
      await refused(taxOnly, others.proof, Marks.OtherIssuer);
      await refused(taxAny, others.proof, Marks.OtherSchema);
      await refused(byCourt, own.proof, Marks.OtherIssuer);
      await refused(quacks, quackery.proof, Marks.IssuerNotAccredited);
      await refused(both, own.proof, Marks.Lacking << 4n);
      await refused(both, others.proof, Marks.OtherSchema | (Marks.Lacking << 4n));
      await both.take[kind](s.a, `${own.proof}${others.proof.slice(2)}`);
      await s.registry.suspend(tax.agency);
      await refused(taxOnly, own.proof, Marks.IssuerSuspended);
      await s.registry.resume(tax.agency);
      await at(expires);
      await taxOnly.take[kind](s.a, own.proof);
      await at(expires + 1n);
      await refused(taxOnly, own.proof, Marks.Expired);
      const again = await held(s, tax, s.b.address);
      await taxOnly.take[kind](s.b, again.proof);
      await s.documents.connect(tax.clerk).revoke(tax.agency, again.docHash, 1);
      await expect(taxOnly.take[kind](s.b, again.proof))
        .to.be.revertedWithCustomError(s.market, "MarketBuyerNotAccredited")
        .withArgs(s.b.address, Marks.Revoked);
    });
  }

  it("takes a document under a root, as long as its bit is not set", async () => {
    const s = await load();
    const tax = await office(s);
    const { take } = await restricted(s, requiring({ schema: tax.schema }));
    const leaf = leafOf(evidence(tax.agency, s.a.address));
    await s.documents.connect(tax.clerk).attestRoot(tax.agency, tax.schema, leaf.root, 2, 0);
    await take.placeOrder(s.a, leaf.proof);
    await s.documents.connect(tax.clerk).revokeLeaves(tax.agency, leaf.root, 0, 1n, 1);
    await expect(take.placeOrder(s.a, leaf.proof))
      .to.be.revertedWithCustomError(s.market, "MarketBuyerNotAccredited")
      .withArgs(s.a.address, Marks.Revoked);
  });

  it("judges the buyer, not the one who sends the purchase", async () => {
    const s = await load();
    const tax = await office(s);
    const { of } = await restricted(s, requiring({ schema: tax.schema }));
    const { proof } = await held(s, tax, s.a.address);
    const offer = of.offers[1] as Offer;
    const send = (purchase: ReturnType<typeof purchaseOf>) =>
      s.market.connect(s.a).placeOrder(purchase, offer, { ...NO_PAYMENT, kind: 2n }, proof);
    await expect(send(purchaseOf(of, s.b, { offer: 2n })))
      .to.be.revertedWithCustomError(s.market, "MarketBuyerNotAccredited")
      .withArgs(s.b.address, Marks.Unknown);
  });

  it("asks no proofs where nothing is required, and reads none", async () => {
    const s = await load();
    const { take } = await restricted(s, 0n);
    for (const kind of KINDS) await take[kind](s.a, "0xffff");
  });
});
