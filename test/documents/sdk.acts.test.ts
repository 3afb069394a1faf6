import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import {
  accredit,
  endAccreditation,
  listSchemas,
  readSchema,
  registerSchema,
} from "../../sdk/src/documents/accredit.ts";
import { attest, attestMany, attestRoot } from "../../sdk/src/documents/attest.ts";
import { recordsOf } from "../../sdk/src/documents/multicall.ts";
import type { Placement } from "../../sdk/src/documents/placement.ts";
import { masksOf, revokeDocument, revokeLeaves, revokeMany, revokeRoot } from "../../sdk/src/documents/revoke.ts";
import { definitionOf, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import {
  attestDelegated,
  revokeDelegated,
  signAttestation,
  signDocument,
  signRevocation,
} from "../../sdk/src/documents/sign.ts";
import { verifyAll, verifyDocument } from "../../sdk/src/documents/verify.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { Desk } from "./sdk.desk.ts";
import { refusedLater } from "./sdk.samples.ts";

const REASON = { reason: 2 };

async function described(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => "nothing was thrown",
    (error: unknown) => describeError(error),
  );
}

describe("acts of documents", function () {
  this.timeout(60_000);
  let desk: Desk;
  before(async () => void (desk = await Desk.open()));
  after(() => desk.stage.close());

  const status = async (document: Parameters<typeof verifyDocument>[1]) =>
    (await verifyDocument(desk.sources(), document)).status;
  const attested = async () => {
    const document = desk.document();
    await (await attest(desk.clerk, { ...desk.issue, docHash: document.docHash })).send();
    return document;
  };

  describe("schemas and accreditation", () => {
    it("a schema is registered with its JSON Schema in the store, and listed with its title", async () => {
      const json = { ...schemaOf("resident"), title: "Residents of Lindenau" };
      const done = await (await registerSchema(desk.chamber, { agency: 1, accreditor: 2, json })).send();
      const model = await readSchema(desk.clerk, done.result.schema);
      expect(model).to.deep.include({ publisher: 1, accreditor: 2, title: json.title, json });
      expect(model.definition).to.equal(done.result.definition);
      const [first] = await listSchemas(desk.clerk);
      expect(first).to.deep.include({
        schema: 1,
        title: "Tax clearance",
        definition: cidOf(definitionOf("tax-clearance")),
      });
    });

    it("refuses what is no JSON Schema, an accreditor that is nobody, and who may not", async () => {
      const register = async (context = desk.chamber, accreditor = 1, json = schemaOf("resident")) =>
        (await registerSchema(context, { agency: 1, accreditor, json })).send();
      await refusedLater(register(desk.chamber, 1, { type: "objekt" }), "This is no JSON Schema");
      expect(await described(register(desk.chamber, 99))).to.match(/^AgencyUnknown \(agency 99\)/);
      expect(await described(register(desk.clerk))).to.match(/^AgencyKeyNotPermitted/);
    });

    it("an accreditation can be ended: what was issued holds, new documents are refused before they are sent", async () => {
      const json = schemaOf("haccp-certificate");
      const { schema } = (await (await registerSchema(desk.chamber, { agency: 1, accreditor: 1, json })).send()).result;
      const issue = { agency: 2, schema, expires: 0 };
      const refusal = `Agency 2 is not accredited for schema ${schema} now.*have agency 1 accredit it first`;
      await refusedLater(attest(desk.clerk, { ...issue, docHash: id("a") }), refusal);
      const until = (await desk.now()) + 1000;
      await (await accredit(desk.chamber, { schema, issuer: 2, until })).send();
      await (await attest(desk.clerk, { ...issue, docHash: id("a") })).send();
      await (await endAccreditation(desk.chamber, { schema, issuer: 2 })).send();
      await refusedLater(attest(desk.clerk, { ...issue, docHash: id("b") }), refusal);
      expect((await desk.clerk.documents.verify(2, id("a")))[0]).to.equal(1n);
      expect(await described(endAccreditation(desk.chamber, { schema, issuer: 2 }).then((act) => act.send()))).to.match(
        /^DocumentNotAccredited/,
      );
    });
  });

  describe("attest", () => {
    it("refuses in one line: unknown schema, on record already, over before it begins, not permitted", async () => {
      const { docHash } = await attested();
      const again = (changes: object) => attest(desk.clerk, { ...desk.issue, docHash, ...changes });
      expect(await described(again({ schema: 77 }))).to.match(/^DocumentSchemaUnknown \(schema 77\)/);
      await refusedLater(again({}), "is on record already: attested as a document of schema 1, valid without end");
      await refusedLater(again({ expires: 5 }), "would have expired before it is attested");
      const stranger = await desk.as("stranger");
      const act = await attest(stranger, { ...desk.issue, docHash: id("new") });
      expect(await described(act.send())).to.match(/^AgencyKeyNotPermitted/);
    });

    it("10,001 documents take as many transactions as gas allows; cut off and run again, the rest is attested", async () => {
      const docHashes = Array.from({ length: 10_001 }, (_, i) => id(`many ${i}`));
      let sent = 0;
      const cut = attestMany(desk.clerk, {
        ...desk.issue,
        docHashes,
        onSent: () => {
          if (++sent === 3) throw new Error("cut");
        },
      });
      expect(await described(cut)).to.equal("cut");
      const rest = await attestMany(desk.clerk, { ...desk.issue, docHashes });
      expect([rest.skipped, rest.attested]).to.deep.equal([1500, 8501]);
      for (const { gas } of rest.done) expect(gas).to.be.lessThan(16_777_216n);
      const records = await recordsOf(desk.clerk, 2, docHashes);
      expect(records.filter(({ issued, schema }) => issued > 0n && schema === 1n)).to.have.length(10_001);
      const again = await attestMany(desk.clerk, { ...desk.issue, docHashes });
      expect([again.skipped, again.attested, again.done]).to.deep.equal([10_001, 0, []]);
    });

    it("many: refuses a duplicate, a revoked one and one on record as something else, before anything is sent", async () => {
      const [one, two] = [await attested(), await attested()];
      await (await revokeDocument(desk.clerk, two, REASON)).send();
      const count = await desk.stage.provider.getBlockNumber();
      const many = (docHashes: string[], changes: object = {}) =>
        attestMany(desk.clerk, { ...desk.issue, docHashes, ...changes });
      const upper = `0x${id("x").slice(2).toUpperCase()}`;
      await refusedLater(many([id("x"), upper]), `The document ${id("x")} stands in the batch twice`);
      await refusedLater(many([id("x"), two.docHash]), "is on record already: it was revoked, for good");
      await refusedLater(
        many([one.docHash], { expires: 2 ** 40 - 1 }),
        "attested as a document of schema 1, valid without end",
      );
      expect(await desk.stage.provider.getBlockNumber()).to.equal(count);
    });
  });

  describe("revoke", () => {
    it("one, of its own; again, unknown, or without a known reason is refused", async () => {
      const document = await attested();
      await refusedLater(revokeDocument(desk.clerk, document, { reason: 77 }), "No such reason: 77");
      await (await revokeDocument(desk.clerk, document, REASON)).send();
      expect(await status(document)).to.equal("revoked");
      await refusedLater(revokeDocument(desk.clerk, document, REASON), "is revoked already: issued in error");
      const unknown = desk.document();
      await refusedLater(
        revokeDocument(desk.clerk, unknown, REASON),
        "Agency 2 never attested .*can be barred with --bar",
      );
      await (await revokeDocument(desk.clerk, unknown, { ...REASON, bar: true })).send();
      expect(await status(unknown)).to.equal("revoked");
      await refusedLater(attest(desk.clerk, { ...desk.issue, docHash: unknown.docHash }), "it was revoked, for good");
    });

    it("many at once", async () => {
      const documents = [await attested(), await attested()];
      const docHashes = documents.map(({ docHash }) => docHash);
      await (await revokeMany(desk.clerk, { agency: 2, docHashes, ...REASON })).send();
      expect(await Promise.all(documents.map(status))).to.deep.equal(["revoked", "revoked"]);
    });

    it("documents under a root by their words, then the root with the rest", async () => {
      const root = id("a root");
      await (await attestRoot(desk.clerk, { ...desk.issue, root, count: 600 })).send();
      expect(masksOf([255, 256, 0])).to.deep.equal([
        [0, (1n << 255n) | 1n],
        [1, 1n],
      ]);
      const acts = await revokeLeaves(desk.clerk, { agency: 2, root, indexes: [0, 599, 511], ...REASON });
      expect(acts).to.have.length(3);
      for (const act of acts) await act.send();
      expect(await desk.clerk.documents.revokedLeaves(2, root, 1)).to.equal(1n << 255n);
      expect(await desk.clerk.documents.revokedLeaves(2, root, 2)).to.equal(1n << 87n);
      const leaf: Placement = { kind: "leaf", root, index: 599, count: 600, proof: [] };
      await refusedLater(
        revokeDocument(desk.clerk, { agency: 2, schema: 1, docHash: ZeroHash, placement: leaf }, REASON),
        "is revoked already",
      );
      await (await revokeRoot(desk.clerk, { agency: 2, root, ...REASON })).send();
      await refusedLater(revokeRoot(desk.clerk, { agency: 2, root, ...REASON }), "is revoked already: issued in error");
    });
  });

  describe("delegated and only signed", () => {
    it("a signed attestation and revocation are sent by anyone; a changed one is refused", async () => {
      const document = desk.document();
      const deadline = (await desk.now()) + 3600;
      const signed = await signAttestation(desk.clerk, { ...desk.issue, hash: document.docHash, count: 0, deadline });
      const stranger = await desk.as("stranger");
      const changed = await attestDelegated(stranger, { ...signed, deadline: deadline + 1 });
      expect(await described(changed.send())).to.match(/^DocumentSignatureInvalid/);
      await (await attestDelegated(stranger, signed)).send();
      expect(await status(document)).to.equal("valid");
      const order = await signRevocation(desk.clerk, { agency: 2, docHash: document.docHash, ...REASON, deadline });
      expect(await described(revokeDelegated(stranger, { ...order, reason: 3 }).send())).to.match(
        /^DocumentSignatureInvalid/,
      );
      await revokeDelegated(stranger, order).send();
      expect(await status(document)).to.equal("revoked");
      const may = "may not act for agency 2 now \\(document.attest\\)";
      await refusedLater(signAttestation(stranger, { ...desk.issue, hash: id("h"), count: 0, deadline }), may);
    });

    it("a document only signed costs no transaction, and is revoked by its place in a list", async () => {
      const before = await desk.stage.provider.getBlockNumber();
      const place = { list: id("list"), index: 2 ** 32 - 1, expires: 0 };
      const document = await signDocument(desk.clerk, desk.document(), place);
      expect(await desk.stage.provider.getBlockNumber()).to.equal(before);
      expect(await status(document)).to.equal("valid");
      const other = desk.document();
      expect(await status({ ...other, placement: document.placement })).to.equal("unknown");
      await (await revokeDocument(desk.clerk, document, REASON)).send();
      expect(await status(document)).to.equal("revoked");
      await refusedLater(signDocument(desk.clerk, other, place), "Index 4294967295 of this list is revoked");
      await refusedLater(revokeDocument(desk.clerk, document, REASON), "is revoked already");
      await refusedLater(
        signDocument(await desk.as("stranger"), other, { ...place, index: 1 }),
        "may not act for agency 2",
      );
    });
  });

  it("verifyAll answers many kinds at one block", async () => {
    const documents = [
      await attested(),
      desk.document(),
      await signDocument(desk.clerk, desk.document(), { list: id("l"), index: 0, expires: 0 }),
    ];
    const outcomes = await verifyAll(desk.sources(), documents);
    expect(outcomes.map((outcome) => outcome.status)).to.deep.equal(["valid", "unknown", "valid"]);
  });
});
