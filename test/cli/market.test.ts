import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { hexlify } from "ethers";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { buy } from "../../sdk/src/market/buy.ts";
import { catalogueFrom } from "../../sdk/src/market/catalogue/catalogue.ts";
import { deliver } from "../../sdk/src/market/deliver.ts";
import { walletKeys } from "../../sdk/src/market/keys/source.ts";
import { readDataSet } from "../../sdk/src/market/read.ts";
import {
  actingAs,
  connect,
  type Context,
  CONTRACTS,
  type Deployment,
  identifyChain,
} from "../../sdk/src/shared/context.ts";
import { FolderStore, parseJson } from "../../sdk/src/shared/files.ts";
import { MockToken__factory } from "../../typechain-types/index.ts";
import { noise } from "../market/sealing.ts";
import { CliHouse, expectRefusal, pairwise, type Ran, start } from "./cli.ts";

/** Numbers of the node's accounts. */
const ADMIN = 1,
  CLERK = 2,
  BUYER = 3,
  SECOND = 4;
const PAYEE = "0x00000000000000000000000000000000000000A1";

describe("the market on the command line", function () {
  this.timeout(60_000);
  let house: CliHouse;
  let context: Context;
  let token: string;
  let file: string;
  const data = noise(3000, "departures");
  const as = (account: number) => ["--as", String(account)];
  const market = (...args: string[]) => house.run("market", ...args);
  const json = <T = Record<string, unknown>>(...args: string[]) => house.json<T>("market", ...args);
  const at = (name: string) => join(house.folder, name);
  const one = ["--data-set", "1"];
  const later = async (seconds: number) => {
    await house.node.send("evm_increaseTime", [seconds]);
    await house.node.send("evm_mine", []);
  };
  const expectLine = ({ code, stdout, stderr }: Ran, words: RegExp, expected = 0) => {
    expect(stderr).to.equal("");
    expect(stdout).to.match(words);
    expect(code).to.equal(expected);
  };

  /** Body 1 with a clerk who may do all of the market; two buyers with money. */
  before(async () => {
    house = await CliHouse.start();
    const { COMMON_SEAL_DEPLOYMENTS = "", COMMON_SEAL_HOME = "" } = house.env;
    const addressOf = async (name: string) => {
      const path = join(COMMON_SEAL_DEPLOYMENTS, "localhost", `${name}.json`);
      return (parseJson(await readFile(path, "utf8"), path) as { address: string }).address;
    };
    const addresses = Object.fromEntries(
      await Promise.all(CONTRACTS.map(async (name) => [name, await addressOf(name)] as const)),
    ) as Deployment["addresses"];
    const deployment = { ...(await identifyChain(house.node)), block: 0, addresses };
    const platform = await house.node.getSigner(0);
    context = await connect(house.node, deployment, new FolderStore(join(COMMON_SEAL_HOME, "files")), platform);
    const admin = await house.account(ADMIN);
    const act = await registerAgency(context, { name: "Transport Agency", admin });
    const { agency } = (await act.send()).result;
    const key = {
      agency,
      account: await house.account(CLERK),
      permissions: permissionBits("market"),
      until: 2 ** 40 - 1,
    };
    await addKey(actingAs(context, await house.node.getSigner(ADMIN)), key).send();
    const mock = await new MockToken__factory(platform).deploy();
    for (const buyer of [BUYER, SECOND]) await (await mock.mint(await house.account(buyer), 10n ** 20n)).wait();
    token = await mock.getAddress();
    file = at("departures.csv");
    await writeFile(file, data);
  });
  after(() => house.stop());

  it("list: sealed with a price, and open; run again it says what is listed already", async () => {
    const metadata = await house.write("about.json", {
      title: { en: "Departures", ko: "출발 시각" },
      description: { en: "Of every stop, each day." },
    });
    const list = ["list", file, "--agency", "1", "--category", "TRAN", ...as(CLERK)];
    const described = [...list, "--metadata", metadata, "--licence", "pdl-1.0"];
    const price = ["--price", "12.5", "--token", token, "--payee", PAYEE];
    const sealed = [...described, ...price, "--samples", "0", "--window", "1h", "--delivery", "24h", "--json"];
    const [listed, unpriced] = await pairwise([sealed, described], (args) => market(...args));
    expect(JSON.parse(listed?.stdout ?? "")).to.deep.include({ dataSet: 1, lost: [] });
    expectRefusal(unpriced as Ran, "Give the --price, or --free.");
    const ckan = await house.write("package.json", {
      name: "departures",
      title: "Departures",
      license_id: "cc-by-4.0",
      groups: [{ name: "traffic" }],
      resources: [{ url: "https://example.org/d.csv", format: "CSV" }],
    });
    const [again, open] = await pairwise(
      [
        [...described, ...price],
        [...list, "--ckan", ckan, "--open"],
      ],
      (args) => market(...args),
    );
    expectLine(again as Ran, /^This file is listed already, as version 1 of data set 1\. See also `market offer`\.\n$/);
    expectLine(open as Ran, /^data set +2\nmanifest +bafk\S+\nbytes +3000\noffer +1\nNot carried over: groups/);
    const { versions, offers } = await readDataSet(context, 1);
    expect([versions.length, offers[0]?.terms.price]).to.deep.equal([1, 125n * 10n ** 17n]);
  });

  it("offer: a licence with terms of its own is found by its description; show tells them in words", async () => {
    const terms = await house.write("terms.json", { title: "Research only", permit: ["use"], users: 5 });
    const offer = ["offer", ...one, "--licence", terms, "--free", "--until", "2099-01-01", ...as(CLERK)];
    expect(await json(...offer)).to.deep.include({ offer: 2, tier: 1 });
    const shown = await market("show", ...one, "--language", "ko");
    expectLine(shown, /title +출발 시각\n/);
    expect(shown.stdout)
      .to.match(/price +12\.5 MOCK\nlicensed for +without end\ndelivered within +1d\ndisputes within +1h\n/)
      .and.match(/licence +pdl-1\.0: may: use, commercial use, derivatives, distribution; must: name the source\n/)
      .and.match(/taken +until 2099-01-01T00:00:00Z\nbuyers +all\nlicence +Research only: may: use; at most 5 users/);
  });

  it("buy, deliver, open: the file comes out byte for byte; settle and licences", async () => {
    const buy = ["buy", ...one, "--offer", "1", "--payment", "permit", ...as(BUYER)];
    const out = at("opened.csv");
    const open = ["open", ...one, "--out", out, ...as(BUYER)];
    const [bought, unknown] = await pairwise([buy, ["buy", "--data-set", "9", "--offer", "1"]], (args) =>
      market(...args),
    );
    expectLine(
      bought as Ran,
      /^Ordered: order 0 of version 1 of data set 1; the key is to be delivered until 20\S+Z, else the price comes back\.\n$/,
    );
    expectRefusal(unknown as Ran, "There is no data set 9 in the market at 0x");
    const [again, early] = await pairwise([buy, open], (args) => market(...args));
    expectLine(again as Ran, /^Ordered before: order 0 of version 1 of data set 1;/);
    expectRefusal(early as Ran, "The key is not delivered yet.");
    const delivered = await market("deliver", "--agency", "1", ...as(CLERK));
    expectLine(delivered, /^Delivered: order 0 of version 1 of data set 1\n$/);
    const [opened, disputed] = await pairwise([open, ["dispute", ...one, ...as(BUYER)]], (args) => market(...args));
    expectLine(opened as Ran, /^Opened 3000 bytes, as listed: \S+opened\.csv\n$/);
    expect(new Uint8Array(await readFile(out))).to.deep.equal(data);
    expectRefusal(disputed as Ran, "there is nothing to dispute.");
    await later(3601);
    expectLine(await market("settle", ...one), /^Settled: order 0 of version 1 of data set 1\n$/);
    const [licences, due] = await pairwise(
      [
        ["licences", ...as(BUYER)],
        ["collect", "--account", PAYEE],
      ],
      (args) => market(...args),
    );
    expectLine(licences as Ran, /\n1 +1 +0 +0 +20\S+Z +without end\n$/);
    expectLine(due as Ran, /^Paid out 12\.5 MOCK to 0x00000000000000000000000000000000000000A1\.\n$/);
  });

  it("buy and open what is open data; catalogue as a table and as DCAT-AP", async () => {
    const free = ["buy", "--data-set", "2", "--offer", "1", ...as(SECOND)];
    const out = at("catalogue.jsonld");
    const [licensed, table] = await pairwise([free, ["catalogue", "--out", out]], (args) => market(...args));
    expectLine(licensed as Ran, /^Licensed: number 0, without end; `market open` fetches the data\.\n$/);
    expectLine(table as Ran, /^Wrote 2 data sets to /);
    const fetch = ["open", "--data-set", "2", "--out", at("fetched.csv"), ...as(SECOND)];
    const [shown, fetched] = await pairwise([["catalogue", "--language", "ko"], fetch], (args) => market(...args));
    expectLine(shown as Ran, /\n1 +출발 시각 +1 Transport Agency +TRAN +1 +3000 +1 fixed, 2 free\n/);
    expectLine(fetched as Ran, /^Fetched 3000 bytes, as listed/);
    expect(new Uint8Array(await readFile(at("fetched.csv")))).to.deep.equal(data);
    const { datasets } = catalogueFrom(parseJson(await readFile(out, "utf8"), out));
    expect(datasets.map(({ title }) => Object.values(title)[0])).to.deep.equal(["Departures", "Departures"]);
    expect(datasets[1]?.distributions[0]).to.deep.include({ byteSize: 3000, mediaType: "text/csv" });
    expectLine(
      await market("catalogue", "--language", "ko"),
      /\n1 +출발 시각 +1 Transport Agency +TRAN +1 +3000 +1 fixed, 2 free\n/,
    );
  });

  it("with a key file; a wrong key ends `open` with code 2, and `dispute` brings the price back", async () => {
    const keys = at("buyer.keys.json");
    house.env["COMMON_SEAL_PASSPHRASE"] = "correct horse";
    await json("keys", "--out", keys);
    const mine = [...one, "--keys", keys, ...as(SECOND)];
    await json("buy", "--offer", "1", ...mine);
    const order = (await readDataSet(context, 1)).orders.at(-1);
    if (!order) throw new Error("no order");
    const clerk = actingAs(context, await house.node.getSigner(CLERK));
    await deliver(clerk, 1, [{ order, masked: hexlify(noise(32)) }]);
    expectLine(await market("open", ...mine, "--out", at("x")), /^wrong key: run `market dispute`\n$/, 2);
    expectLine(await market("dispute", ...mine), /^Proven: the key was wrong\. The price is due to you again;/);
  });

  it("serve delivers until SIGTERM; watch opens; withdraw ends the sale", async () => {
    const buyer = actingAs(context, await house.node.getSigner(BUYER));
    const keys = walletKeys(await house.node.getSigner(BUYER), {
      chainId: context.chainId,
      market: context.addresses.DataMarket,
    });
    await buy(buyer, { dataSet: 1, offer: 2, keys });
    const serve = start(["market", "serve", "--agency", "1", "--every", "1s", ...as(CLERK)], house.env);
    let said = "";
    const ended = new Promise<number | null>((resolve) => serve.on("close", resolve));
    await new Promise<void>((resolve, reject) => {
      serve.stdout?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("\n")) resolve();
      });
      serve.on("close", () => reject(new Error(said)));
    });
    serve.kill("SIGTERM");
    expect(await ended).to.equal(0);
    expect(said).to.match(
      /^Delivered: order 1 of version 1 of data set 1\nThe service of agency 1 ended after [12] rounds?\.\n$/,
    );
    const watch = ["watch", "--folder", at("opened"), "--once", ...as(BUYER)];
    const withdraw = ["withdraw", ...one, "--versions", "1", "--reason", "superseded", ...as(CLERK)];
    const [watched, withdrawn] = await pairwise([watch, withdraw], (args) => market(...args));
    expectLine(watched as Ran, /Opened: order 1 of version 1 of data set 1 into \S+-1-1-1\n/);
    expectLine(withdrawn as Ran, /^Version 1 of data set 1: withdrawn\.\n$/);
    const [, path = ""] = /into (\S+)\n/.exec((watched as Ran).stdout) ?? [];
    expect(new Uint8Array(await readFile(path))).to.deep.equal(data);
  });
});
