import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Interface, JsonRpcProvider, type Provider, type Signer, toQuantity } from "ethers";
import hre from "hardhat";
import { actingAs, connect, type Context } from "../../sdk/src/shared/context.ts";
import { cidOf, digestOf } from "../../sdk/src/shared/cid.ts";
import { decodeRevert, describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { errorTable } from "../../sdk/src/shared/errorTable.ts";
import { FolderStore, MemoryStore } from "../../sdk/src/shared/files.ts";
import { logsBetween } from "../../sdk/src/shared/logs.ts";
import { publishTender } from "../../sdk/src/tenders/publish.ts";
import { deployInProcess } from "../../tasks/shared/stage.ts";
import { MockFalseToken__factory, MockToken__factory } from "../../typechain-types/index.ts";
import { noticeOf } from "../tenders/scene.ts";

const text = (value: string) => new TextEncoder().encode(value);

async function describeFailure(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    return describeError(error);
  }
  throw new Error("nothing was thrown");
}

describe("errors in one line", () => {
  /** Houses reached in each way there is: embedded, through Hardhat over HTTP, and with ethers alone over HTTP. */
  const houses: Record<string, Context> = {};
  const closing: (() => Promise<unknown>)[] = [];

  before(async () => {
    const embedded = await hre.network.create("default");
    const server = await hre.network.createServer("default", "127.0.0.1", 0);
    const { address, port } = await server.listen();
    const url = `http://${address}:${port}`;
    const remote = await hre.network.create({ network: "localhost", override: { url } });
    const plain = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1 });
    closing.push(
      () => embedded.close(),
      () => remote.close(),
      () => Promise.resolve(plain.destroy()),
      () => server.close(),
    );
    for (const [way, connection] of Object.entries({ embedded, remote })) {
      const provider = connection.ethers.provider as unknown as Provider;
      const deployment = await deployInProcess(connection.provider, provider);
      const [, stranger] = await connection.ethers.getSigners();
      houses[way] = await connect(provider, deployment, new MemoryStore(), stranger);
    }
    const { chainId, genesisHash, block, addresses } = houses["remote"] as Context;
    const account = await plain.getSigner(1);
    houses["ethers"] = await connect(plain, { chainId, genesisHash, block, addresses }, new MemoryStore(), account);
  });
  after(async () => {
    for (const close of closing) await close();
  });

  const house = (way: string): Context => {
    const found = houses[way];
    if (!found) throw new Error(`no house ${way}`);
    return found;
  };

  for (const way of ["embedded", "remote", "ethers"]) {
    describe(`from a provider: ${way}`, () => {
      it("an error of another contract that was called on the way, with its values and what to do", async () => {
        const context = house(way);
        const account = await (context.signer as Signer).getAddress();
        const publish = async () => (await publishTender(context, { agency: 1, notice: noticeOf() })).send();
        const line = await describeFailure(publish);
        const { notice, fix } = Object.values(errorTable).find(({ name }) => name === "AgencyKeyNotPermitted") ?? {};
        expect(line).to.equal(
          `AgencyKeyNotPermitted (agency 1, account ${account}, permission 1): ${notice} ${fix}`.replace(/\s+/g, " "),
        );
      });

      it("an error of a view, and of a sent transaction that was not estimated", async () => {
        const context = house(way);
        expect(await describeFailure(() => context.house.tenderOf(77))).to.match(/^TenderUnknown \(tender 77\): /);
        const gasLimit = 500_000n;
        const sent = await describeFailure(async () => (await context.house.withdraw(5, 0, { gasLimit })).wait());
        // A node that does not execute before it answers tells the failure by the receipt alone.
        expect(sent)
          .to.match(/^TenderUnknown|transaction execution reverted/)
          .and.not.include("\n");
      });

      it("an error of a token, which the suite did not write", async () => {
        const context = house(way);
        const token = await new MockToken__factory(context.signer).deploy();
        await token.waitForDeployment();
        const line = await describeFailure(async () =>
          (await token.transfer(context.addresses.TenderHouse, 5n)).wait(),
        );
        expect(line).to.include("ERC20InsufficientBalance").and.not.include("\n");
      });

      it("a transfer that a token answers with false", async () => {
        const context = house(way);
        const token = await new MockFalseToken__factory(context.signer).deploy();
        await token.waitForDeployment();
        const owner = await (context.signer as Signer).getAddress();
        for (const sent of [
          await token.mint(owner, 10n),
          await token.approve(context.addresses.TenderHouse, 10n),
          await token.refuse(true),
        ]) {
          await sent.wait();
        }
        const line = await describeFailure(async () =>
          context.house.depositBond.estimateGas(await token.getAddress(), 10n),
        );
        expect(line)
          .to.match(/^SafeERC20FailedOperation \(token 0x/)
          .and.not.include("\n");
      });
    });
  }

  it("a node that is down", async () => {
    const server = await hre.network.createServer("default", "127.0.0.1", 0);
    const { port } = await server.listen();
    await server.close();
    const url = `http://127.0.0.1:${port}`;
    const { ethers } = await hre.network.create({ network: "localhost", override: { url } });
    const line = await describeFailure(() => ethers.provider.getBlockNumber());
    expect(line)
      .to.match(/^The node cannot be reached: /)
      .and.not.include("\n");
    const plain = new JsonRpcProvider(url, 31_337, { staticNetwork: true });
    expect(await describeFailure(() => plain.getBlockNumber())).to.match(/^The node cannot be reached: /);
    plain.destroy();
  });

  it("bad input as it is, and anything else without a line break", () => {
    expect(describeError(new InputError("No such\n thing."))).to.equal("No such thing.");
    expect(describeError(new Error("a\nb", { cause: new Error("c\r\nd") }))).to.equal("a b c d");
    expect(describeError("text")).to.equal("text");
    expect(describeError(undefined)).to.equal("undefined");
    const loop = new Error("loop");
    loop.cause = loop;
    expect(describeError(loop)).to.match(/^loop/);
    expect(describeError({ data: "0x12345678" })).not.to.include("\n");
  });

  it("decodes every error of the suite, however deep it is nested", () => {
    for (const [selector, { name, abi, notice, fix }] of Object.entries(errorTable)) {
      const known = new Interface([abi]);
      const fragment = known.getError(name);
      if (!fragment) throw new Error(name);
      expect(fragment.selector).to.equal(selector);
      const zero = (type: string) =>
        type.endsWith("[]")
          ? []
          : /^(u?int|enum)/.test(type)
            ? 0
            : type === "bool"
              ? false
              : type === "string"
                ? ""
                : type;
      const values = fragment.inputs.map(({ type }) => {
        if (type === "address") return `0x${"0".repeat(40)}`;
        if (type.startsWith("bytes")) return type === "bytes" ? "0x" : `0x${"00".repeat(Number(type.slice(5)))}`;
        return zero(type);
      });
      const data = known.encodeErrorResult(fragment, values);
      expect(decodeRevert(data)).to.deep.include({ name, notice, fix });
      const nested = new Error("outer", {
        cause: { info: { error: { data: { data: data.toUpperCase().replace("0X", "0x") } } } },
      });
      expect(describeError(nested), name)
        .to.match(new RegExp(`^${name}\\b`))
        .and.not.include("\n");
      expect(notice).to.match(/\.$/);
      expect(fix).to.match(/\.$/);
    }
    expect(decodeRevert("0xdeadbeef")).to.equal(null);
    expect(decodeRevert("0x")).to.equal(null);
  });

  it("revert data that is cut off does not hide the error", () => {
    const [selector] = Object.entries(errorTable).find(([, { name }]) => name === "TenderUnknown") ?? [];
    expect(describeError({ message: "reverted", data: `${selector}00` }))
      .to.include("TenderUnknown")
      .and.not.include("\n");
  });

  describe("connecting", () => {
    const refusedBy = (change: Partial<Context>) => {
      const { provider, chainId, genesisHash, block, addresses } = house("embedded");
      return describeFailure(() =>
        connect(provider, { chainId, genesisHash, block, addresses, ...change }, new MemoryStore()),
      );
    };

    it("tells a chain of another id, one that began anew, and a house that is not there", async () => {
      expect(await refusedBy({ chainId: 5n })).to.equal("The node is on chain 31337, the house stands on chain 5.");
      expect(await refusedBy({ genesisHash: `0x${"00".repeat(32)}` })).to.include("it began anew");
      const addresses = { ...house("embedded").addresses, TenderHouse: `0x${"99".repeat(20)}` };
      expect(await refusedBy({ addresses })).to.equal(`There is no TenderHouse at 0x${"99".repeat(20)}.`);
    });

    it("an act without an account is refused in words", async () => {
      const { provider, chainId, genesisHash, block, addresses } = house("embedded");
      const reader = await connect(provider, { chainId, genesisHash, block, addresses }, new MemoryStore());
      const { actor } = await import("../../sdk/src/shared/context.ts");
      expect(await describeFailure(() => actor(reader))).to.equal("This act needs an account to send it.");
      const account = house("embedded").signer as Signer;
      expect(await actor(actingAs(reader, account))).to.equal(await account.getAddress());
    });
  });

  describe("logs in pieces", () => {
    /** A node that answers for at most `most` blocks at a time, with a log for each block. */
    const node = (most: number) => {
      const asked: [number, number][] = [];
      const getLogs = ({ fromBlock, toBlock }: { fromBlock: number; toBlock: number }) => {
        if (toBlock - fromBlock + 1 > most) return Promise.reject(new Error("range too large"));
        asked.push([fromBlock, toBlock]);
        return Promise.resolve(Array.from({ length: toBlock - fromBlock + 1 }, (_, i) => fromBlock + i));
      };
      return { asked, provider: { getLogs } as unknown as Provider };
    };

    for (const most of [10_000, 1000, 113]) {
      it(`a range of 5,001 blocks from a node that answers for ${most}: each once, in order`, async () => {
        const { provider, asked } = node(most);
        const logs = (await logsBetween(provider, {}, 100, 5100)) as unknown as number[];
        expect(logs).to.deep.equal(Array.from({ length: 5001 }, (_, i) => 100 + i));
        expect(asked[0]?.[0]).to.equal(100);
        for (const [i, [from]] of asked.entries()) if (i > 0) expect(from).to.equal((asked[i - 1]?.[1] ?? 0) + 1);
      });
    }

    it("a node that refuses even short ranges is not asked for ever", async () => {
      const { provider } = node(0);
      expect(await describeFailure(() => logsBetween(provider, {}, 0, 1_000_000))).to.equal("range too large");
      expect(await logsBetween(provider, {}, 5, 4)).to.deep.equal([]);
    });
  });

  describe("files by content", () => {
    let folder: string;
    beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "files-"))));
    afterEach(() => rm(folder, { recursive: true }));

    it("a file comes back by its digest, and lies under its CID", async () => {
      const store = new FolderStore(join(folder, "files"));
      const digest = await store.put(text("hello"));
      expect(digest).to.equal(digestOf(text("hello")));
      expect(await readdir(store.folder)).to.deep.equal([cidOf(digest)]);
      expect(new TextDecoder().decode((await store.get(digest)) ?? undefined)).to.equal("hello");
      expect(await store.get(digestOf(text("other")))).to.equal(null);
    });

    it("content that was changed is refused, until the right one is put again", async () => {
      const store = new FolderStore(folder);
      const digest = await store.put(text("hello"));
      await writeFile(join(folder, cidOf(digest)), "hullo");
      expect(await describeFailure(() => store.get(digest))).to.include("its content no longer matches its name");
      await store.put(text("hello"));
      expect(await store.get(digest)).to.not.equal(null);
      expect(await readdir(folder)).to.have.length(1);
    });

    it("a digest that is none is refused before anything is opened", async () => {
      const store = new FolderStore(folder);
      for (const digest of ["0x12", "../../etc/passwd", toQuantity(5)]) {
        expect(await describeFailure(() => store.get(digest))).to.include("Not a SHA-256 digest");
      }
    });
  });
});
