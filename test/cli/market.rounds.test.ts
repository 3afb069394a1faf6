import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { MemoryStore } from "../../sdk/src/shared/files.ts";
import { rounds } from "../../tasks/market/rounds.ts";
import { prepareFile } from "../../tasks/market/sealing.ts";
import { MarketDesk, refusal } from "../market/sdk.desk.ts";
import { noise } from "../market/sealing.ts";

describe("rounds of a service", () => {
  it("a round that fails is told in one line, and the next one comes; a signal ends it", async () => {
    const said: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text) => said.push(String(text)) > 0;
    let count = 0;
    try {
      const ended = await rounds({ every: "0s" }, () => {
        count++;
        if (count < 3) return Promise.reject(new Error("connect ECONNREFUSED"));
        process.emit("SIGTERM");
        return Promise.resolve();
      });
      expect(ended).to.equal(3);
    } finally {
      process.stderr.write = write;
    }
    expect(said).to.deep.equal(Array(2).fill("The node cannot be reached: connect ECONNREFUSED\n"));
    expect(process.listenerCount("SIGTERM")).to.equal(0);
  });

  it("a signal ends the wait between rounds; one round alone fails as it is", async () => {
    setTimeout(() => process.emit("SIGTERM"), 20);
    expect(await rounds({ every: "1d" }, () => Promise.resolve())).to.equal(1);
    const once = rounds({ once: true }, () => Promise.reject(new Error("no")));
    expect(await refusal(once)).to.equal("no");
  });
});

describe("a sealing that is cut off", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  let home: string;
  const before_ = process.env["COMMON_SEAL_HOME"];
  before(async () => {
    desk = await MarketDesk.open();
    home = await mkdtemp(join(desk.folder, "home-"));
    process.env["COMMON_SEAL_HOME"] = home;
  });
  after(async () => {
    if (before_ === undefined) delete process.env["COMMON_SEAL_HOME"];
    else process.env["COMMON_SEAL_HOME"] = before_;
    await rm(home, { recursive: true });
    await desk.close();
  });

  /** A store that breaks at its second piece. */
  const broken = () => {
    const store = new MemoryStore();
    let writes = 0;
    const put = (bytes: Uint8Array) => (++writes === 2 ? Promise.reject(new Error("cut")) : store.put(bytes));
    return { put, get: (digest: string) => store.get(digest) };
  };
  const prepared = async (file: string, files = desk.clerk.files) =>
    prepareFile({ ...desk.clerk, files }, { file }, hre, { agency: 1, models: [] });

  it("goes on with the same key; another content gets another, though the path is the same", async () => {
    const path = await desk.file(noise(992 * 512 * 2, "cut off"));
    expect(await refusal(prepared(path, broken()))).to.equal("cut");
    const commits: string[] = [];
    for (const content of ["cut off", "cut off", "after"]) {
      await writeFile(path, noise(992 * 512 * 2, content));
      const done = await prepared(path);
      if ("listed" in done) throw new Error("listed");
      commits.push(done.version.keyCommit);
    }
    expect(commits[1]).to.equal(commits[0]);
    expect(commits[2]).to.not.equal(commits[0]);
  });

  it("a file that changes while it is sealed is refused", async () => {
    const path = await desk.file(noise(992 * 512 * 3, "changing"));
    const { files } = desk.clerk;
    let writes = 0;
    const put = async (bytes: Uint8Array) => {
      if (++writes === 1) await writeFile(path, noise(992 * 512 * 3, "changed"));
      return files.put(bytes);
    };
    const act = prepared(path, { put, get: (digest: string) => files.get(digest) });
    expect(await refusal(act)).to.equal(`The file ${path} was changed while it was sealed.`);
  });
});
