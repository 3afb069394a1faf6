import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { getBytes, id } from "ethers";
import { sealHash } from "../../sdk/src/market/hashes.ts";
import { fileKeys } from "../../sdk/src/market/keys/source.ts";
import type { VersionTerms } from "../../sdk/src/market/model.ts";
import { prepareVersion } from "../../sdk/src/market/prepare.ts";
import { readDataSet } from "../../sdk/src/market/read.ts";
import type { SealedManifest } from "../../sdk/src/market/seal/manifest.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { type FileStore, FolderStore, MemoryStore, MirrorStore } from "../../sdk/src/shared/files.ts";
import { caught, noise } from "../market/sealing.ts";
import { listed, load, order, type Stage } from "./market.stage.ts";

/** Bytes of data in a piece. */
const PIECE = 512 * 31 * 32;

/** A store that records the digests of what it is given, and calls before each. */
class Recorder extends MemoryStore {
  readonly digests: string[] = [];
  readonly #before: (puts: number) => void;

  constructor(before: (puts: number) => void = () => undefined) {
    super();
    this.#before = before;
  }

  override async put(bytes: Uint8Array): Promise<string> {
    this.#before(this.digests.length);
    const digest = await super.put(bytes);
    this.digests.push(digest);
    return digest;
  }
}

describe("findings: sealed data and stores", function () {
  this.timeout(120_000);
  let s: Stage;
  let folder: string;
  let path: string;
  beforeEach(async () => {
    s = await load();
    folder = await mkdtemp(join(tmpdir(), "market-findings-"));
    path = join(folder, "data");
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function seal(store: FileStore, from = path): Promise<SealedManifest> {
    const { manifest } = await prepareVersion(s.base, { path: from, agency: 1, keys: s.seller.keys, store });
    if (manifest.format !== "common-seal/sealed-data/1") throw new Error("the data are not sealed");
    return manifest;
  }

  it("no two contents are sealed with one key, and the same content is sealed the same way again", async () => {
    const [p, q] = [noise(3_000, "before"), noise(3_000, "after")];
    const store = new MemoryStore();
    await writeFile(path, p);
    const one = await seal(store);
    await writeFile(path, q);
    const two = await seal(store);
    expect(two.keyNonce).to.not.equal(one.keyNonce);
    expect(two.keyCommit).to.not.equal(one.keyCommit);
    const [a, b] = [await store.get(one.pieces[0] ?? ""), await store.get(two.pieces[0] ?? "")];
    const shown = p.filter((byte, i) => (byte ^ (q[i] ?? 0)) === ((a?.[i] ?? 0) ^ (b?.[i] ?? 0)));
    // As many bytes of the difference as by chance.
    expect(shown.length).to.be.lessThan(60);
    await writeFile(join(folder, "copy"), p);
    expect(await seal(new MemoryStore(), join(folder, "copy"))).to.deep.equal(one);
    const other = { path, agency: 1, keys: fileKeys(getBytes(id("other")), s.place), store };
    expect((await prepareVersion(s.base, other)).version.keyCommit).to.not.equal(two.keyCommit);
  });

  it("a run that was stopped goes on over the same data, and begins anew over others", async () => {
    const bytes = noise(2 * PIECE + 100);
    await writeFile(path, bytes);
    const whole = new Recorder();
    const manifest = await seal(whole);
    const stopped = new Recorder((puts) => {
      if (puts === 2) throw new Error("the power went out");
    });
    expect((await caught(seal(stopped))).message).to.equal("the power went out");
    const rest = new Recorder();
    for (const digest of stopped.digests) await rest.put((await stopped.get(digest)) ?? new Uint8Array());
    expect(await seal(rest)).to.deep.equal(manifest);
    // The two pieces that were there, then the third one and the manifest.
    expect(rest.digests).to.deep.equal(whole.digests);
    bytes[2 * PIECE] = (bytes[2 * PIECE] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const changed = await seal(rest);
    expect(changed.keyCommit).to.not.equal(manifest.keyCommit);
    expect(changed.pieces.filter((digest) => manifest.pieces.includes(digest))).to.deep.equal([]);
  });

  const changes: [string, (bytes: Uint8Array) => void][] = [
    ["changed", (bytes) => writeFileSync(path, bytes.with(2 * PIECE, (bytes[2 * PIECE] ?? 0) ^ 1))],
    ["cut off", () => truncateSync(path, PIECE + 100)],
    ["cut off at the end of a piece", () => truncateSync(path, 2 * PIECE)],
    ["lengthened", () => appendFileSync(path, "more")],
  ];
  for (const [name, change] of changes) {
    it(`a file that is ${name} while it is sealed is refused before a changed piece goes out under its key`, async () => {
      const bytes = noise(3 * PIECE);
      await writeFile(path, bytes);
      const honest = await seal(new MemoryStore());
      const store = new Recorder((puts) => (puts === 0 ? change(bytes) : undefined));
      const { message } = await caught(seal(store));
      expect(message).to.equal(`The file ${path} was changed while it was sealed.`);
      expect(store.digests).to.have.length.greaterThan(0);
      expect(honest.pieces).to.include.members(store.digests);
    });
  }

  it("the hash of a version is the contract's, for sealed and for open data", async () => {
    await writeFile(path, noise(700));
    const { version: sealed, dataSet } = await listed(s);
    const { version: open } = await prepareVersion(s.base, { path, agency: 1 });
    const hashes = async (version: VersionTerms) => [sealHash(version), await s.base.market.sealOf(version)];
    const versions: VersionTerms[] = [sealed, open];
    // So many that the lowest bit of the hash alone is often 0 and often 1.
    for (let i = 0; i < 16; i++) {
      versions.push({ ...sealed, manifest: id(`sealed ${i}`), size: BigInt(i) });
      versions.push({ ...open, manifest: id(`open ${i}`), size: 2n ** 64n - 1n - BigInt(i) });
    }
    for (const version of versions) {
      const [own, contract] = await hashes(version);
      expect(own).to.equal(contract);
      expect(BigInt(own ?? 0) % 2n).to.equal(version.words > 0 ? 1n : 0n);
    }
    const { order: placed } = await order(s.buyer, dataSet);
    const { seal: listedSeal } = await s.base.market.versionOf(placed.order.version);
    expect([placed.pins.seal, sealHash(sealed)]).to.deep.equal([listedSeal, listedSeal]);
    const [model] = (await readDataSet(s.base, dataSet)).versions;
    expect(model?.terms).to.deep.equal(sealed);
  });

  describe("a store that mirrors another", () => {
    const bytes = noise(100);

    it("keeps what was read, so that it cannot be withheld later", async () => {
      const [own, source] = [new MemoryStore(), new MemoryStore()];
      const digest = await source.put(bytes);
      expect(await new MirrorStore(own, new MemoryStore()).get(digest)).to.equal(null);
      expect(await new MirrorStore(own, source).get(digest)).to.deep.equal(bytes);
      expect(await own.get(digest)).to.deep.equal(bytes);
      expect(await new MirrorStore(own, new MemoryStore()).get(digest)).to.deep.equal(bytes);
    });

    it("asks the other for nothing that it has, and writes only into its own", async () => {
      const [own, source] = [new MemoryStore(), new MemoryStore()];
      const asked: string[] = [];
      const counting = { put: source.put.bind(source), get: (d: string) => (asked.push(d), source.get(d)) };
      const mirror = new MirrorStore(own, counting);
      const digest = await mirror.put(bytes);
      expect(await mirror.get(digest)).to.deep.equal(bytes);
      expect(asked).to.deep.equal([]);
      expect(await source.get(digest)).to.equal(null);
    });

    it("fetches again what is spoilt in its own", async () => {
      const [own, source] = [new FolderStore(join(folder, "own")), new MemoryStore()];
      const digest = await own.put(bytes);
      await source.put(bytes);
      await writeFile(join(own.folder, cidOf(digest)), "spoilt");
      expect((await caught(new MirrorStore(own, own).get(digest))).message).to.contain("was changed");
      expect(await new MirrorStore(own, source).get(digest)).to.deep.equal(bytes);
      expect(await own.get(digest)).to.deep.equal(bytes);
      expect(await readdir(own.folder)).to.have.length(1);
    });

    it("hides no failure of its own", async () => {
      const source = new MemoryStore();
      const digest = await source.put(bytes);
      const broken: FileStore = {
        put: () => Promise.reject(new Error("the disk is full")),
        get: () => Promise.resolve(null),
      };
      expect((await caught(new MirrorStore(broken, source).get(digest))).message).to.equal("the disk is full");
      const unreadable: FileStore = { ...broken, get: () => Promise.reject(new Error("the disk is gone")) };
      expect((await caught(new MirrorStore(unreadable, source).get(digest))).message).to.equal("the disk is gone");
    });
  });
});
