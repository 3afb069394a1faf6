import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hre from "hardhat";
import { ArgumentType } from "hardhat/types/arguments";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Task, TaskDefinitionType } from "hardhat/types/tasks";
import { tasks } from "../../tasks/index.ts";
import type { CliHouse, Env, Ran } from "./cli.ts";

/** Not those of a plugin. */
const isOwn = ({ type }: (typeof tasks)[number]): boolean => type !== TaskDefinitionType.TASK_OVERRIDE;

/** Runs commands on a house in the test's own process, one at a time: a process for each takes more than a second. */
export class Here {
  readonly hre: HardhatRuntimeEnvironment;
  readonly #env: Env;

  private constructor(own: HardhatRuntimeEnvironment, env: Env) {
    this.hre = own;
    this.#env = env;
  }

  static async on({ env }: CliHouse): Promise<Here> {
    const networks = { localhost: { type: "http" as const, url: env["LOCALHOST_RPC_URL"] ?? "" } };
    const config = { plugins: [hardhatEthers], tasks: tasks.filter(isOwn), networks };
    return new Here(await createHardhatRuntimeEnvironment(config, {}, hre.config.paths.root), env);
  }

  /** Does something with the environment of the house. */
  async with<T>(act: () => Promise<T>): Promise<T> {
    const before = Object.keys(this.#env).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, this.#env);
    try {
      return await act();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  }

  /** As `hardhat` would on its command line. */
  run(...words: string[]): Promise<Ran> {
    return this.with(async () => {
      const first = words.findIndex((word) => word.startsWith("--"));
      const [task, args] = this.#parsed(words, first < 0 ? words.length : first);
      const said = { stdout: "", stderr: "" };
      const own = { stdout: process.stdout.write, stderr: process.stderr.write };
      for (const name of ["stdout", "stderr"] as const) {
        process[name].write = (text: string) => ((said[name] += text), true);
      }
      const code = process.exitCode;
      process.exitCode = 0;
      try {
        await task.run(args);
        return { code: Number(process.exitCode), ...said };
      } finally {
        process.exitCode = code;
        for (const name of ["stdout", "stderr"] as const) process[name].write = own[name];
      }
    });
  }

  /** The task that the first words name, and its arguments. */
  #parsed(words: string[], most: number): [Task, Record<string, unknown>] {
    for (let length = most; length > 0; length--) {
      const task = this.#task(words.slice(0, length));
      if (task) return [task, argumentsOf(task, words.slice(length))];
    }
    throw new Error(`no such command: ${words.join(" ")}`);
  }

  #task(path: string[]): Task | undefined {
    try {
      return this.hre.tasks.getTask(path);
    } catch {
      return undefined;
    }
  }
}

function argumentsOf(task: Task, words: string[]): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  const places = task.positionalArguments.map(({ name }) => name);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (!word.startsWith("--")) {
      args[places.shift() ?? word] = word;
      continue;
    }
    const name = word.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    args[name] = task.options.get(name)?.type === ArgumentType.FLAG ? true : words[++i];
  }
  return args;
}
