import { readFile } from "node:fs/promises";
import { describeError } from "../shared/decode.ts";
import { InputError } from "../shared/errors.ts";
import type { Anchor, LogName } from "./anchor.ts";
import { wholeLines } from "./appendLog.ts";
import { parseLine } from "./book.ts";
import { getText } from "./http.ts";
import type { LogLine } from "./record.ts";

/** The most bytes taken of a published log. */
const MOST_BYTES = 1 << 30;
const TIMEOUT_MS = 60_000;

/** A body's log as published, and its periods on chain. */
export interface PublishedLog {
  log: LogName;
  /** Its lines as they stand. */
  texts: string[];
  lines: LogLine[];
  anchors: Anchor[];
}

/** Parses a log's lines. @throws InputError that names the line */
export function parseLog(log: LogName, texts: string[], anchors: Anchor[] = []): PublishedLog {
  const lines = texts.map((text, i) => parseLine(text, `Line ${i + 1} of the log of body ${log.agency}`));
  return { log, texts, lines, anchors };
}

/** The whole lines of a file, or of the address of a body's log. */
export async function readLines(source: string): Promise<string[]> {
  const bytes = /^https?:\/\//.test(source)
    ? new TextEncoder().encode(await getText(source, { timeoutMs: TIMEOUT_MS, most: MOST_BYTES }))
    : await readFile(source).catch((error: NodeJS.ErrnoException) => {
        throw new InputError(`The log ${source} cannot be read: ${error.code ?? error.message}`);
      });
  try {
    return wholeLines(bytes).texts;
  } catch (error) {
    throw new InputError(`The log ${source} is not text: ${describeError(error)}`);
  }
}
