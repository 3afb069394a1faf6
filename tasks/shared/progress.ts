/** A bar on stderr: redrawn on a terminal, one line per tenth elsewhere. */
export class Progress {
  readonly #total: number;
  #done = 0;
  #tenths = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** One more is done. */
  step(label: string): void {
    this.#done++;
    const share = this.#done / this.#total;
    const bar = `[${"#".repeat(Math.round(share * 20)).padEnd(20, "-")}] ${this.#done}/${this.#total}`;
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${bar} ${label}`.slice(0, 100).padEnd(100));
      if (this.#done === this.#total) process.stderr.write("\n");
    } else if (Math.floor(share * 10) > this.#tenths) {
      this.#tenths = Math.floor(share * 10);
      process.stderr.write(`${bar} ${label}\n`);
    }
  }
}
