import { expect } from "chai";
import { getBytes } from "ethers";
import { toHex } from "../../sdk/src/documents/hash.ts";
import { manifestFrom, type SealedManifest } from "../../sdk/src/market/seal/manifest.ts";
import { loadKeccak } from "../../sdk/src/shared/keccak.ts";
import { Leaves } from "../../sdk/src/market/seal/tree.ts";
import { type SealedListing, verifySealed } from "../../sdk/src/market/seal/verifySealed.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type FileStore, MemoryStore, putJson } from "../../sdk/src/shared/files.ts";
import { caught, COUNTS, dataOf, failingAt, flipped, noise, oracle, sealed, spoiling, tampered } from "./sealing.ts";

describe("what is checked before paying", function () {
  this.timeout(60_000);

  let manifest: SealedManifest;
  let store: FileStore;
  before(async () => void ({ manifest, store } = await sealed(dataOf(1025, 33), { samples: [0, 600] })));

  async function refused(act: Promise<unknown>, message: string) {
    const error = await caught(act);
    expect(error).to.be.instanceOf(InputError);
    expect(error.message).to.include(message);
    expect(error.message).to.not.include("\n");
  }
  const checks = (value: unknown, at = store, listing: SealedListing = manifest) => verifySealed(value, at, listing);

  for (const count of COUNTS) {
    it(`takes an honest seller's ${count} chunks, and none of them else`, async () => {
      const own = await sealed(dataOf(count, 1), { samples: [count - 1] });
      expect(await verifySealed(own.manifest, own.store, own.manifest)).to.deep.equal(own.manifest);
      for (const i of new Set([0, count >> 1, count - 1])) {
        for (const change of [
          (chunks: Uint8Array[]) => void (chunks[i] = flipped(chunks[i], 511)),
          (_: Uint8Array[], hashes: Uint8Array[]) => void (hashes[i] = flipped(hashes[i], 0)),
        ]) {
          const bad = { ...(await tampered(own, change)), samples: [] };
          const { root, content } = own.manifest;
          await refused(verifySealed({ ...bad, root, content }, own.store, own.manifest), "their root is");
          // listed as they are, they pass: a dispute is for these
          expect((await verifySealed(bad, own.store, bad)).root).to.equal(bad.root);
        }
      }
    });
  }

  it("takes an empty file, and tells the bytes done", async () => {
    const own = await sealed(new Uint8Array());
    expect((await verifySealed(own.manifest, own.store, own.manifest)).length).to.equal(0);
    const done: number[] = [];
    await verifySealed(manifest, store, manifest, { progress: (bytes) => void done.push(bytes) });
    expect(done).to.deep.equal([245_760, 491_520, 491_553]);
  });

  it("takes a listing in capital letters, as some nodes give it", async () => {
    await checks(manifest, store, { ...manifest, root: `0x${manifest.root.slice(2).toUpperCase()}` });
  });

  const other = `0x${"ab".repeat(32)}`;
  const listings: Partial<SealedListing>[] = [
    { root: other },
    { content: other },
    { keyCommit: other },
    { count: 1026 },
    { length: 491_552 },
    { words: 17 },
  ];
  for (const change of listings) {
    const [name = "", value] = Object.entries(change)[0] ?? [];
    it(`refuses a manifest with another ${name} than the listing's`, async () => {
      await refused(
        checks(manifest, store, { ...manifest, ...change }),
        `its ${name} is ${String(manifest[name as keyof SealedListing])}, not ${value}.`,
      );
    });
  }

  it("refuses roots that do not follow from the pieces, though they were listed so", async () => {
    for (const name of ["root", "content"] as const) {
      const lie = { ...manifest, [name]: other };
      await refused(checks(lie, store, lie), `their ${name} is ${manifest[name]}.`);
    }
  });

  const shapes: [string, (one: SealedManifest) => unknown, string][] = [
    ["nothing", () => null, "Invalid input"],
    ["another format", (one) => ({ ...one, format: "common-seal/sealed-data/2" }), "format"],
    ["a word less", (one) => ({ ...one, words: 15 }), "words"],
    ["more words", (one) => ({ ...one, words: 33 }), "words"],
    ["other words than its length and count", (one) => ({ ...one, words: 17 }), "count is not that of the length"],
    ["another length", (one) => ({ ...one, length: one.length + 480 }), "count is not that of the length"],
    ["a negative length", (one) => ({ ...one, length: -1 }), "length"],
    ["a length in text", (one) => ({ ...one, length: "491553" }), "length"],
    ["no chunk", (one) => ({ ...one, count: 0, length: 0, pieces: [] }), "count"],
    ["a piece too few", (one) => ({ ...one, pieces: one.pieces.slice(1) }), "pieces are not as many"],
    ["a piece too many", (one) => ({ ...one, pieces: [...one.pieces, other] }), "pieces are not as many"],
    ["a piece that is no digest", (one) => ({ ...one, pieces: ["0x12", other, other] }), "pieces.0 must be 32 bytes"],
    ["a short root", (one) => ({ ...one, root: "0x12" }), "root must be 32 bytes"],
    ["a short nonce", (one) => ({ ...one, keyNonce: "0x12" }), "keyNonce must be 8 bytes"],
    ["a key of its own", (one) => ({ ...one, extra: 1 }), "extra"],
    ["a path as name", (one) => ({ ...one, name: "/etc/passwd" }), "name"],
    ["a line in its name", (one) => ({ ...one, name: "a\nb" }), "name"],
    ["no media type", (one) => ({ ...one, mediaType: "csv" }), "mediaType"],
    ["a sample of text", (one) => ({ ...one, samples: [{ index: 0, chunk: "?" }] }), "samples.0.chunk"],
    ["a sample cut", (one) => ({ ...one, samples: [{ index: 0, chunk: "AAAA" }] }), "samples must be whole chunks"],
    [
      "a sample of no chunk",
      (one) => ({ ...one, samples: [{ index: 1025, chunk: one.samples[0]?.chunk }] }),
      "samples must be chunks of the data",
    ],
    [
      "a sample twice",
      (one) => ({ ...one, samples: [one.samples[0], one.samples[0]] }),
      "samples must be chunks of the data",
    ],
  ];
  for (const [what, change, message] of shapes) {
    it(`refuses a manifest with ${what}`, async () => {
      await refused(checks(change(manifest)), message);
      await refused(checks(change(manifest)), "This is not the manifest of sealed data: ");
    });
  }

  it("says which piece is missing, changed, or of another size", async () => {
    for (const [i, digest] of manifest.pieces.entries()) {
      const piece = await store.get(digest);
      const which = `Piece ${i + 1} of 3`;
      await refused(
        checks(manifest, spoiling(store, digest, null)),
        `${which} is missing: the store does not have ${cidOf(digest)}.`,
      );
      for (const at of [0, (piece?.length ?? 0) - 1]) {
        await refused(
          checks(manifest, spoiling(store, digest, flipped(piece ?? undefined, at))),
          `${which} was changed`,
        );
      }
      const short = await store.put(piece?.slice(1) ?? new Uint8Array());
      const pieces = manifest.pieces.with(i, short);
      await refused(checks({ ...manifest, pieces }), `${which} has ${(piece?.length ?? 0) - 1} bytes`);
    }
  });

  it("refuses pieces, chunks and hashes that changed places", async () => {
    const [a = "", b = "", c = ""] = manifest.pieces;
    await refused(checks({ ...manifest, pieces: [b, a, c], samples: [] }), "their root is");
    const { root, content } = manifest;
    const swap = (list: Uint8Array[]) => void ([list[0], list[1]] = [list[1] ?? noise(0), list[0] ?? noise(0)]);
    const own = { manifest: { ...manifest, samples: [] }, store };
    await refused(checks({ ...(await tampered(own, swap)), root, content }), "their root is");
    await refused(checks({ ...(await tampered(own, (_, hashes) => swap(hashes))), root, content }), "their root is");
  });

  it("refuses a sample that is not the chunk, or of another chunk", async () => {
    const [first, second] = manifest.samples.map(({ chunk }) => Buffer.from(chunk, "base64"));
    for (const at of [0, 479, 511]) {
      const chunk = Buffer.from(flipped(second, at)).toString("base64");
      const samples = manifest.samples.with(1, { index: 600, chunk });
      await refused(checks({ ...manifest, samples }), "Sample 600 is not the chunk that was listed.");
    }
    const samples = [{ index: 1, chunk: first?.toString("base64") ?? "" }];
    await refused(checks({ ...manifest, samples }), "Sample 1 is not the chunk that was listed.");
  });

  it("a node does not pass for a leaf: the root of four chunks is no root of two", async () => {
    const own = await sealed(dataOf(4));
    const two = await tampered(own, (chunks, hashes) => {
      chunks.length = 2;
      hashes.length = 2;
    });
    const { root, content } = own.manifest;
    const lie = { ...two, count: 2, length: 960, root, content };
    await refused(verifySealed(lie, own.store, lie), "their root is");
    const leaves = new Leaves(await loadKeccak());
    const [a, b] = [noise(32, "a"), noise(32, "b")];
    const node = toHex(oracle.node(a, b));
    expect([toHex(leaves.sealed(0, a, b)), toHex(leaves.content(0, a))]).to.not.include(node);
    expect(toHex(leaves.sealed(7, a, b))).to.equal(toHex(oracle.hash(getBytes(`0x${"00".repeat(31)}07`), a, b)));
  });

  it("stopped by a broken line, it passes when it is run again", async () => {
    expect((await caught(checks(manifest, failingAt(store, 2)))).message).to.equal("the line broke");
    expect((await checks(manifest)).count).to.equal(1025);
  });

  it("a manifest is found by its digest, with all that it said", async () => {
    const kept = new MemoryStore();
    expect(await manifestFrom(kept, await putJson(kept, manifest))).to.deep.equal(manifest);
    await refused(manifestFrom(kept, other), `The store does not have the manifest ${cidOf(other)}.`);
    await refused(manifestFrom(kept, await putJson(kept, { format: "x" })), "This is not the manifest of sealed data");
    await refused(manifestFrom(kept, await kept.put(noise(40))), "is not JSON");
  });
});
