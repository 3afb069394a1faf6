import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import hre from "hardhat";
import { toJson } from "../../tasks/shared/text.ts";
import { runInProcess } from "./inProcess.ts";

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type Env = Record<string, string>;

const root = hre.config.paths.root;

/** Starts `hardhat` as a process of its own. */
export function start(args: string[], env: Env = {}, stdin: "ignore" | "pipe" = "ignore"): ChildProcess {
  const inherited = { ...process.env };
  delete inherited["NODE_OPTIONS"]; // the loaders of the test's own process
  return spawn(process.execPath, [join(root, "node_modules/.bin/hardhat"), ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: [stdin, "pipe", "pipe"],
  });
}

/** Runs a verb to its end; by `npm run test:full` each one as a process of its own. */
export function run(args: string[], env: Env = {}): Promise<Ran> {
  return process.env["COMMON_SEAL_FULL"] === "1" ? runApart(args, env) : runInProcess(args, env);
}

/** Runs `hardhat` to its end, as a process of its own, which may be given something to read. */
export function runApart(args: string[], env: Env = {}, input?: string): Promise<Ran> {
  const child = start(args, env, input === undefined ? "ignore" : "pipe");
  child.stdin?.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Expects one line on stderr with these words, nothing on stdout, and exit code 1. */
export function expectRefusal({ code, stdout, stderr }: Ran, words: string | RegExp): void {
  expect(stderr.trimEnd().split("\n"), stderr).to.have.length(1);
  expect(stderr).to.match(typeof words === "string" ? new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : words);
  expect(stderr).to.not.match(/^\s+at |node:internal/m);
  expect(stdout).to.equal("");
  expect(code).to.equal(1);
}

/** Does a few things at a time: this machine may have two cores. */
export async function pairwise<T, R>(things: T[], act: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < things.length; i += 2) results.push(...(await Promise.all(things.slice(i, i + 2).map(act))));
  return results;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** `house up` in a folder of its own, so that a developer's running house stays as it is. */
export class CliHouse {
  readonly folder: string;
  readonly env: Env;
  readonly node: JsonRpcProvider;
  readonly #up: ChildProcess;

  private constructor(folder: string, env: Env, node: JsonRpcProvider, up: ChildProcess) {
    this.folder = folder;
    this.env = env;
    this.node = node;
    this.#up = up;
  }

  static async start(): Promise<CliHouse> {
    const folder = await mkdtemp(join(tmpdir(), "house-"));
    const port = await freePort();
    const env = {
      COMMON_SEAL_HOME: join(folder, "home"),
      COMMON_SEAL_DEPLOYMENTS: join(folder, "deployments"),
      LOCALHOST_RPC_URL: `http://127.0.0.1:${port}`,
    };
    const up = start(["house", "up", "--port", String(port)], env);
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the house is not up: ${said}`)), 60_000);
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        if (!said.includes("The house is up")) return;
        clearTimeout(timer);
        resolve();
      };
      up.stderr?.on("data", listen);
      up.on("close", () => reject(new Error(`the house did not stay up: ${said}`)));
    });
    const node = new JsonRpcProvider(env.LOCALHOST_RPC_URL, 31_337, { staticNetwork: true, cacheTimeout: -1 });
    return new CliHouse(folder, env, node, up);
  }

  /** Ends the house as Ctrl+C does, and returns what it wrote to stdout at its end. */
  async stop(): Promise<{ code: number | null; stdout: string }> {
    this.node.destroy();
    let stdout = "";
    this.#up.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const closed = new Promise<number | null>((resolve) => this.#up.on("close", resolve));
    this.#up.kill("SIGINT");
    const code = await closed;
    await rm(this.folder, { recursive: true });
    return { code, stdout };
  }

  /** An account's address, by its number. */
  async account(index: number): Promise<string> {
    return (await this.node.getSigner(index)).getAddress();
  }

  run(...args: string[]): Promise<Ran> {
    return run(args, this.env);
  }

  /** Runs a command that must succeed in silence, and reads its JSON. */
  async json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, "--json");
    expect(stderr, args.join(" ")).to.equal("");
    expect(code, stdout).to.equal(0);
    return JSON.parse(stdout) as T;
  }

  /** Registers bodies with one admin, numbered from 1, each with a key that may act in a room. */
  async register(
    admin: number,
    bodies: readonly (readonly [name: string, account: number, may: string])[],
  ): Promise<void> {
    for (const [i, [name, account, may]] of bodies.entries()) {
      await this.json("agency", "register", "--name", name, "--admin", await this.account(admin));
      const key = ["--agency", String(i + 1), "--account", await this.account(account), "--may", may];
      await this.json("agency", "key", "add", ...key, "--until", "2099-12-31", "--as", String(admin));
    }
  }

  async write(name: string, value: unknown): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, typeof value === "string" ? value : toJson(value));
    return path;
  }
}
