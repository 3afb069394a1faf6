import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { toHex } from "../../sdk/src/documents/hash.ts";
import { loadKeccak } from "../../sdk/src/shared/keccak.ts";
import { fromBase64 } from "../../sdk/src/market/seal/manifest.ts";
import { sealData } from "../../sdk/src/market/seal/sealData.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type FileStore, FolderStore, MemoryStore } from "../../sdk/src/shared/files.ts";
import { caught, COUNTS, dataOf, from, KEY, noise, oracle, PARAMETERS, SEED, sealed } from "./sealing.ts";

/** What the oracle makes of data. */
function expected(data: Uint8Array, words: number) {
  const plain = oracle.plainChunks(data, SEED, words);
  const hashes = plain.map((chunk) => oracle.hash(chunk));
  const chunks = plain.map((chunk, i) => oracle.xor(KEY, words, i, chunk));
  return {
    plain,
    hashes,
    chunks,
    root: oracle.root(hashes.map((h, i) => oracle.leaf(i, h, chunks[i] ?? new Uint8Array()))),
    content: oracle.root(hashes.map((h, i) => oracle.contentLeaf(i, h))),
  };
}

/** A store that counts what is written to it. */
class CountingStore extends MemoryStore {
  puts = 0;

  override put(bytes: Uint8Array): Promise<string> {
    this.puts++;
    return super.put(bytes);
  }
}

const contentOf = async (store: FileStore, pieces: string[]) =>
  Buffer.concat(await Promise.all(pieces.map(async (digest) => (await store.get(digest)) ?? new Uint8Array())));

describe("sealing of data", function () {
  this.timeout(60_000);

  it("the bulk hash is Keccak-256, for random bytes of 0 to 400 and of many blocks", async () => {
    const hash = await loadKeccak();
    for (const length of [...Array(401).keys(), 1024, 16_383, 16_384, 16_385, 100_000]) {
      const bytes = randomBytes(length);
      const first = hash(bytes);
      expect(toHex(first), `${length} bytes`).to.equal(toHex(keccak_256(bytes)));
      hash(randomBytes(40));
      expect(toHex(first), "a result is not written over").to.equal(toHex(keccak_256(bytes)));
    }
  });

  for (const count of COUNTS) {
    it(`${count} chunks are sealed as the oracle seals them, whether the last is full or has one byte`, async () => {
      for (const last of [1, 479, 480]) {
        const data = dataOf(count, last);
        const { manifest, store } = await sealed(data);
        const { root, content, chunks, hashes } = expected(data, 16);
        expect([manifest.count, manifest.length]).to.deep.equal([count, data.length]);
        expect([manifest.root, manifest.content]).to.deep.equal([root, content]);
        const pieces = [];
        for (let i = 0; i < count; i += 512) pieces.push(...chunks.slice(i, i + 512), ...hashes.slice(i, i + 512));
        expect((await contentOf(store, manifest.pieces)).equals(Buffer.concat(pieces))).to.equal(true);
        expect(manifest.pieces.length).to.equal(Math.ceil(count / 512));
      }
    });
  }

  it("no data are one chunk of padding", async () => {
    const { manifest } = await sealed(new Uint8Array());
    const { root, content } = expected(new Uint8Array(), 16);
    expect(manifest).to.deep.include({ count: 1, length: 0, root, content });
    expect(manifest.pieces.length).to.equal(1);
  });

  it("takes chunks of 16 to 32 words, of 32 unless told", async () => {
    const data = noise(3000);
    for (const words of [16, 17, 23, 31, 32]) {
      const { manifest } = await sealed(data, { words });
      const { root, content, chunks } = expected(data, words);
      expect(manifest).to.deep.include({ root, content, words, count: chunks.length });
    }
    const { key, seed, keyNonce } = PARAMETERS;
    const usual = await sealData(from(data), { key, seed, keyNonce }, new MemoryStore());
    expect(usual).to.deep.include({ words: 32, count: 4, root: expected(data, 32).root });
  });

  it("a whole piece of 32 words has 540,672 bytes, under the limits of IPFS", async () => {
    const { manifest, store } = await sealed(noise(512 * 992), { words: 32 });
    expect((await store.get(manifest.pieces[0] ?? ""))?.length).to.equal(540_672);
    expect([manifest.pieces.length, manifest.count]).to.deep.equal([1, 512]);
  });

  it("it does not matter in what pieces the data come", async () => {
    const data = dataOf(513, 7);
    const { manifest } = await sealed(data);
    for (const size of [1, 479, 481, 245_760, 245_761, data.length]) {
      expect(await sealData(from(data, size), PARAMETERS, new MemoryStore())).to.deep.equal(manifest);
    }
  });

  it("another key changes the root alone, another seed and other data the content root, too", async () => {
    const data = dataOf(3);
    const { manifest } = await sealed(data);
    const other = await sealed(data, { key: noise(32, "other") });
    expect(other.manifest.content).to.equal(manifest.content);
    expect(other.manifest.root).to.not.equal(manifest.root);
    expect(other.manifest.keyCommit).to.equal(toHex(keccak_256(noise(32, "other"))));
    expect((await sealed(data, { seed: noise(32, "other") })).manifest.content).to.not.equal(manifest.content);
    expect((await sealed(dataOf(3, 479))).manifest.content).to.not.equal(manifest.content);
  });

  it("samples are the plain chunks asked for, in order", async () => {
    const data = dataOf(513, 5);
    const { manifest } = await sealed(data, { samples: [512, 0, 3] });
    const { plain } = expected(data, 16);
    expect(manifest.samples.map(({ index }) => index)).to.deep.equal([0, 3, 512]);
    for (const { index, chunk } of manifest.samples) {
      expect(toHex(fromBase64(chunk))).to.equal(toHex(plain[index] ?? new Uint8Array()));
    }
  });

  it("tells name, media type, key nonce and the bytes done", async () => {
    const done: number[] = [];
    const data = dataOf(1025, 9);
    const progress = (bytes: number) => void done.push(bytes);
    const { manifest } = await sealed(data, { name: "Straßen 道路.csv", mediaType: "text/csv", progress });
    expect(manifest).to.include({ name: "Straßen 道路.csv", mediaType: "text/csv", keyNonce: "0x00000000000000ff" });
    expect(done).to.deep.equal([245_760, 491_520, data.length]);
  });

  it("stopped and run again: the same manifest, and no piece is written twice", async () => {
    const data = dataOf(1025);
    const store = new CountingStore();
    async function* breaking() {
      for await (const bytes of from(data, 245_760)) {
        yield bytes;
        if (store.puts === 2) throw new Error("killed");
      }
    }
    expect((await caught(sealData(breaking(), PARAMETERS, store))).message).to.equal("killed");
    expect(store.puts).to.equal(2);
    const manifest = await sealData(from(data), PARAMETERS, store);
    expect(store.puts).to.equal(3);
    expect(manifest).to.deep.equal((await sealed(data)).manifest);
    await sealData(from(data), PARAMETERS, store);
    expect(store.puts).to.equal(3);
  });

  it("writes a piece anew whose file was spoilt, and leaves the others as they are", async () => {
    const folder = await mkdtemp(join(tmpdir(), "seal-"));
    try {
      const store = new FolderStore(folder);
      const { pieces } = await sealData(from(dataOf(513)), PARAMETERS, store);
      const [first = "", second = ""] = pieces.map((digest) => join(folder, cidOf(digest)));
      const before = await stat(second);
      await writeFile(first, "spoilt");
      expect((await sealData(from(dataOf(513)), PARAMETERS, store)).pieces).to.deep.equal(pieces);
      expect((await store.get(pieces[0] ?? ""))?.length).to.equal(512 * 544);
      expect((await stat(second)).ino).to.equal(before.ino);
      expect((await readdir(folder)).length).to.equal(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const refusals: [string, Partial<typeof PARAMETERS> & { samples?: number[]; name?: string }, string][] = [
    ["a short key", { key: noise(31) }, "The key must be 32 bytes."],
    ["a long seed", { seed: noise(33) }, "The seed must be 32 bytes."],
    ["one secret for both", { seed: KEY }, "The key and the seed must not be the same."],
    ["15 words", { words: 15 }, "words Too small"],
    ["33 words", { words: 33 }, "words Too big"],
    ["half a word", { words: 16.5 }, "words Invalid input"],
    ["a nonce of 7 bytes", { keyNonce: "0x00112233445566" }, "keyNonce must be 8 bytes in hex"],
    ["a path as name", { name: "../x" }, "name must be a file's name without folders"],
    ["a folder as name", { name: ".." }, "name must be a file's name without folders"],
    ["too many samples", { samples: Array.from({ length: 65 }, (_, i) => i) }, "At most 64 chunks can be samples."],
  ];
  for (const [what, change, message] of refusals) {
    it(`refuses ${what} before anything is read`, async () => {
      let read = false;
      async function* source() {
        read = true;
        yield* from(dataOf(3));
      }
      const error = await caught(sealData(source(), { ...PARAMETERS, ...change }, new MemoryStore()));
      expect(error).to.be.instanceOf(InputError);
      expect(error.message).to.include(message);
      expect(read).to.equal(false);
    });
  }

  it("refuses samples that the data do not have", async () => {
    for (const index of [3, -1, 0.5]) {
      const error = await caught(sealed(dataOf(3), { samples: [0, index] }));
      expect(error).to.be.instanceOf(InputError);
      expect(error.message).to.equal(`Chunk ${index} cannot be a sample: there are 3, from 0.`);
    }
  });

  it("seals fast", async function () {
    const data = randomBytes(2 ** 23);
    await sealed(data.subarray(0, 2 ** 20), { words: 32 });
    const start = process.cpuUsage();
    const { manifest } = await sealed(data, { words: 32 });
    const { user, system } = process.cpuUsage(start);
    expect(manifest.length).to.equal(data.length);
    if (this.test) this.test.title += ` (${(8e6 / (user + system)).toFixed(1)} MiB/s of processor time)`;
  });
});
