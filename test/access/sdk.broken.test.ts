import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { expect } from "chai";
import type { Body } from "../../sdk/src/access/body.ts";
import { random32 } from "../../sdk/src/access/consent.ts";
import { postJson } from "../../sdk/src/access/http.ts";
import type { Answer, Ask } from "../../sdk/src/access/message.ts";
import type { Provider } from "../../sdk/src/access/provide.ts";
import { signResponse } from "../../sdk/src/access/record.ts";
import { type AskedGround, askProvider, resolvePending } from "../../sdk/src/access/request.ts";
import { serve } from "../../sdk/src/access/server.ts";
import { networkHelpers } from "../shared/house.ts";
import { CLINIC, HISTORY, HOSPITAL, kinds, outsider, REFERENCE, refused, Scene } from "./scene.ts";

describe("peers that break", () => {
  let scene: Scene;
  let provider: Provider;
  let clinic: Body;
  let url: string;

  beforeEach(async () => {
    scene = await Scene.open();
    provider = await scene.provider();
    url = await scene.serve(provider);
    clinic = await scene.body(CLINIC);
  });
  afterEach(() => scene.close());

  const ask = (ground: AskedGround, changes: Partial<Parameters<typeof askProvider>[1]> = {}) =>
    askProvider(clinic, {
      ...{ url, provider: HOSPITAL, scope: HISTORY, ground, query: { reference: REFERENCE } },
      ...changes,
    });
  const post = (value: unknown) => postJson(`${url}/exchange`, value) as Promise<Answer>;
  /** Passes a message on to the true provider. */
  const pass = (message: object) => postJson(`${url}/${"receipt" in message ? "receipt" : "exchange"}`, message);

  it("a key that may not exchange asks nothing and logs nothing", async () => {
    clinic = await scene.body(CLINIC, scene.land.stranger);
    await refused(ask({ emergency: 1 }), /^The account 0x\w+ may not exchange for body 2 now\.$/);
    expect(kinds(clinic)).to.deep.equal([]);
  });

  describe("broken providers", () => {
    let fake: Server;
    let fakeUrl: string;
    /** Whether a hanging answer has begun. */
    let drip: boolean;
    let elsewhere: string | undefined;
    let reply: (ask: Ask) => Promise<string | null>;
    beforeEach(async () => {
      drip = false;
      elsewhere = undefined;
      fake = createServer((request, response) => {
        let text = "";
        if (elsewhere !== undefined) return response.writeHead(307, { location: elsewhere }).end();
        request.on("data", (chunk: Buffer) => (text += chunk.toString()));
        return request.on("end", () => {
          const message = JSON.parse(text) as Ask;
          reply(message).then(
            (said) => {
              if (said !== null) response.end(said);
              else if (drip) response.write('{"response":');
            },
            () => response.writeHead(500).end("{}"),
          );
        });
      });
      await new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve));
      const address = fake.address();
      fakeUrl = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
    });
    afterEach(async () => {
      fake.closeAllConnections();
      await new Promise((resolve) => fake.close(resolve));
    });
    const pendingThenDone = async (words: string | RegExp, changes = {}, ground: AskedGround = { emergency: 1 }) => {
      await refused(ask(ground, { url: fakeUrl, ...changes }), words);
      expect(kinds(clinic)).to.deep.equal([["request"]]);
      clinic = await scene.body(CLINIC);
      const [still] = await resolvePending(clinic, { timeoutMs: 200, ...changes });
      expect(still).to.have.property("error");
      expect(kinds(clinic)).to.deep.equal([["request"]]);
      reply = async (message) => JSON.stringify(await pass(message));
      const [resolved] = await resolvePending(clinic);
      expect(resolved).to.have.nested.property("outcome.outcome", "answered");
      expect(resolved).to.have.nested.property("outcome.content.of", REFERENCE);
      expect(kinds(clinic)).to.deep.equal([["request"], ["receipt", "response"]]);
      expect(provider.body.log.book.exchanges.size).to.equal(1);
    };

    it("one that hangs: one line, the request is logged, and the next run asks again", async () => {
      reply = () => Promise.resolve(null);
      await pendingThenDone(
        /did not answer within 0\.2 s\. The request is logged as number 1; the next run asks again\.$/,
        {
          timeoutMs: 200,
        },
      );
    });

    it("one that comes back after the request went stale refuses it, and both sides log that", async () => {
      reply = () => Promise.resolve(null);
      await refused(ask({ emergency: 1 }, { url: fakeUrl, timeoutMs: 100 }), "did not answer within 0.1 s");
      await networkHelpers.time.increase(601);
      reply = async (message) => JSON.stringify(await pass(message));
      const [resolved] = await resolvePending(clinic);
      expect(resolved).to.have.nested.property("outcome.refusal", "stale");
      expect(kinds(clinic)).to.deep.equal([["request"], ["receipt", "response"]]);
      expect(kinds(provider.body)).to.deep.equal([["request", "response"], ["receipt"]]);
    });

    it("one that begins an answer and hangs", async () => {
      drip = true;
      reply = () => Promise.resolve(null);
      await pendingThenDone("did not answer within 0.2 s.", { timeoutMs: 200 });
    });

    it("one that sends the request elsewhere", async () => {
      elsewhere = `${url}/exchange`;
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "cannot be reached: unexpected redirect");
      expect(provider.body.log.file.lines).to.deep.equal([]);
    });

    it("one that is not there", async () => {
      fake.closeAllConnections();
      await new Promise((resolve) => fake.close(resolve));
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "cannot be reached: ECONNREFUSED");
      expect(kinds(clinic)).to.deep.equal([["request"]]);
    });

    it("one that answers without end, with rubbish, or with no response", async () => {
      reply = () => Promise.resolve(`"${"x".repeat(70_000)}"`);
      await refused(ask({ emergency: 1 }, { url: fakeUrl, most: 65_536 }), "answered with more than 65536 bytes");
      reply = () => Promise.resolve("\u001b[31mred");
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "is not JSON");
      reply = () => Promise.resolve("{}");
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "is no response");
    });

    it("one that changes the content on its way", async () => {
      reply = async (message) => JSON.stringify({ ...(await post(message)), payload: `{"of":"P-001","allergies":[]}` });
      await pendingThenDone("was changed on its way: its content is not the signed one");
    });

    it("one that leaves the content out, or answers another request", async () => {
      reply = async (message) => JSON.stringify({ response: (await post(message)).response });
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "came without its content");
      const other = await post(await scene.request({}));
      reply = () => Promise.resolve(JSON.stringify(other));
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "is to another request");
    });

    it("one whose response somebody else signed, or nobody", async () => {
      const respond = async (message: Ask, by = outsider()) => {
        const { response, ...content } = await post(message);
        return JSON.stringify({ response: await signResponse(clinic.place, by, response), ...content });
      };
      reply = (message) => respond(message);
      await pendingThenDone("who may not exchange for it now");
      reply = async (message) => {
        const { response, ...content } = await post(message);
        return JSON.stringify({ response: { ...response, time: response.time + 1 }, ...content });
      };
      await refused(ask({ emergency: 1 }, { url: fakeUrl }), "is not signed by its signer");
    });

    it("one that hides the access from the person", async () => {
      const { consent } = await scene.consent();
      reply = async (message) => {
        const { response, ...content } = await post(message);
        const hidden = await signResponse(clinic.place, provider.body.signer, { ...response, subject: random32() });
        return JSON.stringify({ response: hidden, ...content });
      };
      await refused(ask({ consent }, { url: fakeUrl }), "its subject tag is another");
    });

    it("one that does not take the receipt: it is handed in by the next run", async () => {
      let taken = 0;
      reply = async (message) => {
        if ("receipt" in message && ++taken === 1) return "no";
        return JSON.stringify(await pass(message));
      };
      const outcome = await ask({ emergency: 1 }, { url: fakeUrl });
      expect(outcome).to.deep.include({ outcome: "answered", receipted: false });
      expect(kinds(provider.body)).to.have.length(1);
      const [resolved] = await resolvePending(await scene.body(CLINIC));
      expect(resolved).to.have.nested.property("outcome.receipted", true);
      expect(kinds(provider.body)).to.deep.equal([["request", "response"], ["receipt"]]);
      expect(await resolvePending(await scene.body(CLINIC))).to.deep.equal([]);
    });
  });

  it("a consumer that never ends its request is cut off, and others are answered meanwhile", async () => {
    const hasty = await serve(provider, 0, 300);
    const { port } = new URL(hasty.url);
    const socket = connect(Number(port), "127.0.0.1");
    const ended = new Promise<string>((resolve) => {
      let said = "";
      socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
      socket.on("close", () => resolve(said));
    });
    socket.write("POST /exchange HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{");
    expect(await ask({ emergency: 1 }, { url: hasty.url })).to.deep.include({ outcome: "answered" });
    expect(await ended).to.match(/^HTTP\/1\.1 408/);
    await hasty.close();
  });

  it("a provider whose own part fails refuses, logs that, says no more of it, and answers the next request", async () => {
    const faults: unknown[] = [];
    provider.onFault = (error) => faults.push(error);
    provider.policy.find = () => Promise.reject(new Error("disk\nbroken"));
    expect(await ask({ emergency: 1 })).to.deep.include({ outcome: "refused", refusal: "unavailable" });
    expect(kinds(provider.body)).to.deep.equal([["request", "response"], ["receipt"]]);
    expect(faults).to.have.nested.property("[0].message", "disk\nbroken");
    provider.policy.find = () => Promise.resolve({ ok: true });
    expect((await ask({ emergency: 1 })).outcome).to.equal("answered");
  });

  it("a provider that cannot ask its chain says only that, and answers later", async () => {
    const { now } = provider.body;
    provider.body.now = () => Promise.reject(new Error("http://node.internal/secret is down"));
    await refused(ask({ emergency: 1 }), /turned it away: 503 This body cannot answer now\. The request is logged/);
    expect(kinds(provider.body)).to.deep.equal([]);
    provider.body.now = now;
    expect(await resolvePending(clinic)).to.have.nested.property("[0].outcome.outcome", "answered");
  });
});
