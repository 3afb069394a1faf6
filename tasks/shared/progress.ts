/** More steps than this are told in percent: bytes, say. */
const MANY = 10_000;

/** A bar on stderr: redrawn on a terminal, one line per tenth elsewhere. */
export class Progress {
  readonly #total: number;
  #done = 0;
  #tenths = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** So much more is done. */
  step(label: string, amount = 1): void {
    this.#done = Math.min(this.#total, this.#done + amount);
    const share = this.#done / this.#total;
    const count = this.#total > MANY ? `${Math.floor(share * 100)} %` : `${this.#done}/${this.#total}`;
    const bar = `[${"#".repeat(Math.round(share * 20)).padEnd(20, "-")}] ${count}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${bar} ${label}`.slice(0, 100).padEnd(100));
      if (this.#done === this.#total) process.stderr.write("\n");
    } else if (Math.floor(share * 10) > this.#tenths) {
      this.#tenths = Math.floor(share * 10);
      process.stderr.write(`${bar} ${label}\n`);
    }
  }
}
