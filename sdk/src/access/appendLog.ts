import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import canonicalize from "canonicalize";
import { InputError } from "../shared/errors.ts";
import { parseJson, syncFolder } from "../shared/files.ts";

const PATIENCE_MS = 10_000;
const POLL_MS = 20;
/** This process in its present life: process ids come back. */
const HOLDER = `${process.pid} ${randomBytes(8).toString("hex")}`;

/** The whole lines of a file's bytes; what a crash left after the last line break is not one. */
export function wholeLines(bytes: Uint8Array): { texts: string[]; length: number } {
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(10) + 1;
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length));
  return { texts: text === "" ? [] : text.slice(0, -1).split("\n"), length };
}

/**
 * A file of JSON lines to which lines are only added. A line is on disk when `append` returns; several processes may
 * append. The unfinished line that a crash leaves behind was never reported as kept, and is cut off.
 */
export class AppendLog<T extends object> {
  readonly path: string;
  readonly lines: T[] = [];
  /** The lines as they stand in the file. */
  readonly texts: string[] = [];
  /** How many unfinished lines were cut off. */
  torn = 0;
  readonly #parse: (value: unknown, position: number) => T;
  readonly #mode: number;
  #offset = 0;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(path: string, parse: (value: unknown, position: number) => T, mode: number) {
    this.path = path;
    this.#parse = parse;
    this.#mode = mode;
  }

  /** `parse` checks a line's value, by its position from 1 on. */
  static async open<T extends object>(
    path: string,
    parse: (value: unknown, position: number) => T,
    mode = 0o644,
  ): Promise<AppendLog<T>> {
    const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
    const log = new AppendLog(path, parse, mode);
    await log.append(() => null);
    return log;
  }

  /** Adds the line that `make` returns, which sees all lines before it; null adds nothing. */
  append(make: (position: number) => T | null): Promise<T | null> {
    const act = this.#queue.then(() => withLock(this.path, () => this.#append(make)));
    this.#queue = act.catch(() => undefined);
    return act;
  }

  async #append(make: (position: number) => T | null): Promise<T | null> {
    const handle = await open(this.path, "a+", this.#mode);
    try {
      await this.#refresh(handle);
      const position = this.lines.length + 1;
      const made = make(position);
      if (made === null) return null;
      const text = canonicalize(made) ?? "";
      const line = this.#parse(JSON.parse(text), position);
      const bytes = Buffer.from(`${text}\n`);
      await handle.appendFile(bytes);
      await handle.sync();
      if (position === 1) await syncFolder(dirname(this.path));
      this.#offset += bytes.length;
      this.#keep(line, text);
      return line;
    } finally {
      await handle.close();
    }
  }

  /** Takes in what other processes added, and cuts off what a crash left unfinished. */
  async #refresh(handle: Awaited<ReturnType<typeof open>>): Promise<void> {
    const { size } = await handle.stat();
    if (size < this.#offset) throw new InputError(`${this.path} was cut: lines that were in it are gone.`);
    if (size === this.#offset) return;
    const bytes = Buffer.alloc(size - this.#offset);
    await handle.read(bytes, 0, bytes.length, this.#offset);
    const { texts, length } = wholeLines(bytes);
    for (const text of texts) {
      const position = this.lines.length + 1;
      this.#keep(this.#parse(parseJson(text, `Line ${position} of ${this.path}`), position), text);
    }
    this.#offset += length;
    if (length === bytes.length) return;
    await handle.truncate(this.#offset);
    await handle.sync();
    this.torn++;
  }

  #keep(line: T, text: string): void {
    this.lines.push(line);
    this.texts.push(text);
  }
}

/** Runs an act while no other process, and no other opener in this one, runs one on the same file. */
async function withLock<R>(path: string, act: () => Promise<R>): Promise<R> {
  const lock = `${path}.lock`;
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const handle = await open(lock, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return null;
      throw error;
    });
    if (handle) {
      await handle.writeFile(HOLDER).finally(() => handle.close());
      break;
    }
    const holder = await readFile(lock, "utf8").catch(() => "");
    if (isDead(holder)) await takeAway(lock, holder);
    else if (Date.now() > until) {
      throw new InputError(`${path} is in use by process ${holder.split(" ")[0]}; if it is not, remove ${lock}.`);
    } else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return act().finally(() => rm(lock, { force: true }));
}

/** Whether the process that wrote a lock has ended. An empty lock is one being written. */
function isDead(holder: string): boolean {
  const pid = Number(holder.split(" ")[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return holder !== HOLDER;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Removes a dead process's lock, unless another process has done so and holds a new one. */
async function takeAway(lock: string, holder: string): Promise<void> {
  const aside = `${lock}.${randomBytes(6).toString("hex")}`;
  await rename(lock, aside).catch(() => undefined);
  const taken = await readFile(aside, "utf8").catch(() => "");
  if (taken !== "" && taken !== holder) await rename(aside, lock);
  else await rm(aside, { force: true });
}
