import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { id, toQuantity } from "ethers";
import type { DocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { type Endpoint, httpEndpoint } from "../../sdk/src/documents/endpoint.ts";
import type { Outcome } from "../../sdk/src/documents/outcome.ts";
import type { Sources } from "../../sdk/src/documents/quorum.ts";
import { signDocument } from "../../sdk/src/documents/sign.ts";
import { verifyAll } from "../../sdk/src/documents/verify.ts";
import { Desk } from "../documents/sdk.desk.ts";

describe("findings: nodes that are behind, lie, or refuse a check", function () {
  this.timeout(60_000);
  let desk: Desk;
  let document: DocumentFile;
  /** The block in which the document was valid, long before it was revoked. */
  let old: number;

  before(async () => {
    desk = await Desk.open();
    document = desk.document();
    await (await desk.clerk.documents.attest(desk.agency, desk.schema, document.docHash, 0)).wait();
    old = await desk.stage.provider.getBlockNumber();
    await (await desk.clerk.documents.revoke(desk.agency, document.docHash, 4)).wait();
    await desk.stage.eip1193.request({ method: "hardhat_mine", params: ["0x10", toQuantity(100)] });
  });
  after(() => desk.stage.close());

  /** A node whose newest block is this one; it can answer calls with something else. */
  const node = (name: string, height: number, answers: Record<string, unknown> = {}): Endpoint => ({
    name,
    request: (method, params) => {
      if (method in answers) return Promise.resolve(answers[method]);
      return method === "eth_blockNumber" ? Promise.resolve(toQuantity(height)) : desk.node.request(method, params);
    },
  });
  const check = async (nodes: Endpoint[], quorum: number, more: Partial<Sources> = {}, one = document) =>
    (await verifyAll({ ...desk.sources(nodes, quorum), ...more }, [one]))[0] as Outcome;
  const height = () => desk.stage.provider.getBlockNumber();

  it("one node that stands still does not turn a revoked document into a valid one", async () => {
    const top = await height();
    expect(await check([node("stuck", old)], 1), "alone it answers as of then").to.have.property("status", "valid");
    const outcome = await check([node("honest", top), node("stuck", old)], 2);
    expect(outcome).to.deep.include({ status: "unavailable", reason: "no-quorum" });
    expect(outcome)
      .to.have.property("detail")
      .that.matches(new RegExp(`^block ${old}, .* s behind honest$`));
    const three = [node("stuck", old), node("a", top), node("b", top)];
    expect(await check(three, 2)).to.have.property("status", "revoked");
  });

  it("the bound is the one given, and by the clock where that is asked", async () => {
    const top = await height();
    const nodes = [node("a", top), node("b", top - 1)];
    expect(await check(nodes, 2, { maxAge: 100 })).to.have.property("status", "revoked");
    expect(await check(nodes, 2, { maxAge: 99 })).to.deep.include({ status: "unavailable", reason: "no-quorum" });
    const now = (await desk.now()) + 301;
    expect(await check([desk.node], 1, { now })).to.deep.include({ status: "unavailable", reason: "no-quorum" });
    expect(await check([desk.node], 1, { now: now - 1 })).to.have.property("status", "revoked");
  });

  it("two of three: a liar with a great height, and honest nodes one block apart", async () => {
    const top = await height();
    const answers = { eth_call: "0x" };
    for (const claimed of [top + 1000, top]) {
      const nodes = [node("a", top), node("b", top - 1), node("liar", claimed, answers)];
      const outcome = await check(nodes, 2);
      expect(outcome, `${claimed}`).to.have.property("status", "revoked");
      expect(outcome).to.have.nested.property("asOf.block", top - 1);
    }
    const apart = [node("a", top), node("b", old), node("liar", top, answers)];
    expect(await check(apart, 2), "too far apart").to.deep.include({ status: "unavailable", reason: "no-quorum" });
  });

  it("one check that nodes refuse spoils only itself, and others are asked no oftener than it takes", async () => {
    const good = desk.document();
    await (await desk.clerk.documents.attest(desk.agency, desk.schema, good.docHash, 0)).wait();
    const list = id("list");
    const sign = (index: number) => signDocument(desk.clerk, desk.document(), { list, index, expires: 0 });
    const signed = await Promise.all([0, 1, 2, 3, 4].map(sign));
    const hostile = signed[3] as DocumentFile;
    let calls = 0;
    const refusing: Endpoint = {
      name: "the node",
      request: (method, params) => {
        if (method !== "eth_call") return desk.node.request(method, params);
        calls++;
        const { data } = params[0] as { data: string };
        const spoilt = [hostile.docHash, document.docHash].some((hash) => data.includes(hash.slice(2)));
        return spoilt ? httpEndpoint(url).request(method, params) : desk.node.request(method, params);
      },
    };
    const server = createServer((_, response) => {
      response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32000, message: "out of gas" } }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const outcomes = await verifyAll(desk.sources([refusing]), [...signed, good, good]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal(
        [0, 1, 2, 3, 4, 5, 6].map((i) => (i === 3 ? "unavailable" : "valid")),
      );
      expect(outcomes[3]).to.deep.include({ reason: "bad-answer", detail: `127.0.0.1:${url.slice(17)}: out of gas` });
      expect(calls).to.be.at.most(12);
      const mixed = await verifyAll(desk.sources([refusing]), [good, document, good]);
      expect(mixed.map(({ status }) => status)).to.deep.equal(["valid", "unavailable", "valid"]);
      calls = 0;
      const deaf: Endpoint = {
        name: "deaf",
        request: (method, params) => {
          if (method !== "eth_call") return desk.node.request(method, params);
          calls++;
          return httpEndpoint(url).request(method, params);
        },
      };
      const none = await verifyAll(desk.sources([deaf]), Array<DocumentFile>(50).fill(good));
      expect(new Set(none.map(({ status }) => status))).to.deep.equal(new Set(["unavailable"]));
      expect(calls, "a node that refuses everything").to.be.at.most(4);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("an endless answer is cut off", async () => {
    let sent = 0;
    const server = createServer((_, response) => {
      const more = () => {
        while (!response.destroyed && sent < 2 ** 28) {
          sent += 2 ** 20;
          if (!response.write(Buffer.alloc(2 ** 20, " "))) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outcome = await check([httpEndpoint(url)], 1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(outcome).to.deep.include({ status: "unavailable", reason: "bad-answer" });
    expect(outcome).to.have.property("detail").that.includes("more than 16777216 bytes");
    expect(sent).to.be.lessThan(2 ** 28);
  });
});
