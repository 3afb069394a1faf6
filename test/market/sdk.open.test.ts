import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { concatBytes } from "@noble/hashes/utils.js";
import { getBytes } from "ethers";
import { toHex } from "../../sdk/src/documents/hash.ts";
import type { Fault } from "../../sdk/src/market/seal/fault.ts";
import type { SealedManifest } from "../../sdk/src/market/seal/manifest.ts";
import { openSealed, type Opened } from "../../sdk/src/market/seal/openSealed.ts";
import { verifySealed } from "../../sdk/src/market/seal/verifySealed.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import type { FileStore } from "../../sdk/src/shared/files.ts";
import {
  caught,
  COUNTS,
  dataOf,
  failingAt,
  flipped,
  KEY,
  noise,
  oracle,
  sealed,
  SEED,
  spoiling,
  tampered,
} from "./sealing.ts";

describe("opening of sealed data", function () {
  this.timeout(60_000);

  let folder: string;
  let out: string;
  let part: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "open-"));
    out = join(folder, "data.csv");
    part = `${out}.part`;
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refused(act: Promise<unknown>, message: string) {
    const error = await caught(act);
    expect(error).to.be.instanceOf(InputError);
    expect(error.message).to.include(message);
    expect(error.message).to.not.include("\n");
  }
  async function opened(manifest: SealedManifest, store: FileStore, key = KEY): Promise<Opened> {
    const outcome = await openSealed(manifest, store, key, out);
    if ("fault" in outcome) throw new Error(`fault at ${outcome.fault.index}`);
    return outcome;
  }
  async function faultOf(manifest: SealedManifest, store: FileStore): Promise<Fault> {
    expect((await verifySealed(manifest, store, manifest)).root, "nothing is to be seen before").to.equal(
      manifest.root,
    );
    const outcome = await openSealed(manifest, store, KEY, out);
    if (!("fault" in outcome)) throw new Error("no fault");
    return outcome.fault;
  }
  const isData = async (data: Uint8Array) => {
    expect((await readFile(out)).equals(data)).to.equal(true);
    expect(await readdir(folder)).to.deep.equal(["data.csv"]);
  };
  /** What the contract asks of a dispute about a chunk: that it is listed, and that it does not open to its hash. */
  function expectProven(fault: Fault, manifest: SealedManifest) {
    const [chunk, h] = [getBytes(fault.chunk), getBytes(fault.h)];
    expect(oracle.climb(oracle.leaf(fault.index, h, chunk), fault.proof)).to.equal(manifest.root);
    expect(toHex(oracle.hash(oracle.xor(KEY, manifest.words, fault.index, chunk)))).to.not.equal(fault.h);
    if (manifest.count > 1) {
      expect(oracle.climb(oracle.leaf(fault.index + 1, h, chunk), fault.proof)).to.not.equal(manifest.root);
      expect(oracle.climb(oracle.leaf(fault.index, h, chunk), fault.proof.slice(1))).to.not.equal(manifest.root);
    }
  }

  for (const count of COUNTS) {
    it(`opens ${count} chunks byte for byte, whether the last is full or has one byte`, async () => {
      for (const last of [1, 480]) {
        const data = dataOf(count, last);
        const { manifest, store } = await sealed(data);
        expect(await opened(manifest, store)).to.deep.equal({ path: out, length: data.length, strangePadding: false });
        await isData(data);
        await rm(out);
      }
    });

    it(`proves each kind of bad chunk among ${count}, wherever it is`, async () => {
      const own = await sealed(dataOf(count, 1));
      for (const i of new Set([0, 1, count >> 1, count - 2, count - 1].filter((one) => one >= 0 && one < count))) {
        const badChunk = await tampered(own, (chunks) => void (chunks[i] = flipped(chunks[i], i % 512)));
        const badHash = await tampered(own, (_, hashes) => void (hashes[i] = flipped(hashes[i], i % 32)));
        for (const manifest of [badChunk, badHash]) {
          const fault = await faultOf(manifest, own.store);
          expect(fault.index).to.equal(i);
          expectProven(fault, manifest);
          await rm(part);
        }
      }
    });
  }

  it("opens an empty file", async () => {
    const { manifest, store } = await sealed(new Uint8Array());
    expect(await opened(manifest, store)).to.deep.equal({ path: out, length: 0, strangePadding: false });
    await isData(new Uint8Array());
  });

  it("opens chunks of 17 and 32 words, and tells the bytes done", async () => {
    const data = noise(512 * 992 + 5);
    for (const words of [17, 32]) {
      const { manifest, store } = await sealed(data, { words });
      const done: number[] = [];
      await openSealed(manifest, store, KEY, out, { progress: (bytes) => void done.push(bytes) });
      expect(done).to.deep.equal([512 * (words - 1) * 32, data.length]);
      await isData(data);
      await rm(out);
    }
  });

  it("one byte changed anywhere in a chunk is found and proven, and the first of two is shown", async () => {
    const own = await sealed(dataOf(40, 100));
    for (let turn = 0; turn < 32; turn++) {
      const [i, at] = [(turn * 7) % 40, (turn * 61) % 512];
      const manifest = await tampered(own, (chunks) => {
        chunks[i] = flipped(chunks[i], at);
        chunks[39] = flipped(chunks[39], 3);
      });
      const fault = await faultOf(manifest, own.store);
      expect(fault.index).to.equal(i);
      expectProven(fault, manifest);
      await rm(part);
    }
  });

  it("chunks that changed places do not open", async () => {
    const own = await sealed(dataOf(5));
    const manifest = await tampered(own, (chunks, hashes) => {
      for (const list of [chunks, hashes]) [list[1], list[3]] = [list[3] ?? noise(0), list[1] ?? noise(0)];
    });
    const fault = await faultOf(manifest, own.store);
    expect(fault.index).to.equal(1);
    expectProven(fault, manifest);
  });

  it("sealed with another key or other words than listed: the first chunk is the fault", async () => {
    const own = await sealed(dataOf(3), { key: noise(32, "other") });
    const { keyCommit } = (await sealed(dataOf(3))).manifest;
    const fault = await faultOf({ ...own.manifest, keyCommit }, own.store);
    expect(fault.index).to.equal(0);
    expectProven(fault, { ...own.manifest, keyCommit });
    const wide = await sealed(noise(992), { words: 32 });
    const lie = { ...wide.manifest, words: 31 };
    await refused(openSealed(lie, wide.store, KEY, out), "count is not that of the length");
  });

  it("refuses a key that is not the committed one, and writes nothing", async () => {
    const { manifest, store } = await sealed(dataOf(3));
    for (const key of [SEED, flipped(KEY, 0), flipped(KEY, 31)]) {
      await refused(openSealed(manifest, store, key, out), "The key is not the one that was committed to.");
    }
    await refused(openSealed(manifest, store, KEY.slice(1), out), "The key must be 32 bytes.");
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("a piece missing or changed on the way is no fault of the seller's", async () => {
    const { manifest, store } = await sealed(dataOf(513));
    for (const [i, digest] of manifest.pieces.entries()) {
      const piece = (await store.get(digest)) ?? undefined;
      await refused(openSealed(manifest, spoiling(store, digest, null), KEY, out), `Piece ${i + 1} of 2 is missing`);
      const changed = spoiling(store, digest, flipped(piece, 0));
      await refused(openSealed(manifest, changed, KEY, out), `Piece ${i + 1} of 2 was changed`);
    }
  });

  it("pieces that are not those of the roots open to nothing, and prove nothing", async () => {
    const own = await sealed(dataOf(5));
    const foreign = { ...(await sealed(dataOf(5, 479))).manifest };
    const { pieces } = await tampered(own, (chunks) => void (chunks[2] = flipped(chunks[2], 0)));
    await refused(
      openSealed({ ...own.manifest, pieces }, own.store, KEY, out),
      "Chunk 2 is bad, and no dispute can show it",
    );
    const lie = { ...own.manifest, content: foreign.content };
    await refused(openSealed(lie, own.store, KEY, out), "their content root is another");
    expect(await readdir(folder)).to.deep.equal(["data.csv.part"]);
  });

  it("tells of padding that is not zero, and gives the data all the same", async () => {
    const data = dataOf(3, 100);
    const own = await sealed(data);
    const plain = oracle.plainChunks(data, SEED, 16, 1);
    const manifest = await tampered(own, (chunks, hashes) => {
      for (const [i, chunk] of plain.entries()) {
        chunks[i] = oracle.xor(KEY, 16, i, chunk);
        hashes[i] = oracle.hash(chunk);
      }
    });
    expect(manifest.root).to.not.equal(own.manifest.root);
    expect((await opened(manifest, own.store)).strangePadding).to.equal(true);
    await isData(data);
  });

  it("refuses to write over a file, through a link, or into no folder", async () => {
    const { manifest, store } = await sealed(dataOf(3));
    await writeFile(out, "mine");
    await refused(openSealed(manifest, store, KEY, out), "is there already, and is not written over");
    expect(await readFile(out, "utf8")).to.equal("mine");
    const linked = join(folder, "linked");
    await symlink(out, `${linked}.part`);
    await refused(openSealed(manifest, store, KEY, linked), "cannot be written: ELOOP");
    expect(await readFile(out, "utf8")).to.equal("mine");
    await refused(openSealed(manifest, store, KEY, join(folder, "none", "x")), "cannot be written: ENOENT");
  });

  describe("gone on with after a stop", () => {
    const data = dataOf(1025, 77);
    let manifest: SealedManifest;
    let store: FileStore;
    before(async () => void ({ manifest, store } = await sealed(data)));

    async function stopAt(reads: number) {
      const error = await caught(openSealed(manifest, failingAt(store, reads), KEY, out));
      expect(error.message).to.equal("the line broke");
    }

    it("keeps the pieces that were written, and ends with the same file", async () => {
      for (const reads of [1, 2, 3]) {
        await stopAt(reads);
        expect((await readFile(part)).equals(data.subarray(0, (reads - 1) * 245_760))).to.equal(true);
      }
      await opened(manifest, store);
      await isData(data);
    });

    const leftovers: [string, () => Uint8Array][] = [
      ["cut within a chunk", () => data.subarray(0, 245_760 + 1000)],
      ["cut within the last chunk", () => data.subarray(0, data.length - 1)],
      ["whole", () => data],
      ["longer than the data", () => concatBytes(data, noise(5000))],
      ["with a byte changed in each piece", () => flipped(flipped(flipped(data, 0), 245_760 + 479), data.length - 1)],
      ["of other data", () => noise(data.length, "other")],
      ["with a hole of zeros", () => data.map((byte, i) => (i > 100_000 && i < 300_000 ? 0 : byte))],
      ["empty", () => new Uint8Array()],
    ];
    for (const [what, bytes] of leftovers) {
      it(`mends a part that is ${what}`, async () => {
        await writeFile(part, bytes());
        await opened(manifest, store);
        await isData(data);
      });
    }

    it("finds a bad chunk also where the part has a good one, made with another version", async () => {
      const bad = await tampered({ manifest, store }, (chunks) => void (chunks[600] = flipped(chunks[600], 5)));
      await writeFile(part, data);
      const outcome = await openSealed(bad, store, KEY, out);
      expect("fault" in outcome, "the data are those that were listed: there is nothing to dispute").to.equal(false);
      await isData(data);
      await rm(out);
      await writeFile(part, data.subarray(0, 245_760));
      const fault = await faultOf(bad, store);
      expect(fault.index).to.equal(600);
      expectProven(fault, bad);
    });

    it("padding that is not zero is told of after a stop, too", async () => {
      const plain = oracle.plainChunks(data, SEED, 16, 9);
      const strange = await tampered({ manifest, store }, (chunks, hashes) => {
        const last = plain.at(-1) ?? noise(0);
        chunks[1024] = oracle.xor(KEY, 16, 1024, last);
        hashes[1024] = oracle.hash(last);
      });
      await writeFile(part, data);
      expect((await opened(strange, store)).strangePadding).to.equal(true);
      await isData(data);
    });
  });
});
