import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskDefinition } from "hardhat/types/tasks";
import type { Args } from "./options.ts";
import { toJson } from "./text.ts";

/** What an action says: the text for people, the value for `--json`. */
export interface Output {
  text: string;
  json: unknown;
}

export type Action = (args: Args, hre: HardhatRuntimeEnvironment) => Promise<Output>;

export interface Verb {
  /** Options with their descriptions; all are text. */
  options?: Record<string, string>;
  flags?: Record<string, string>;
  /** A file given without an option's name. */
  file?: string;
  load: () => Promise<{ default: Action }>;
}

/** Declares `npx hardhat <noun> <verb>`, with `--json`, and `--as` for who acts. */
export function verb(path: string[], description: string, { options = {}, flags = {}, file, load }: Verb) {
  let builder = task(path, description).addFlag({ name: "json", description: "Print the result as JSON" }).addOption({
    name: "as",
    description: "The account that acts: an address, or its number among the network's accounts (default 0)",
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  });
  for (const [name, text] of Object.entries(options)) {
    builder = builder.addOption({
      name,
      description: text,
      type: ArgumentType.STRING_WITHOUT_DEFAULT,
      defaultValue: undefined,
    });
  }
  for (const [name, text] of Object.entries(flags)) builder = builder.addFlag({ name, description: text });
  if (file !== undefined) builder = builder.addPositionalArgument({ name: "file", description: file });
  return builder.setInlineAction((args: Args, hre) => run(load, args, hre)).build() as NewTaskDefinition;
}

/** Runs an action: its output goes to stdout; whatever goes wrong is one line on stderr and exit code 1. */
async function run(load: Verb["load"], args: Args, hre: HardhatRuntimeEnvironment): Promise<void> {
  try {
    const { default: action } = await load();
    const { text, json } = await action(args, hre);
    process.stdout.write(`${args["json"] === true ? toJson(json) : text}\n`);
  } catch (error) {
    const { Scheduled } = await import("../../sdk/src/shared/restricted.ts");
    if (error instanceof Scheduled) {
      const { message, readyAt } = error;
      process.stdout.write(`${args["json"] === true ? toJson({ scheduled: true, readyAt }) : message}\n`);
      return;
    }
    const { describeError } = await import("../../sdk/src/shared/decode.ts");
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  }
}
