import { join } from "node:path";
import { AppendLog } from "./appendLog.ts";
import { Book } from "./book.ts";
import type { LogName } from "./anchor.ts";
import { type AccessPlace, parseAs } from "./place.ts";
import { type LogLine, lineSchema } from "./record.ts";
import { InputError } from "../shared/errors.ts";

/** The log of exchanges that a body keeps and publishes: append-only, numbered without gap. */
export class ExchangeLog {
  readonly name: LogName;
  readonly file: AppendLog<LogLine>;
  readonly #book: Book;
  #read = 0;

  private constructor(name: LogName, file: AppendLog<LogLine>, book: Book) {
    this.name = name;
    this.file = file;
    this.#book = book;
  }

  /** Opens the log in a folder. @throws InputError at a line that is none, or out of sequence */
  static async open(place: AccessPlace, name: LogName, folder: string): Promise<ExchangeLog> {
    const path = join(folder, `${name.name}.ndjson`);
    const file = await AppendLog.open(path, (value, position) => {
      const line = parseAs(lineSchema, value, `Line ${position} of ${path}`);
      if (line.seq !== position) throw new InputError(`Line ${position} of ${path} has number ${line.seq}.`);
      return line;
    });
    return new ExchangeLog(name, file, new Book(place));
  }

  /** The exchanges of all lines read so far. */
  get book(): Book {
    for (; this.#read < this.file.lines.length; this.#read++) {
      const line = this.file.lines[this.#read];
      if (line) this.#book.add(line);
    }
    return this.#book;
  }

  /**
   * Adds a line with the parts that `make` returns, which sees the book with all lines before it; returns it once it is
   * on disk, or null where `make` returns none.
   */
  add(time: number, make: (book: Book) => Omit<LogLine, "seq" | "time"> | null): Promise<LogLine | null> {
    return this.file.append((seq) => {
      const parts = make(this.book);
      return parts && { seq, time, ...parts };
    });
  }
}
