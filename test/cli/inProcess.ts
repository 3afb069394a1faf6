import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Task, TaskArguments } from "hardhat/types/tasks";
import hre from "hardhat";
import config from "../../hardhat.config.ts";
import type { Env, Ran } from "./cli.ts";

/** By the address of the local node, which Hardhat reads once. */
const environments = new Map<string, Promise<HardhatRuntimeEnvironment>>();
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a verb as `hardhat` would, without the second that a process of its own needs to start. One at a time: its
 * environment, its output and its exit code are those of this process.
 */
export function runInProcess(words: string[], env: Env): Promise<Ran> {
  const ran = last.then(() => withEnv(env, () => recorded(words, env)));
  last = ran.catch(() => undefined);
  return ran;
}

async function recorded(words: string[], env: Env): Promise<Ran> {
  const { task, args } = parse(await environmentOf(env), words);
  const outer = process.exitCode;
  const stdout = record(process.stdout);
  const stderr = record(process.stderr);
  process.exitCode = undefined;
  try {
    await task.run(args);
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.end();
    stderr.end();
    process.exitCode = outer;
  }
}

/** Keeps what is written to a stream, which is then no terminal. */
function record(stream: NodeJS.WriteStream): { text: () => string; end: () => void } {
  const { write, isTTY } = stream;
  let said = "";
  stream.isTTY = false;
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    said += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  return { text: () => said, end: () => Object.assign(stream, { write, isTTY }) };
}

/** Does something with these variables in the environment. */
export async function withEnv<T>(env: Env, act: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await act();
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

function environmentOf({ LOCALHOST_RPC_URL: url }: Env): Promise<HardhatRuntimeEnvironment> {
  if (url === undefined) return Promise.resolve(hre);
  const networks = { ...config.networks, localhost: { type: "http" as const, url } };
  const found =
    environments.get(url) ??
    createHardhatRuntimeEnvironment(
      { ...config, networks },
      { config: hre.globalOptions.config },
      hre.config.paths.root,
    );
  environments.set(url, found);
  return found;
}

/** The task that the first words name, and its arguments in the others, as Hardhat would read them. */
function parse({ tasks }: HardhatRuntimeEnvironment, words: string[]): { task: Task; args: TaskArguments } {
  const path: string[] = [];
  let among = tasks.rootTasks;
  for (const word of words) {
    const task = among.get(word);
    if (!task) break;
    path.push(word);
    among = task.subtasks;
  }
  const task = tasks.getTask(path);
  const args: TaskArguments = {};
  const positions = [...task.positionalArguments];
  const rest = words.slice(path.length);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const named = word.startsWith("--");
    const name = word.slice(2).replace(/-./g, ([, letter = ""]) => letter.toUpperCase());
    const argument = named ? task.options.get(name) : positions.shift();
    const value = named ? (argument?.type === ArgumentType.FLAG ? true : rest.shift()) : word;
    if (!argument || value === undefined) throw new Error(`hardhat ${words.join(" ")} does not know ${word}`);
    args[argument.name] = value;
  }
  return { task, args };
}
