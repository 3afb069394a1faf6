import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { id, toQuantity, ZeroHash } from "ethers";
import { compromiseKey, endKey, resumeAgency, suspendAgency } from "../../sdk/src/agencies/acts.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest, attestRoot } from "../../sdk/src/documents/attest.ts";
import { present } from "../../sdk/src/documents/disclosure.ts";
import { type DocumentFile, placed } from "../../sdk/src/documents/documentFile.ts";
import { type Endpoint, httpEndpoint } from "../../sdk/src/documents/endpoint.ts";
import { fromHex, leafHash, toHex } from "../../sdk/src/documents/hash.ts";
import { withRevocation } from "../../sdk/src/documents/history.ts";
import { namesOf } from "../../sdk/src/documents/names.ts";
import { holds, type Outcome } from "../../sdk/src/documents/outcome.ts";
import { originOf } from "../../sdk/src/documents/placement.ts";
import { revokeDocument } from "../../sdk/src/documents/revoke.ts";
import { schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { makeSealFile } from "../../sdk/src/documents/sealFile.ts";
import { signDocument } from "../../sdk/src/documents/sign.ts";
import { Tree } from "../../sdk/src/documents/tree.ts";
import { verifyAll, verifyDocument, verifyPresentation, verifySeal } from "../../sdk/src/documents/verify.ts";
import { actingAs } from "../../sdk/src/shared/context.ts";
import { Desk } from "./sdk.desk.ts";
import { refusedLater } from "./sdk.samples.ts";

/** A node that answers what it is told: HTTP status and body, or the truth. */
interface Liar {
  url: string;
  server: Server;
  answer: (
    method: string,
    truth: () => Promise<unknown>,
  ) => Promise<{ status?: number; body?: string; result?: unknown }>;
}

describe("checks of documents", function () {
  this.timeout(60_000);
  let desk: Desk;
  let document: DocumentFile;
  let seen: string[];

  before(async () => {
    desk = await Desk.open();
    document = await attested();
  });
  after(() => desk.stage.close());

  const attested = async (file = desk.document()): Promise<DocumentFile> => {
    await (await attest(desk.clerk, { ...desk.issue, docHash: file.docHash })).send();
    return file;
  };
  /** Documents under one root. */
  const underRoot = async (count: number): Promise<DocumentFile[]> => {
    const files = Array.from({ length: count }, () => desk.document());
    const tree = new Tree(files.map(({ docHash }, i) => leafHash(i, fromHex(docHash))));
    const root = toHex(tree.root);
    await (await attestRoot(desk.clerk, { ...desk.issue, root, count })).send();
    return files.map((file, index) =>
      placed(file, { kind: "leaf", root, index, count, proof: tree.siblings(index).map(toHex) }),
    );
  };
  const check = (file: DocumentFile, at?: number) => verifyDocument(desk.sources(), file, at);
  const status = async (file: DocumentFile, at?: number) => (await check(file, at)).status;

  describe("what holds", () => {
    it("valid, with who, since when, until when and by which block", async () => {
      const expires = (await desk.now()) + 100_000;
      const file = desk.document();
      await (await attest(desk.clerk, { ...desk.issue, docHash: file.docHash, expires })).send();
      const time = await desk.now();
      const outcome = await check(file);
      const block = await desk.stage.provider.getBlockNumber();
      expect(outcome).to.deep.equal({
        status: "valid",
        asOf: { block, time },
        compromised: false,
        agency: 2,
        schema: 1,
        issued: time,
        expires,
        key: 0,
      });
      expect(holds(outcome)).to.equal(true);
      const { addresses, files } = desk.stage.context;
      const names = await namesOf(desk.sources(), addresses.AgencyRegistry, files, file);
      expect(names).to.deep.equal({ issuer: "Tax Office", title: "Tax clearance" });
    });

    it("unknown: never attested, attested by another body, or as another schema", async () => {
      expect(await status(desk.document())).to.equal("unknown");
      expect(await status({ ...document, agency: 1 })).to.equal("unknown");
      expect(await check({ ...document, schema: 2 })).to.deep.include({
        status: "unknown",
        detail: "the document names schema 2, it was attested as schema 1",
      });
      const [leaf] = await underRoot(3);
      if (!leaf) throw new Error("no leaf");
      expect(await status({ ...leaf, placement: { kind: "record" } })).to.equal("unknown");
    });

    it("revoked, expired, before, after: by what was on chain at the second asked", async () => {
      const expires = (await desk.now()) + 1000;
      const file = desk.document();
      const before = await desk.now();
      await (await attest(desk.clerk, { ...desk.issue, docHash: file.docHash, expires })).send();
      const issued = await desk.now();
      await desk.stage.advanceTo(expires + 1);
      expect(await status(file)).to.equal("expired");
      await (await revokeDocument(desk.clerk, file, { reason: 4 })).send();
      const revoked = await desk.now();
      await desk.stage.advanceTo(revoked + 10);
      expect(await check(file)).to.deep.include({ status: "revoked", revoked, reason: 4, issued });
      for (const [at, expected] of [
        [before, "unknown"],
        [issued, "valid"],
        [expires, "valid"],
        [expires + 1, "expired"],
        [revoked, "revoked"],
      ] as const) {
        expect(await status(file, at), `${at}`).to.equal(expected);
      }
      await refusedLater(check(file, 2 ** 40 - 1), "The second asked for is not over");
    });

    it("issuer suspended, not accredited, signer not authorised, compromised", async () => {
      const file = await attested();
      await suspendAgency(desk.stage.context, 2).send();
      expect(await status(file)).to.equal("issuer-suspended");
      await resumeAgency(desk.stage.context, 2).send();
      expect(await status(file)).to.equal("valid");

      const json = schemaOf("non-debarment");
      const { schema } = (await (await registerSchema(desk.chamber, { agency: 1, accreditor: 1, json })).send()).result;
      const rash = { ...desk.document(), ...originOf(desk.place, 2, schema) };
      await desk.clerk.documents.attest(2, schema, rash.docHash, 0);
      expect(await status(rash)).to.equal("issuer-not-accredited");
      await (await accredit(desk.chamber, { schema, issuer: 2, until: 2 ** 40 - 1 })).send();
      expect(await status(rash)).to.equal("issuer-not-accredited");
    });

    it("a key marked as compromised: still valid, but no longer to be relied on; only signed: no more", async () => {
      const own = await Desk.open();
      const attestedFile = own.document();
      await (await attest(own.clerk, { ...own.issue, docHash: attestedFile.docHash })).send();
      const signed = await signDocument(own.clerk, own.document(), { list: id("l"), index: 1, expires: 0 });
      const sources = own.sources();
      expect(holds(await verifyDocument(sources, signed))).to.equal(true);
      const admin = actingAs(own.stage.context, await own.stage.account("Tax Office admin"));
      await compromiseKey(admin, 2, 0, (await own.now()) - 1000).send();
      const outcome = await verifyDocument(sources, attestedFile);
      expect([outcome.status, holds(outcome)]).to.deep.equal(["valid", false]);
      expect(outcome).to.have.property("compromised", true);
      expect((await verifyDocument(sources, signed)).status).to.equal("signer-not-authorised");
      await own.stage.close();
    });

    it("a key that was ended: what it attested holds, what it only signed holds no more", async () => {
      const own = await Desk.open();
      const file = own.document();
      await (await attest(own.clerk, { ...own.issue, docHash: file.docHash })).send();
      const signed = await signDocument(own.clerk, own.document(), { list: id("l"), index: 1, expires: 0 });
      const admin = actingAs(own.stage.context, await own.stage.account("Tax Office admin"));
      await endKey(admin, 2, await (await own.stage.account("Tax Office clerk")).getAddress()).send();
      const outcomes = await verifyAll(own.sources(), [file, signed]);
      expect(outcomes.map((one) => one.status)).to.deep.equal(["valid", "signer-not-authorised"]);
      await own.stage.close();
    });

    it("presentations and seals; a changed one is refused before the chain is asked", async () => {
      const shown = present(document, ["standing"]);
      expect((await verifyPresentation(desk.sources(), shown)).status).to.equal("valid");
      const deaf = desk.sources([{ name: "deaf", request: () => Promise.reject(new Error("was asked")) }]);
      await refusedLater(
        verifyPresentation(deaf, { ...shown, siblings: [ZeroHash] }),
        "does not yield its document's hash",
      );
      await refusedLater(
        verifyDocument(deaf, { ...document, holder: desk.clerk.addresses.TenderHouse }),
        "does not yield its hash",
      );
      const content = new TextEncoder().encode("a file");
      const seal = await makeSealFile(originOf(desk.place, 2, 1), "a.txt", content);
      await (await attest(desk.clerk, { ...desk.issue, docHash: seal.docHash })).send();
      expect((await verifySeal(desk.sources(), seal, content, "a.txt")).status).to.equal("valid");
      await refusedLater(verifySeal(deaf, seal, content.with(0, 0), "a.txt"), "a.txt is not the file that was sealed");
    });

    it("of a revoked leaf the logs tell when and why, of its neighbours nothing", async () => {
      const files = await underRoot(300);
      const [first, other, near, far] = [0, 1, 2, 256].map((i) => files[i] as DocumentFile) as [
        DocumentFile,
        DocumentFile,
        DocumentFile,
        DocumentFile,
      ];
      await (await revokeDocument(desk.clerk, near, { reason: 5 })).send();
      await (await revokeDocument(desk.clerk, far, { reason: 2 })).send();
      await (await revokeDocument(desk.clerk, first, { reason: 8 })).send();
      const revoked = await desk.now();
      const explain = async (file: DocumentFile) => withRevocation(desk.stage.provider, 0, file, await check(file));
      expect(await check(first)).to.not.have.property("revoked");
      expect(await explain(first)).to.deep.include({ status: "revoked", revoked, reason: 8 });
      expect(await explain(far)).to.deep.include({ status: "revoked", reason: 2 });
      expect(await explain(near)).to.deep.include({ status: "revoked", reason: 5 });
      expect(await explain(other)).to.deep.equal(await check(other));
      expect((await check(other)).status).to.equal("valid");
    });

    it("refuses documents of another chain or registry, and a signed one for the past", async () => {
      await refusedLater(check({ ...document, chainId: "5" }), "of another chain: 5, not 31337");
      await refusedLater(check({ ...document, genesisHash: id("x") }), "of another chain 31337, which began anew");
      await refusedLater(check({ ...document, registry: desk.clerk.addresses.TenderHouse }), "of another registry");
      const signed = await signDocument(desk.clerk, desk.document(), { list: id("l"), index: 1, expires: 0 });
      await refusedLater(check(signed, 1), "only signed can be checked for now, not for the past");
    });

    it("450 documents take three eth_calls, all at one block", async () => {
      const calls: [string, unknown][] = [];
      const { node } = desk;
      const counting: Endpoint = {
        name: "counting",
        request(method, params) {
          if (method === "eth_call") calls.push([method, params[1]]);
          return node.request(method, params);
        },
      };
      const many = Array.from({ length: 450 }, (_, i) => (i % 2 ? document : { ...document, docHash: id(`${i}`) }));
      const outcomes = await verifyAll(desk.sources([counting]), many);
      expect(outcomes.map((one) => one.status)).to.deep.equal(many.map((_, i) => (i % 2 ? "valid" : "unknown")));
      expect(calls).to.have.length(3);
      expect(new Set(calls.map(([, tag]) => tag)).size).to.equal(1);
    });
  });

  describe("what cannot be heard is unavailable, never unknown or revoked", () => {
    const liars: Liar[] = [];
    before(async () => {
      for (let i = 0; i < 3; i++) {
        const liar: Liar = { url: "", server: createServer(), answer: async (_, truth) => ({ result: await truth() }) };
        liar.server.on("request", (request, response) => {
          const chunks: Buffer[] = [];
          request.on("data", (chunk: Buffer) => chunks.push(chunk));
          request.on("end", () => {
            const { method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
              method: string;
              params: unknown[];
            };
            seen.push(method);
            void liar
              .answer(method, () => desk.node.request(method, params))
              .then(({ status: code = 200, body, result }) => {
                response.writeHead(code).end(body ?? JSON.stringify({ jsonrpc: "2.0", id: 1, result }));
              });
          });
        });
        await new Promise<void>((resolve) => liar.server.listen(0, "127.0.0.1", resolve));
        liar.url = `http://127.0.0.1:${(liar.server.address() as AddressInfo).port}/key-of-mine`;
        liars.push(liar);
      }
    });
    beforeEach(() => {
      seen = [];
      for (const liar of liars) liar.answer = async (_, truth) => ({ result: await truth() });
    });
    after(() => Promise.all(liars.map(({ server }) => new Promise((resolve) => server.close(resolve)))));

    const ask = (count: number, quorum: number): Promise<Outcome> =>
      verifyDocument(
        desk.sources(
          liars.slice(0, count).map(({ url }) => httpEndpoint(url, 1000)),
          quorum,
        ),
        document,
      );
    const tell = (i: number, answer: Liar["answer"]) => void ((liars[i] as Liar).answer = answer);
    const lie = (method: string, result: unknown): Liar["answer"] => {
      return async (asked, truth) => ({ result: asked === method ? result : await truth() });
    };

    it("an honest node", async () => {
      expect((await ask(1, 1)).status).to.equal("valid");
    });

    /** The truth with another status in the first verdict of a multicall. */
    const forging = (digit: string): Liar["answer"] => {
      return async (method, truth) => {
        const result = await truth();
        return {
          result: method === "eth_call" ? String(result).replace(/^(0x(?:.{64}){4}.{63})./, `$1${digit}`) : result,
        };
      };
    };
    const error = (code: number, message: string) =>
      JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code, message } });
    const lies: [string, string, Liar["answer"]][] = [
      ["rate-limited", "HTTP 429", () => Promise.resolve({ status: 429, body: "slow down" })],
      ["rate-limited", "error -32005", () => Promise.resolve({ body: error(-32005, "request count over the limit") })],
      ["rate-limited", "an error that says so", () => Promise.resolve({ body: error(-32000, "Too Many Requests") })],
      ["node-down", "HTTP 503", () => Promise.resolve({ status: 503, body: "" })],
      [
        "node-down",
        "no answer in time",
        () => new Promise((resolve) => setTimeout(() => resolve({ result: "0x" }), 1500)),
      ],
      ["bad-answer", "a web page", () => Promise.resolve({ body: "<html>" })],
      ["bad-answer", "null", () => Promise.resolve({ body: "null" })],
      ["bad-answer", "no result", () => Promise.resolve({ body: "{}" })],
      ["bad-answer", "an error", () => Promise.resolve({ body: error(-32000, "missing trie node") })],
      [
        "bad-answer",
        "an answer cut off",
        async (method, truth) => ({
          result: method === "eth_call" ? String(await truth()).slice(0, -64) : await truth(),
        }),
      ],
      ["bad-answer", "nothing called", lie("eth_call", "0x")],
      ["bad-answer", "no bytes", lie("eth_call", 5)],
      ["bad-answer", "an endless list", lie("eth_call", `0x${"20".padStart(64, "0")}${"ffffffff".padStart(64, "0")}`)],
      ["bad-answer", "a status that is none", forging("9")],
      ["bad-answer", "no height", lie("eth_blockNumber", null)],
      ["bad-answer", "no first block", lie("eth_getBlockByNumber", null)],
      ["wrong-chain", "another chain id", lie("eth_chainId", "0x1")],
      [
        "wrong-chain",
        "a chain of the same id begun anew",
        lie("eth_getBlockByNumber", { hash: id("x"), timestamp: "0x1" }),
      ],
      ["wrong-chain", "no registry", lie("eth_getCode", "0x")],
    ];
    for (const [reason, name, answer] of lies) {
      it(`${reason}: ${name}`, async () => {
        tell(0, answer);
        const outcome = await ask(1, 1);
        expect(outcome).to.deep.include({ status: "unavailable", reason });
        expect(JSON.stringify(outcome)).to.not.include("key-of-mine").and.not.include("\\n");
        expect(holds(outcome)).to.equal(false);
      });
    }

    it("node-down: nobody listens, or the URL is none", async () => {
      for (const url of ["http://127.0.0.1:9/", "http://nowhere.invalid/"]) {
        const [outcome] = await verifyAll(desk.sources([httpEndpoint(url)]), [document]);
        expect(outcome, url).to.deep.include({ status: "unavailable", reason: "node-down" });
      }
      expect(() => httpEndpoint("nowhere")).to.throw("nowhere is not a URL");
    });

    it("two of three: one liar, one dead or one lagging node changes nothing; two liars yield no quorum", async () => {
      const forged = forging("3");
      tell(0, forged);
      expect((await ask(1, 1)).status, "the forged answer reads as revoked").to.equal("revoked");
      expect((await ask(3, 2)).status).to.equal("valid");
      tell(0, () => Promise.resolve({ status: 503, body: "" }));
      expect((await ask(3, 2)).status).to.equal("valid");
      tell(0, lie("eth_blockNumber", toQuantity(1)));
      expect((await ask(3, 2)).status).to.equal("valid");
      tell(0, forged);
      expect(await ask(2, 1), "two answers, each with a quorum").to.deep.include({
        status: "unavailable",
        reason: "no-quorum",
      });
      tell(1, lie("eth_call", "0x"));
      expect(await ask(3, 2)).to.deep.include({ status: "unavailable", reason: "no-quorum" });
      expect(await ask(3, 3)).to.deep.include({ status: "unavailable", reason: "no-quorum" });
    });

    it("a lagging node is asked only with others as slow; a forged height does not lead to a block that nobody has", async () => {
      const height = await desk.stage.provider.getBlockNumber();
      tell(0, lie("eth_blockNumber", toQuantity(height + 50)));
      const outcome = await ask(3, 2);
      expect(outcome).to.have.property("status", "valid");
      expect(outcome).to.have.deep.property("asOf", { block: height, time: await desk.now() });
      tell(0, lie("eth_blockNumber", toQuantity(1)));
      expect(await ask(1, 1), "a block without a registry").to.deep.include({
        status: "unavailable",
        reason: "bad-answer",
      });
    });

    it("all rate-limited say so; a quorum that cannot be is none", async () => {
      for (const i of [0, 1, 2]) tell(i, () => Promise.resolve({ status: 429, body: "" }));
      expect(await ask(3, 2)).to.deep.include({ status: "unavailable", reason: "rate-limited" });
      for (const quorum of [0, 4]) {
        expect(await ask(3, quorum)).to.deep.include({ status: "unavailable", reason: "no-quorum" });
      }
      tell(2, () => Promise.resolve({ status: 503, body: "" }));
      expect(await ask(3, 2)).to.deep.include({ status: "unavailable", reason: "no-quorum" });
      expect(seen).to.not.include("eth_call");
    });
  });
});
