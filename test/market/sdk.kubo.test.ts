import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { cidOf, digestOf } from "../../sdk/src/shared/cid.ts";
import { getJson, putJson } from "../../sdk/src/shared/files.ts";
import { basicAuth, KuboStore } from "../../sdk/src/shared/kubo.ts";
import { refused, refusedLater } from "./fixtures/refused.ts";

interface Call {
  path: string;
  query: Record<string, string>;
  method: string;
  authorization?: string | undefined;
}
type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** A piece of sealed data is at most this large. */
const PIECE = 540_672;
const TEXT = new TextEncoder().encode("공공데이터 公共データ open data\n");

/** What the RPC gives where it fails, as Kubo words it. */
function fail(response: ServerResponse, message: string, status = 500): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ Message: message, Code: 0, Type: "error" }));
}

/** The one file of a multipart body. */
function fileOf(request: IncomingMessage, body: Buffer): { name: string; bytes: Buffer } {
  const boundary = /boundary=(.+)$/.exec(request.headers["content-type"] ?? "")?.[1] ?? "";
  const head = body.indexOf("\r\n\r\n") + 4;
  const tail = body.lastIndexOf(`\r\n--${boundary}`);
  const name = /name="([^"]*)"/.exec(body.subarray(0, head).toString())?.[1] ?? "";
  return { name, bytes: body.subarray(head, tail) };
}

describe("Kubo store", function () {
  this.timeout(30_000);
  let server: Server;
  let url: string;
  let handler: Handler;
  let calls: Call[];
  const blocks = new Map<string, Buffer>();

  /** A node that keeps what it is given. */
  const honest: Handler = (request, response, body) => {
    const { path, query } = calls.at(-1) as Call;
    if (path === "/api/v0/block/put") {
      const { name, bytes } = fileOf(request, body);
      const codec = `${query["cid-codec"]} ${query["mhtype"]} ${query["pin"]} ${name}`;
      const cid = codec === "raw sha2-256 true data" ? cidOf(digestOf(bytes)) : "another kind of block";
      blocks.set(cid, Buffer.from(bytes));
      response.end(JSON.stringify({ Key: cid, Size: bytes.length }));
    } else if (path === "/api/v0/block/get") {
      const block = blocks.get(query["arg"] ?? "");
      if (block) response.end(block);
      else fail(response, `block was not found locally (offline): ipld: could not find ${query["arg"]}`);
    } else response.writeHead(404).end("404 page not found");
  };

  before(async () => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      const { pathname, searchParams } = new URL(request.url ?? "", "http://node");
      const { authorization } = request.headers;
      const query = Object.fromEntries(searchParams);
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        calls.push({ path: pathname, query, method: request.method ?? "", authorization });
        handler(request, response, Buffer.concat(parts));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    calls = [];
    blocks.clear();
    handler = honest;
  });

  const answering = (status: number, body: string | Uint8Array): void => {
    handler = (_request, response) => void response.writeHead(status).end(body);
  };
  const absent: Handler = (_request, response) =>
    fail(response, `block was not found locally (offline): ipld: could not find ${calls.at(-1)?.query["arg"]}`);

  describe("constructor", () => {
    it("refuses what is no address of an RPC, and credentials within it", () => {
      for (const text of ["", "nonsense", "ftp://127.0.0.1", "/ip4/127.0.0.1/tcp/5001"]) {
        refused(() => new KuboStore(text), "Not the http(s) address");
      }
      refused(() => new KuboStore("http://user:secret@127.0.0.1:5001"), "credentials apart");
    });

    it("takes an address with a path, with or without /api/v0 and slashes", () => {
      for (const tail of ["", "/", "/api/v0", "/api/v0/"]) {
        expect(new KuboStore(`https://node.example/ipfs${tail}`).url).to.equal("https://node.example/ipfs");
      }
    });
  });

  describe("put and get", () => {
    it("keeps files as pinned raw blocks under the CID of their digest, and gives them back byte for byte", async () => {
      const store = new KuboStore(url);
      const files = [TEXT, new Uint8Array(), new Uint8Array(randomBytes(PIECE))];
      for (const bytes of files) {
        const digest = await store.put(bytes);
        expect(digest).to.equal(digestOf(bytes));
        expect([...blocks.keys()]).to.include(cidOf(digest));
        expect(Buffer.from((await store.get(digest)) ?? [1])).to.deep.equal(Buffer.from(bytes));
        expect(Buffer.from((await store.get(digest.toUpperCase().replace("0X", "0x"))) ?? [1]).length).to.equal(
          bytes.length,
        );
      }
      expect(calls.every(({ method }) => method === "POST")).to.equal(true);
    });

    it("serves the helpers for JSON", async () => {
      const store = new KuboStore(url);
      const digest = await putJson(store, { b: "한국", a: [1, 2] });
      expect(await getJson(store, digest)).to.deep.equal({ a: [1, 2], b: "한국" });
    });

    it("sends the Authorization header it was given, and none otherwise", async () => {
      const secret = basicAuth("dataoffice", "pass:word");
      expect(secret).to.equal("Basic ZGF0YW9mZmljZTpwYXNzOndvcmQ=");
      for (const authorization of [secret, "Bearer abc"]) {
        const digest = await new KuboStore(url, { authorization }).put(TEXT);
        await new KuboStore(url, { authorization }).get(digest);
        expect(calls.splice(0).map((call) => call.authorization)).to.deep.equal([authorization, authorization]);
      }
      await new KuboStore(url).put(TEXT);
      expect(calls[0]?.authorization).to.equal(undefined);
    });
  });

  describe("put", () => {
    it("refuses more than a block may have, before anything is sent", async () => {
      await refusedLater(new KuboStore(url, { most: 10 }).put(new Uint8Array(11)), "too many for one IPFS block");
      await refusedLater(new KuboStore(url).put(new Uint8Array((2 << 20) + 1)), "too many for one IPFS block");
      expect(calls).to.deep.equal([]);
      await new KuboStore(url, { most: 10 }).put(new Uint8Array(10));
    });

    it("refuses a node that names another CID or size, none, or answers with no JSON", async () => {
      const right = cidOf(digestOf(TEXT));
      const other = cidOf(digestOf(new Uint8Array([1])));
      for (const told of [{ Key: other, Size: TEXT.length }, { Key: right, Size: 1 }, { Key: right }, {}, [], null]) {
        answering(200, JSON.stringify(told));
        await refusedLater(new KuboStore(url).put(TEXT), "kept something else");
      }
      answering(200, "<html>\n");
      await refusedLater(new KuboStore(url).put(TEXT), "kept something else");
      answering(200, JSON.stringify({ Key: right, Size: TEXT.length }));
      expect(await new KuboStore(url).put(TEXT)).to.equal(digestOf(TEXT));
    });

    it("tells in one line why a node does not keep it, without the credentials", async () => {
      const store = new KuboStore(url, { authorization: "Bearer hush" });
      handler = (_request, response) => fail(response, "no space\nleft \u001b[31mon device");
      await refusedLater(store.put(TEXT), "failed (500): no space left [31mon device");
      answering(500, "");
      await refusedLater(store.put(TEXT), "it says nothing");
      for (const [status, words] of [
        [401, "refused"],
        [403, "refused"],
        [404, "no Kubo RPC"],
        [405, "no Kubo RPC"],
      ] as const) {
        answering(status, "hush");
        await refusedLater(store.put(TEXT), words);
        const error = await store.put(TEXT).catch((thrown: Error) => thrown);
        expect((error as Error).message).to.not.include("hush");
      }
    });
  });

  describe("get", () => {
    const digest = digestOf(TEXT);

    it("refuses other bytes than the digest's, also too few, and too many", async () => {
      const store = new KuboStore(url, { most: 1000 });
      for (const wrong of [new Uint8Array(), TEXT.slice(1), new Uint8Array([...TEXT, 0])]) {
        answering(200, wrong);
        await refusedLater(store.get(digest), "other bytes");
      }
      answering(200, new Uint8Array(1001));
      await refusedLater(store.get(digest), "more than 1000 bytes");
      answering(500, "x".repeat(70_000));
      await refusedLater(store.get(digest), "more than 65536 bytes");
      await refusedLater(store.get("0x12"), "Not a SHA-256 digest");
    });

    it("is null only where the node says that it lacks this very block", async () => {
      const store = new KuboStore(url);
      handler = absent;
      expect(await store.get(digest)).to.equal(null);
      expect(calls.map(({ query }) => query)).to.deep.equal([{ arg: cidOf(digest), offline: "true" }]);
      handler = (_request, response) => fail(response, `could not find ${cidOf(digestOf(new Uint8Array()))}`);
      await refusedLater(store.get(digest), "failed (500)");
      handler = (_request, response) => fail(response, "pin root key not found");
      await refusedLater(store.get(digest), "failed (500): pin root key not found");
      handler = (_request, response) => fail(response, `could not find ${cidOf(digest)}`, 404);
      await refusedLater(store.get(digest), "no Kubo RPC");
      answering(500, `ipld: could not find ${cidOf(digest)}`);
      await refusedLater(store.get(digest), "failed (500)");
    });

    it("asks the node's peers only if told to, and then says unavailable, never null", async () => {
      const store = new KuboStore(url, { peers: true, timeoutMs: 1500 });
      handler = (request, response, body) => {
        if (calls.at(-1)?.query["offline"] === "true") absent(request, response, body);
        else response.end(TEXT);
      };
      expect(Buffer.from((await store.get(digest)) ?? [])).to.deep.equal(Buffer.from(TEXT));
      expect(calls.map(({ query }) => query["timeout"])).to.deep.equal([undefined, "1500ms"]);
      handler = (request, response, body) => {
        if (calls.at(-1)?.query["offline"] === "true") absent(request, response, body);
        else fail(response, "context deadline exceeded");
      };
      await refusedLater(store.get(digest), "is unavailable");
      handler = absent;
      await refusedLater(store.get(digest), "is unavailable");
    });
  });

  describe("a node that is not well", () => {
    it("is told to be down, silent, broken off, or elsewhere", async () => {
      const gone = new KuboStore("http://127.0.0.1:1");
      await refusedLater(gone.get(digestOf(TEXT)), "cannot be reached");
      await refusedLater(gone.put(TEXT), "cannot be reached");
      handler = () => undefined;
      const started = Date.now();
      await refusedLater(new KuboStore(url, { timeoutMs: 200 }).get(digestOf(TEXT)), "did not answer in 0.2 s");
      expect(Date.now() - started).to.be.lessThan(5_000);
      handler = (_request, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write(TEXT);
        setTimeout(() => response.destroy(), 20);
      };
      await refusedLater(new KuboStore(url).get(digestOf(TEXT)), "cannot be reached");
      handler = (_request, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
      await refusedLater(new KuboStore(url).get(digestOf(TEXT)), "cannot be reached");
    });
  });

  describe("a real node (KUBO_RPC_URL)", () => {
    const rpc = process.env["KUBO_RPC_URL"];

    before(function () {
      if (rpc !== undefined) return;
      console.log("      skipped: KUBO_RPC_URL names no Kubo node");
      this.skip();
    });

    it("keeps files and gives them back; has the same CID, pinned; does not hang on what it lacks", async () => {
      const store = new KuboStore(rpc ?? "");
      for (const size of [0, 1, PIECE, 2 << 20]) {
        const bytes = new Uint8Array(randomBytes(size));
        const digest = await store.put(bytes);
        expect(Buffer.from((await store.get(digest)) ?? [1]).equals(bytes), `${size} bytes`).to.equal(true);
        const pins = await fetch(`${store.url}/api/v0/pin/ls?arg=${cidOf(digest)}`, { method: "POST" });
        expect(await pins.json())
          .to.have.nested.property("Keys")
          .that.has.property(cidOf(digest));
      }
      const started = Date.now();
      const unknown = digestOf(new Uint8Array(randomBytes(32)));
      expect(await store.get(unknown)).to.equal(null);
      await refusedLater(new KuboStore(rpc ?? "", { peers: true, timeoutMs: 2_000 }).get(unknown), "is unavailable");
      expect(Date.now() - started).to.be.lessThan(10_000);
    });
  });
});
