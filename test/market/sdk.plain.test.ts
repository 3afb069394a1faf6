import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { manifestFrom, type PlainManifest } from "../../sdk/src/market/seal/manifest.ts";
import { fetchPlain, putPlain } from "../../sdk/src/market/seal/plainData.ts";
import { digestOf } from "../../sdk/src/shared/cid.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type FileStore, MemoryStore, putJson } from "../../sdk/src/shared/files.ts";
import { caught, failingAt, flipped, from, noise, spoiling } from "./sealing.ts";

const PIECE = 524_288;

describe("open data", function () {
  this.timeout(30_000);

  const data = noise(2 * PIECE + 9);
  let manifest: PlainManifest;
  let store: FileStore;
  let folder: string;
  let out: string;
  before(async () => {
    store = new MemoryStore();
    manifest = await putPlain(from(data), {}, store);
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "plain-"));
    out = join(folder, "data");
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refused(act: Promise<unknown>, message: string) {
    const error = await caught(act);
    expect(error).to.be.instanceOf(InputError);
    expect(error.message).to.include(message);
  }

  for (const length of [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE]) {
    it(`${length} bytes are put as pieces and fetched again`, async () => {
      const bytes = data.subarray(0, length);
      const own = new MemoryStore();
      const done: number[] = [];
      const progress = (sum: number) => void done.push(sum);
      const made = await putPlain(from(bytes, 10_007), { name: "a.csv", mediaType: "text/csv", progress }, own);
      const pieces = [];
      for (let at = 0; at < length; at += PIECE) pieces.push(digestOf(bytes.subarray(at, at + PIECE)));
      expect(made).to.deep.equal({
        format: "common-seal/plain-data/1",
        length,
        sha256: `0x${createHash("sha256").update(bytes).digest("hex")}`,
        pieces,
        name: "a.csv",
        mediaType: "text/csv",
      });
      expect(await manifestFrom(own, await putJson(own, made))).to.deep.equal(made);
      const fetched: number[] = [];
      expect(await fetchPlain(made, own, out, { progress: (sum) => void fetched.push(sum) })).to.include({ length });
      expect((await readFile(out)).equals(bytes)).to.equal(true);
      expect(await readdir(folder)).to.deep.equal(["data"]);
      expect([fetched, done.at(-1) ?? 0]).to.deep.equal([done, length]);
    });
  }

  it("says which piece is missing or changed", async () => {
    for (const [i, digest] of manifest.pieces.entries()) {
      const piece = (await store.get(digest)) ?? undefined;
      await refused(fetchPlain(manifest, spoiling(store, digest, null), out), `Piece ${i + 1} of 3 is missing`);
      await rm(`${out}.part`);
      const changed = spoiling(store, digest, flipped(piece, 8));
      await refused(fetchPlain(manifest, changed, out), `Piece ${i + 1} of 3 was changed`);
      await rm(`${out}.part`);
    }
  });

  it("refuses pieces of another size or order, and a wrong whole", async () => {
    const [a = "", b = "", c = ""] = manifest.pieces;
    const fetched = (change: Partial<PlainManifest>) => fetchPlain({ ...manifest, ...change }, store, out);
    await refused(fetched({ pieces: [a, c, b] }), "Piece 2 of 3 has 9 bytes, and should have 524288.");
    await refused(fetched({ pieces: [b, a, c] }), "do not make up the data");
    await refused(fetched({ sha256: a }), "do not make up the data");
    await refused(fetched({ length: data.length - 1 }), "Piece 3 of 3 has 9 bytes, and should have 8.");
    await refused(fetched({ length: 2 * PIECE }), "pieces are not as many");
    await refused(fetched({ pieces: [a, b, "0x12"] }), "This is not the manifest of plain data: pieces.2");
    expect(await readdir(folder)).to.deep.equal(["data.part"]);
    await writeFile(`${out}.part`, data);
    await refused(fetched({ length: data.length + 1 }), "Piece 3 of 3 has 9 bytes, and should have 10.");
  });

  it("stopped, it does not fetch again what is there, and mends what was spoilt", async () => {
    const error = await caught(fetchPlain(manifest, failingAt(store, 3), out));
    expect(error.message).to.equal("the line broke");
    await writeFile(`${out}.part`, flipped(await readFile(`${out}.part`), PIECE));
    const asked: string[] = [];
    const counting: FileStore = {
      put: (bytes) => store.put(bytes),
      get: (digest) => (asked.push(digest), store.get(digest)),
    };
    await fetchPlain(manifest, counting, out);
    expect(asked).to.deep.equal(manifest.pieces.slice(1));
    expect((await readFile(out)).equals(data)).to.equal(true);
    await refused(fetchPlain(manifest, store, out), "is there already");
  });

  it("cuts a part that is longer than the data", async () => {
    await writeFile(`${out}.part`, Buffer.concat([data, noise(100)]));
    await fetchPlain(manifest, store, out);
    expect((await readFile(out)).equals(data)).to.equal(true);
  });

  it("refuses a path as name before anything is read", async () => {
    let read = false;
    async function* source() {
      read = true;
      yield* from(data);
    }
    await refused(putPlain(source(), { name: "a/b" }, store), "name must be a file's name");
    expect(read).to.equal(false);
  });
});
