/**
 * `npx hardhat run scripts/scenarios/open-data.ts`: an agency lists a table of 200 MB made on the spot; three buyers (one
 * free, one paying, one accredited) buy and open it byte for byte; a malicious seller is refunded against by a dispute.
 * Sellers and buyers are processes of their own, over a JSON-RPC node. COMMON_SEAL_TABLE_MB makes the table smaller.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { id, Wallet } from "ethers";
import hre from "hardhat";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest } from "../../sdk/src/documents/attest.ts";
import { type DocumentFile, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { contentOfJson, sampleOf, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { fileDigest } from "../../sdk/src/market/prepare.ts";
import { orderAt, readDataSet } from "../../sdk/src/market/read.ts";
import { formatAmount } from "../../sdk/src/shared/amount.ts";
import { actingAs, connect, type Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { FolderStore } from "../../sdk/src/shared/files.ts";
import { MockToken__factory } from "../../typechain-types/index.ts";
import { Progress } from "../../tasks/shared/progress.ts";
import { deployInProcess } from "../../tasks/shared/stage.ts";
import { showTime, table } from "../../tasks/shared/text.ts";
import type { BuyerTask, Invitation, SellerTask, Told } from "./open-data/party.ts";

const MEGABYTE = 1_000_000;
const SIZE = Number(process.env["COMMON_SEAL_TABLE_MB"] ?? 200) * MEGABYTE;
/** The malicious seller's table: a tenth. */
const SMALL = Math.ceil(SIZE / 10);
const HARDHAT = join(hre.config.paths.root, "node_modules/.bin/hardhat");
const FOREVER = 2 ** 40 - 1;
const PURSE = 1_000n * 10n ** 18n;
const DECIMALS = 18;
const HOUR = 3600;
/** A table, its sealing, three times its check and its opening; the same of the small one, bought once. */
const WORK = 8 * SIZE + 4 * SMALL;

type Stage = Awaited<ReturnType<typeof openStage>>;
type Party = Awaited<ReturnType<Stage["party"]>>;

const say = (text: string) => process.stderr.write(`${text}\n`);
const secretOf = (name: string) => id(`common-seal open data: ${name}`);
const addressOf = (name: string) => new Wallet(secretOf(name)).address;
const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** A node with the house, and parties that reach it over JSON-RPC. */
async function openStage(folder: string) {
  const port = await freePort();
  const server = await hre.network.createServer("default", "127.0.0.1", port);
  await server.listen();
  const url = `http://127.0.0.1:${port}`;
  const connection = await hre.network.create({ network: "localhost", override: { url } });
  const provider = connection.ethers.provider as unknown as Context["provider"] & {
    send(method: string, params: unknown[]): Promise<unknown>;
  };
  const deployment = await deployInProcess(connection.provider, provider);
  const [platform] = await connection.ethers.getSigners();
  const files = join(folder, "store");
  const context = await connect(provider, deployment, new FolderStore(files), platform);
  const children: ChildProcess[] = [];
  const invitation = { url, files, deployment: { ...deployment, chainId: String(deployment.chainId) } };
  return {
    context,
    async as(name: string): Promise<Context> {
      await provider.send("hardhat_setBalance", [addressOf(name), `0x${(10n ** 20n).toString(16)}`]);
      return actingAs(context, new Wallet(secretOf(name), provider));
    },
    /** Starts a party as a process of its own. */
    async party<T extends Invitation>(script: string, name: string, task: Omit<T, keyof Invitation>, bar: Progress) {
      await this.as(name);
      const file = fileURLToPath(new URL(`./open-data/${script}`, import.meta.url));
      const told = JSON.stringify({ ...invitation, ...task, secret: secretOf(name) });
      const child = spawn(process.execPath, [HARDHAT, "run", "--no-compile", file], {
        cwd: hre.config.paths.root,
        env: { ...process.env, NODE_OPTIONS: "", COMMON_SEAL_TASK: told },
        stdio: ["ignore", "pipe", "pipe"],
      });
      children.push(child);
      return new Running(name, child, bar);
    },
    async advance(seconds: number): Promise<void> {
      await provider.send("evm_increaseTime", [seconds]);
      await provider.send("evm_mine", []);
    },
    async close(): Promise<void> {
      for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
      await connection.close();
      await server.close();
    },
  };
}

/** A party that runs. */
class Running {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #said: Told[] = [];
  #error = "";
  #told = () => {};

  constructor(name: string, child: ChildProcess, bar: Progress) {
    this.name = name;
    this.#child = child;
    child.stderr?.on("data", (bytes: Buffer) => (this.#error += bytes.toString()));
    if (child.stdout) {
      createInterface(child.stdout).on("line", (line) => {
        const told = JSON.parse(line) as Told;
        if (told.told === "progress") bar.step(name, told.bytes);
        else this.#said.push(told);
        this.#told();
      });
    }
    child.once("exit", () => this.#told());
  }

  /** What it tells of a kind, first that fulfils a condition. @throws InputError if it ends before */
  async hears<K extends Told["told"]>(
    kind: K,
    fits: (told: Extract<Told, { told: K }>) => boolean = () => true,
  ): Promise<Extract<Told, { told: K }>> {
    for (;;) {
      for (const one of this.#said) {
        if (one.told === kind && fits(one as Extract<Told, { told: K }>)) return one as Extract<Told, { told: K }>;
      }
      if (this.#child.exitCode !== null) throw new InputError(`${this.name} ended: ${this.#error.trim()}`);
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
    if (this.#child.exitCode !== 0) throw new InputError(`${this.name} ended: ${this.#error.trim()}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** A body whose clerk is the party of that name. */
async function foundBody(stage: Stage, name: string, room: string): Promise<number> {
  const admin = addressOf(`admin of ${name}`);
  const { agency } = (await (await registerAgency(stage.context, { name, admin })).send()).result;
  const key = { agency, account: addressOf(name), permissions: permissionBits(room), until: FOREVER };
  await addKey(await stage.as(`admin of ${name}`), key).send();
  say(`  ${name} is body ${agency}`);
  return agency;
}

/** A register of companies, with one in it: the university that is accredited. */
async function accreditBuyer(stage: Stage, buyer: string) {
  const issuer = await foundBody(stage, "Company Register", "document");
  const context = await stage.as("Company Register");
  const registered = await registerSchema(context, {
    agency: issuer,
    accreditor: issuer,
    json: schemaOf("company-registry"),
  });
  const { schema } = (await registered.send()).result;
  await (await accredit(context, { schema, issuer, until: FOREVER })).send();
  const content = contentOfJson({ ...sampleOf("company-registry"), holder: addressOf(buyer) });
  const document: DocumentFile = makeDocumentFile(originOf(placeIn(context), issuer, schema), content);
  await (await attest(context, { agency: issuer, schema, expires: 0, docHash: document.docHash })).send();
  return { register: { schema, issuer }, document };
}

/** A table of readings, row by row until it has the size. */
async function writeTable(path: string, size: number, bar: Progress): Promise<void> {
  const out = createWriteStream(path);
  let written = 0;
  for (let hour = 0; written < size; hour++) {
    let rows = hour === 0 ? "station,hour,pm2_5,no2,o3\n" : "";
    for (let station = 0; station < 2_000; station++) {
      const seed = (hour * 7919 + station * 104_729) % 1_000_003;
      rows += `JP${String(station).padStart(5, "0")},${hour},${seed % 97}.${seed % 10},${seed % 61},${seed % 83}\n`;
    }
    const block = Buffer.from(rows).subarray(0, size - written);
    written += block.length;
    bar.step("table", block.length);
    if (!out.write(block)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}

async function playTrade(stage: Stage, folder: string): Promise<string> {
  const { context } = stage;
  const bar = new Progress(WORK);
  const token = await new MockToken__factory(context.signer).deploy();
  await token.waitForDeployment();
  const money = await token.getAddress();
  say("Founding two sellers and a register");
  const names = ["Environment Office", "Shadow Office"] as const;
  const honest = await foundBody(stage, names[0], "market");
  const shadow = await foundBody(stage, names[1], "market");
  const { register, document } = await accreditBuyer(stage, "University");

  const tables = [join(folder, "air.csv"), join(folder, "shadow.csv")] as const;
  await writeTable(tables[0], SIZE, bar);
  await writeTable(tables[1], SMALL, bar);
  const common = { token: money, register };
  const seller = await stage.party<SellerTask>(
    "seller.ts",
    names[0],
    { ...common, agency: honest, path: tables[0], payee: addressOf("treasury"), crooked: false },
    bar,
  );
  const crook = await stage.party<SellerTask>(
    "seller.ts",
    names[1],
    { ...common, agency: shadow, path: tables[1], payee: addressOf("shadow treasury"), crooked: true },
    bar,
  );
  const { dataSet } = await seller.hears("listed");
  const shadowSet = (await crook.hears("listed")).dataSet;

  const plans = [
    { name: "Citizen", seller: seller.name, dataSet, offer: 1, documents: [] },
    { name: "Company", seller: seller.name, dataSet, offer: 2, documents: [] },
    { name: "University", seller: seller.name, dataSet, offer: 3, documents: [document] },
    { name: "Trader", seller: crook.name, dataSet: shadowSet, offer: 2, documents: [] },
  ];
  const buyers: Party[] = [];
  for (const { name, dataSet: set, offer, documents } of plans) {
    await (await token.mint(addressOf(name), PURSE)).wait();
    buyers.push(
      await stage.party<BuyerTask>(
        "buyer.ts",
        name,
        { dataSet: set, offer, documents, own: join(folder, name), out: join(folder, `${name}.csv`) },
        bar,
      ),
    );
  }
  const ended = await Promise.all(buyers.map((buyer) => buyer.hears("ended")));
  await stage.advance(HOUR + 1);
  let settled = 0;
  while (settled < 3) {
    const orders = (await readDataSet(context, dataSet)).orders;
    settled = orders.filter(({ standing }) => standing === "licensed").length;
    await sleep(200);
  }
  await Promise.all([seller.stop(), crook.stop()]);
  for (const payee of ["treasury", "shadow treasury"]) {
    if ((await context.market.dueOf(money, addressOf(payee))) === 0n) continue;
    await (await context.market.withdraw(money, addressOf(payee))).wait();
  }

  const original = await fileDigest(tables[0]);
  const rows: string[][] = [];
  for (const [i, { name, seller: from, dataSet: set }] of plans.entries()) {
    const { outcome = "", version = "0", nonce = 0 } = ended[i] ?? {};
    const { standing, order, delivery } = orderAt(
      await readDataSet(context, set),
      BigInt(version),
      addressOf(name),
      nonce,
    );
    const out = join(folder, `${name}.csv`);
    const size = await stat(out).then(
      ({ size: bytes }) => bytes,
      () => 0,
    );
    const same = size > 0 && (await fileDigest(out)) === original;
    const spent = PURSE - (await token.balanceOf(addressOf(name)));
    const paid = order.price === 0n ? "free" : formatAmount(order.price, DECIMALS);
    const got =
      size > 0
        ? `${size} bytes, ${same ? "byte for byte" : "DIFFERENT"}`
        : outcome === "bad-chunk"
          ? "a false chunk, disputed"
          : outcome;
    rows.push([name, from, paid, formatAmount(spent, DECIMALS), showTime(delivery.time), got, standing]);
    if (i < 3 !== same || i < 3 !== (standing === "licensed"))
      throw new InputError(`${name} got: ${got}, ${standing}.`);
  }
  const left = await token.balanceOf(context.addresses.DataMarket);
  const due = await token.balanceOf(addressOf("treasury"));
  const stolen = await token.balanceOf(addressOf("shadow treasury"));
  if (left !== 0n || stolen !== 0n) throw new InputError(`The market holds ${left}, the shadow treasury ${stolen}.`);
  return [
    table(["buyer", "seller", "price", "spent in the end", "delivered", "got", "order"], rows),
    `\nThe Environment Office was paid ${formatAmount(due, DECIMALS)}, the Shadow Office ${stolen}; the market holds ${left}.`,
  ].join("\n");
}

const folder = await mkdtemp(join(tmpdir(), "common-seal-open-data-"));
say("Starting a node, deploying the house");
const stage = await openStage(folder);
try {
  process.stdout.write(`${await playTrade(stage, folder)}\n`);
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
} finally {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
}
