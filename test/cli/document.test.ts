import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { readWhole } from "../../sdk/src/documents/anyFile.ts";
import { providerEndpoint } from "../../sdk/src/documents/endpoint.ts";
import { manifestPath } from "../../sdk/src/documents/manifest.ts";
import { placeIn } from "../../sdk/src/documents/placement.ts";
import { contentOfJson, sampleOf } from "../../sdk/src/documents/schemas/index.ts";
import { verifyAll } from "../../sdk/src/documents/verify.ts";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import {
  actingAs,
  connect,
  type Context,
  CONTRACTS,
  type Deployment,
  identifyChain,
} from "../../sdk/src/shared/context.ts";
import { FolderStore } from "../../sdk/src/shared/files.ts";
import { CliHouse, expectRefusal, pairwise, start } from "./cli.ts";

const FAR = 2 ** 40 - 1;
/** Numbers of the node's accounts. */
const ADMIN = 1,
  CHAMBER = 2,
  CLERK = 3,
  VENDOR = 4;
/** All of them by `npm run test:full`. */
const FILES = process.env["COMMON_SEAL_FULL"] === "1" ? 10_000 : 1_000;

describe("documents on the command line", function () {
  this.timeout(120_000);
  let house: CliHouse;
  let context: Context;
  let vendor: string;
  const as = (account: number) => ["--as", String(account)];
  const issue = ["--agency", "2", "--schema", "1"];
  const document = (...args: string[]) => house.run("document", ...args);
  const at = (name: string) => join(house.folder, name);

  /** Bodies 1, the chamber, and 2, the tax office, each with a clerk who may do all of documents. */
  before(async () => {
    house = await CliHouse.start();
    const { COMMON_SEAL_DEPLOYMENTS = "", COMMON_SEAL_HOME = "" } = house.env;
    const read = async (name: string) =>
      JSON.parse(await readFile(join(COMMON_SEAL_DEPLOYMENTS, "localhost", `${name}.json`), "utf8")) as {
        address: string;
      };
    const addresses = Object.fromEntries(
      await Promise.all(CONTRACTS.map(async (name) => [name, (await read(name)).address] as const)),
    ) as Deployment["addresses"];
    const deployment = { ...(await identifyChain(house.node)), block: 0, addresses };
    const files = new FolderStore(join(COMMON_SEAL_HOME, "files"));
    context = await connect(house.node, deployment, files, await house.node.getSigner(0));
    vendor = await house.account(VENDOR);
    const admin = await house.account(ADMIN);
    for (const [name, clerk] of [
      ["Chamber", CHAMBER],
      ["Tax Office", CLERK],
    ] as const) {
      const { agency } = (await (await registerAgency(context, { name, admin })).send()).result;
      const key = { agency, account: await house.account(clerk), permissions: permissionBits("document"), until: FAR };
      await addKey(actingAs(context, await house.node.getSigner(ADMIN)), key).send();
    }
  });
  after(() => house.stop());

  it("schema add, list, show; accredit", async () => {
    const add = ["document", "schema", "add", "--agency", "1", ...as(CHAMBER)];
    const added = await house.json(...add, "--name", "tax-clearance");
    expect(added).to.deep.include({ schema: 1, accreditor: 1 });
    const [unnamed, passport] = await pairwise([[], ["--name", "passport"]], (rest) => house.run(...add, ...rest));
    expectRefusal(unnamed as never, "Give either --name or --file.");
    expectRefusal(passport as never, "No such schema out of the box: passport.");
    const own = await house.write("own.schema.json", { title: "Permit", type: "object", required: ["number"] });
    expect(await house.json(...add, "--file", own, "--accreditor", "2")).to.deep.include({ schema: 2, accreditor: 2 });
    const [listed, shown] = await pairwise([["list"], ["show", "--schema", "1"]], (rest) =>
      document("schema", ...rest),
    );
    expect(listed?.stdout)
      .to.match(/1 +Tax clearance +1 +1 +bafk/)
      .and.match(/2 +Permit +1 +2 +bafk/);
    expect(shown?.stdout).to.include("urn:common-seal:schema:tax-clearance:1");
    const early = await house.write("early.json", sampleOf("tax-clearance"));
    expectRefusal(
      await document("attest", early, ...issue, ...as(CLERK)),
      "Agency 2 is not accredited for schema 1 now",
    );
    const terms = ["--schema", "1", "--issuer", "2", "--until", "2099-01-01", ...as(CHAMBER)];
    expect((await document("accredit", ...terms)).stdout).to.equal(
      "Agency 2 is accredited for schema 1 until 2099-01-01T00:00:00Z.\n",
    );
  });

  it("attest, verify, present: a document of fields; run again it is attested already", async () => {
    const sample = sampleOf("tax-clearance");
    const { fields } = contentOfJson(sample);
    const path = await house.write("clearance.json", fields);
    const attest = ["attest", path, ...issue, ...as(CLERK)];
    const wrong = await house.write("wrong.json", { ...sample, standing: "fine" });
    const [unbound, invalid] = await pairwise([attest, ["attest", wrong, ...attest.slice(2)]], (args) =>
      document(...args),
    );
    expectRefusal(unbound as never, "is not what its schema says: must have required property 'holder'");
    expectRefusal(invalid as never, "is not what its schema says: standing must be equal to one of the allowed values");
    const bound = [...attest, "--holder", vendor, "--expires", "2098-01-01"];
    const done = await house.json("document", ...bound);
    const file = at("clearance.document.json");
    expect(done["path"]).to.equal(file);
    const again = await document(...bound);
    expect(again).to.deep.equal({
      code: 0,
      stdout: `This document is attested already. Its file: ${file}\n`,
      stderr: "",
    });
    const other = await document(...attest, "--holder", await house.account(5));
    expectRefusal(other, "is there already, and is of another document");

    const out = at("shown.json");
    expect(
      (await document("present", file, "--fields", "standing,validUntil", "--out", out, "--holder")).code,
    ).to.equal(0);
    const [valid, shown] = await pairwise([file, out], (one) => document("verify", one));
    expect(valid?.stdout).to.match(
      /^VALID: Tax clearance by Tax Office \(agency 2\), since \S+Z, until 2098-01-01T00:00:00Z, as of \S+Z\.\n$/,
    );
    expect([valid?.code, shown?.code]).to.deep.equal([0, 0]);
    // Blocks that follow each other at once have later times than the clock: a block is behind once that has caught up.
    const { timestamp } = (await house.node.getBlock("latest")) ?? { timestamp: Infinity };
    while (Date.now() / 1000 < timestamp + 1) await sleep(200);
    const behind = await document("verify", file, "--max-age", "0");
    expect(behind.stdout).to.match(/^UNAVAILABLE, .*: the nodes do not agree \(block \d+, .* behind the clock\)/);
    expect(shown?.stdout.split("\n").slice(1)).to.deep.equal([
      'standing: "no-arrears"',
      'validUntil: "2027-03-31"',
      "",
    ]);
    const changed = at("changed.json");
    await writeFile(changed, (await readFile(file, "utf8")).replace("no-arrears", "no-arrearz"));
    expectRefusal(
      await document("verify", changed),
      "was changed: its fields, holder and secret do not yield its hash.",
    );
  });

  it("verify says unavailable where the chain cannot be heard, never that the document is unknown", async () => {
    const file = at("clearance.document.json");
    const { LOCALHOST_RPC_URL = "" } = house.env;
    const dead = "http://127.0.0.1:9";
    const [down, two, one] = await pairwise(
      [
        ["--rpc", dead],
        ["--rpc", `${LOCALHOST_RPC_URL},${dead}`],
        ["--rpc", `${LOCALHOST_RPC_URL},${dead}`, "--quorum", "1"],
      ],
      (rest) => document("verify", file, ...rest),
    );
    expect(down?.stdout).to.match(
      /^UNAVAILABLE, nothing can be said of the document: the node cannot be reached \(127.0.0.1:9 /,
    );
    expect(two?.stdout).to.match(/^UNAVAILABLE, .*: the nodes do not agree \(only 1 of 2 nodes answer, 2 must/);
    expect(one?.stdout).to.match(/^VALID: /);
    expect([down, two, one].map((ran) => [ran?.code, ran?.stderr])).to.deep.equal([
      [1, ""],
      [1, ""],
      [0, ""],
    ]);
    const config = { ...house.env, LOCALHOST_RPC_URL: dead };
    const child = start(["document", "verify", file, "--json"], config);
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(JSON.parse(said)).to.deep.include({ status: "unavailable", reason: "node-down" });
    expect(code).to.equal(1);
  });

  it("a file of any type, attested or only signed; revoke, and what held before", async () => {
    const photo = at("photo.jpg");
    await writeFile(photo, Buffer.from("ffd8ffe000104a46494600010100", "hex"));
    const sensor = at("sensor.bin");
    await writeFile(sensor, "a day of measurements");
    await house.json("document", "attest", photo, ...issue, ...as(CLERK));
    await house.json("document", "sign", sensor, ...issue, "--index", "0", ...as(CLERK));
    const twice = await document("sign", photo, ...issue, "--index", "0", "--out", at("twice.json"), ...as(CLERK));
    expectRefusal(twice, "Index 0 of this list was used before");
    const [valid, signed] = await pairwise([photo, sensor], (one) => document("verify", one));
    expect(valid?.stdout).to.match(/^VALID: .* since .* without end/);
    expect(signed?.stdout).to.match(/^VALID: .* only signed, without end/);
    const time = (await house.node.getBlock("latest"))?.timestamp ?? 0;
    await house.json("house", "advance", "--to", String(time + 60));
    await house.json("document", "revoke", photo, "--reason", "3", ...as(CLERK));
    await house.json("document", "revoke", sensor, "--reason", "2", ...as(CLERK));
    const [revoked, before, unsigned, again] = await pairwise(
      [
        ["verify", photo],
        ["verify", photo, "--at", String(time)],
        ["verify", sensor],
        ["revoke", photo, "--reason", "3", ...as(CLERK)],
      ],
      (args) => document(...args),
    );
    expect(revoked?.stdout).to.match(/^REVOKED: .* revoked \S+Z: the facts have changed, as of/);
    expect(before?.stdout).to.match(/^VALID \(asked for \S+Z\): /);
    expect(unsigned?.stdout).to.match(/^REVOKED: .* revoked \S+Z: issued in error, as of/);
    expect([revoked, before, unsigned].map((ran) => ran?.code)).to.deep.equal([1, 0, 1]);
    expectRefusal(again as never, "is revoked already: the facts have changed");
    await writeFile(photo, Buffer.from("ffd8ffe000104a46494600010101", "hex"));
    expectRefusal(await document("verify", photo), "is not the file that was sealed as photo.jpg");
    const revoke = ["revoke", photo, "--reason", "3", ...as(CLERK)];
    const [wrong, unseen] = await pairwise([revoke, [...revoke, "--unseen"]], (args) => document(...args));
    expectRefusal(wrong as never, "is not the file that was sealed as photo.jpg");
    expectRefusal(unseen as never, "is revoked already: the facts have changed");
    expectRefusal(await document("verify", at("own.schema.json")), "is no document, presentation or seal");
  });

  it(`attest-batch of ${FILES} files, cut in the middle and run again: one root, and every file verifies`, async () => {
    const folder = at("batch");
    await mkdir(folder);
    const names = Array.from({ length: FILES }, (_, i) => `certificate-${String(i).padStart(5, "0")}.txt`);
    for (const name of names) await writeFile(join(folder, name), `This is ${name}.`);
    const args = ["document", "attest-batch", folder, ...issue, ...as(CLERK)];

    const child = start(args, house.env);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const seals = async () => (await readdir(folder)).filter((name) => name.endsWith(".txt.seal.json")).length;
    while ((await seals()) < 100 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await ended;
    expect(await seals()).to.be.lessThan(FILES);
    const manifest = await readFile(manifestPath(folder), "utf8");

    const done = await house.json<{ root: string; count: number; gas: string }>(...args);
    expect(done.count).to.equal(FILES);
    expect(await readFile(manifestPath(folder), "utf8")).to.equal(manifest);
    const again = await house.json(...args);
    expect([again["root"], again["tx"]]).to.deep.equal([done.root, undefined]);
    const roots = await context.documents.queryFilter(context.documents.filters.RootAttested());
    expect(roots.map(({ args: { root, count } }) => [root, count])).to.deep.equal([[done.root, BigInt(FILES)]]);

    const every = names.filter((_, i) => i % 97 === 0);
    const whole = await Promise.all(every.map((name) => readWhole(join(folder, name))));
    const endpoints = [
      providerEndpoint({
        request: ({ method, params }) => house.node.send(method, params as unknown[]) as Promise<unknown>,
      }),
    ];
    const outcomes = await verifyAll(
      { ...placeIn(context), endpoints, quorum: 1 },
      whole.map(({ document: one }) => one),
    );
    expect(new Set(outcomes.map(({ status }) => status))).to.deep.equal(new Set(["valid"]));

    const [first = "", second = "", third = ""] = names;
    await writeFile(join(folder, second), `This is ${second}!`);
    await house.json("document", "revoke", join(folder, third), "--reason", "5", ...as(CLERK));
    const [valid, changed, revoked, late] = await pairwise(
      [
        ["verify", join(folder, first)],
        ["verify", join(folder, second)],
        ["verify", join(folder, third)],
        args.slice(1),
      ],
      (one) => document(...one),
    );
    expect(valid?.stdout).to.match(/^VALID: Tax clearance by Tax Office \(agency 2\), since /);
    expectRefusal(changed as never, `is not the file that was sealed as ${second}`);
    expect(revoked?.stdout).to.match(/^REVOKED: .* revoked \S+Z: conditions no longer met/);
    expectRefusal(late as never, `${second} in ${folder} changed after its manifest was written.`);
    await house.json("document", "revoke", join(folder, first), "--reason", "2", "--root", ...as(CLERK));
    expect((await document("verify", join(folder, names[3] ?? ""))).stdout).to.match(/^REVOKED: .*: issued in error/);
  });
});
