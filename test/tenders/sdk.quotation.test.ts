import { hkdfSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { expect } from "chai";
import { concat, getBytes, id, toBeHex } from "ethers";
import { digestOf } from "../../sdk/src/shared/cid.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type FileStore, MemoryStore } from "../../sdk/src/shared/files.ts";
import { encodeBid, newSalt } from "../../sdk/src/tenders/bid.ts";
import { type BidFile, priceSectionOf, quotationFileOf, readBidFile } from "../../sdk/src/tenders/bidFile.ts";
import { exportOcds } from "../../sdk/src/tenders/ocds/export.ts";
import { openBids } from "../../sdk/src/tenders/openAll.ts";
import { readQuotations } from "../../sdk/src/tenders/quotation.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { commitBid, quotationFile } from "../../sdk/src/tenders/seal.ts";
import { openQuotation, sealQuotation } from "../../sdk/src/tenders/sealedQuotation.ts";
import { openAll, past, publishSealed, sealBytes, show } from "./opened.ts";
import { type Played, Scene } from "./scene.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("a quotation sealed with its bid", () => {
  const place = { chainId: 31_337n, house: `0x${"ab".repeat(20)}`, tender: 7n, lot: 1, bidder: `0x${"cd".repeat(20)}` };
  const salt = id("salt");
  const sealed = sealQuotation(place, salt, utf8("a text"));

  it("is the same again for the same bid, and opens with the bid's salt", () => {
    expect(sealQuotation(place, salt, utf8("a text"))).to.deep.equal(sealed);
    for (const text of ["", "a text", "ä".repeat(1000)]) {
      expect(openQuotation(place, salt, sealQuotation(place, salt, utf8(text)))).to.deep.equal(utf8(text));
    }
  });

  it("is of the documented format: opened by Node's HKDF", () => {
    const words = [place.chainId, BigInt(place.house), place.tender, place.lot, BigInt(place.bidder)];
    const info = getBytes(concat([id("CommonSeal.Quotation.v1"), ...words.map((word) => toBeHex(word, 32))]));
    const bytes = new Uint8Array(hkdfSync("sha256", getBytes(salt), new Uint8Array(), info, 56));
    const head = utf8("common-seal/sealed-quotation/1\n");
    expect(sealed.subarray(0, 31)).to.deep.equal(head);
    const plain = xchacha20poly1305(bytes.subarray(0, 32), bytes.subarray(32), head).decrypt(sealed.subarray(31));
    const zeros = new Uint8Array(256 - 4 - 6);
    expect(plain).to.deep.equal(getBytes(concat(["0x00000006", utf8("a text"), zeros])));
  });

  it("opens with no other salt and for no other place", () => {
    const others = [
      { chainId: 1n },
      { house: `0x${"ac".repeat(20)}` },
      { tender: 8n },
      { lot: 2 },
      { bidder: `0x${"ce".repeat(20)}` },
    ];
    for (const change of others) {
      expect(() => openQuotation({ ...place, ...change }, salt, sealed)).to.throw(InputError, "for another bid");
    }
    expect(() => openQuotation(place, id("another"), sealed)).to.throw(InputError, "for another bid");
  });

  it("is refused with any byte changed, cut off, or where it is none", () => {
    for (let i = 0; i < sealed.length; i++) {
      const spoilt = sealed.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(() => openQuotation(place, salt, spoilt), `byte ${i}`).to.throw(InputError);
    }
    for (const length of [0, 30, 31, 46, 47, sealed.length - 1]) {
      expect(() => openQuotation(place, salt, sealed.subarray(0, length)), `${length}`).to.throw(InputError);
    }
    expect(() => openQuotation(place, salt, utf8('{"format":"common-seal/quotation/1"}'))).to.throw(
      "no sealed quotation",
    );
  });

  it("has a length that tells little", () => {
    const lengths = [0, 1, 252, 253, 508, 509].map((n) => sealQuotation(place, salt, new Uint8Array(n)).length - 47);
    expect(lengths).to.deep.equal([256, 256, 256, 512, 512, 768]);
  });
});

describe("quotations of a tender that a committee opens", function () {
  this.timeout(60_000);
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const textOf = (name: string) =>
    quotationFile({
      format: "common-seal/quotation/1",
      tenderer: { name: `${name} LLC`, identifier: { scheme: "UA-EDR", id: `id-${name}` } },
    }).text;
  const fileOf = async (played: Played, name: string): Promise<BidFile> => {
    const { commitment = "" } = bidAt(await played.model(), 0, await scene.address(name)).commits.at(-1) ?? {};
    const { genesisHash } = scene.context;
    const kept = await scene.stage.bids.ofCommitment(await played.placeOf(name), genesisHash, commitment);
    if (!kept) throw new Error("no bid file");
    return kept.file;
  };
  const digestIn = (file: BidFile) => priceSectionOf(file)?.quotation ?? "";
  /** What is found of each bidder's quotation. */
  const foundIn = async (played: Played, files: FileStore, ...names: string[]) => {
    const model = await played.model();
    const found = await readQuotations({ ...scene.context, files }, model);
    return Promise.all(
      names.map(async (name) => {
        const one = found.get(bidAt(model, 0, await scene.address(name)));
        return one && ("problem" in one ? one.problem : one.quotation.tenderer.name);
      }),
    );
  };

  it("are in the store before the bid is sent, encrypted, and public once it is opened", async () => {
    const sealed = await publishSealed(scene);
    const { played } = sealed;
    const put: { digest: string; text: string; nonce: number }[] = [];
    const context = await scene.as("early");
    const watched: Context = {
      ...context,
      files: {
        get: (digest) => context.files.get(digest),
        async put(bytes) {
          const nonce = await scene.stage.provider.getTransactionCount(await scene.address("early"));
          const digest = await context.files.put(bytes);
          put.push({ digest, text: Buffer.from(bytes).toString("latin1"), nonce });
          return digest;
        },
      },
    };
    const quotation = { format: "common-seal/quotation/1", tenderer: { name: "early LLC" } } as const;
    const bid = { price: 5n, quotation: quotationFile(quotation).digest };
    const parameters = { tender: played.tender, lot: 0, bid, quotation, bids: scene.stage.bids };
    const outcome = await commitBid(watched, parameters);
    expect(put).to.deep.equal([]);
    if (!("act" in outcome)) throw new Error("sealed already");
    await outcome.act.send();
    expect(await commitBid(watched, parameters)).to.have.property("done");

    const file = await fileOf(played, "early");
    expect(file.quotation).to.equal(quotationFile(quotation).text);
    expect(put.map(({ digest, nonce }) => [digest, nonce])).to.deep.equal([[digestIn(file), 0]]);
    expect(put[0]?.text).to.not.include("early");
    expect(digestIn(file)).to.not.equal(bid.quotation);
    expect(await foundIn(played, scene.context.files, "early")).to.deep.equal([undefined]);
    const [row] = await openAll(sealed);
    expect(row?.quotation).to.deep.equal({ quotation });
  });

  it("are made anew with a replacement, whose salt alone opens them", async () => {
    const { played } = await publishSealed(scene);
    await played.commit("again", 9n);
    const before = await fileOf(played, "again");
    await played.replace("again", 8n);
    const after = await fileOf(played, "again");
    expect(digestIn(after)).to.not.equal(digestIn(before));
    const stored = await scene.context.files.get(digestIn(after));
    if (!stored) throw new Error("not stored");
    const place = await played.placeOf("again");
    expect(openQuotation(place, after.salt, stored)).to.deep.equal(utf8(textOf("again")));
    expect(() => openQuotation(place, before.salt, stored)).to.throw(InputError, "for another bid");
  });

  it("that are missing, spoilt, a rival's or none are told, and stop nothing", async () => {
    const sealed = await publishSealed(scene);
    const { played } = sealed;
    const { files } = scene.context;
    const length = (await played.model()).sealing?.bidLengths[0] ?? 0;
    for (const name of ["good", "spoilt", "lost"]) await played.commit(name, 10n);
    const rivals = digestIn(await fileOf(played, "good"));
    for (const [name, quotation] of [
      ["copies", rivals],
      ["plain", await files.put(utf8(textOf("plain")))],
      ["none", `0x${"00".repeat(32)}`],
    ] as const) {
      await sealBytes(played, name, encodeBid({ price: 11n, lottery: 0, quotation }, length));
    }
    await show(sealed);
    const gone = digestIn(await fileOf(played, "lost"));
    const spoilt = digestIn(await fileOf(played, "spoilt"));
    const poor: FileStore = {
      put: (bytes) => files.put(bytes),
      async get(digest) {
        if (digest === gone) return null;
        if (digest === spoilt) throw new InputError("The file was changed.");
        return files.get(digest);
      },
    };
    const rows = await openBids({ ...(await scene.as("stranger")), files: poor }, { tender: played.tender });
    expect(rows.map(({ did, failed }) => failed ?? did)).to.deep.equal(Array<string>(6).fill("opened"));
    const names = ["good", "spoilt", "lost", "copies", "plain", "none"];
    expect(await foundIn(played, poor, ...names)).to.deep.equal([
      "good LLC",
      "The file was changed.",
      "It is not in the store.",
      "The sealed quotation was changed, or sealed for another bid.",
      "This is no sealed quotation.",
      undefined,
    ]);
    expect(await foundIn(played, new MemoryStore(), "good")).to.deep.equal(["It is not in the store."]);
    const text = await exportOcds({ ...scene.context, files: poor }, { tender: played.tender });
    expect(text.match(/could not be decrypted when this was written/g)).to.have.length(4);
    for (const name of ["good", "spoilt", "copies"])
      expect(text.includes(`${name} LLC`), name).to.equal(name === "good");
  });

  it("that decrypt to something else are no quotations", async () => {
    const sealed = await publishSealed(scene);
    const { played } = sealed;
    const { files } = scene.context;
    const length = (await played.model()).sealing?.bidLengths[0] ?? 0;
    const names = ["words", "number"];
    for (const [i, text] of ["no JSON", "7"].entries()) {
      const name = names[i] ?? "";
      const salt = newSalt();
      const quotation = await files.put(sealQuotation(await played.placeOf(name), salt, utf8(text)));
      await sealBytes(played, name, encodeBid({ price: 1n, lottery: 0, quotation }, length), { salt });
    }
    await openAll(sealed);
    expect(await foundIn(played, files, ...names)).to.deep.equal(Array<string>(2).fill("The file is no quotation."));
  });

  it("of two parts open with the price, not with the technical part", async () => {
    const scorer = await scene.address("scorer");
    const sealed = await publishSealed(scene, {}, { parts: 2, scorer });
    const { played } = sealed;
    await played.commit("double", 6n);
    const file = await fileOf(played, "double");
    const stored = (await scene.context.files.get(digestIn(file))) ?? new Uint8Array();
    const place = await played.placeOf("double");
    expect(() => openQuotation(place, file.salt, stored)).to.throw(InputError);
    const [technical] = await openAll(sealed);
    expect(technical).to.not.have.property("quotation");
    await past(played, "judge");
    await (await (await scene.as("scorer")).house.revealScores(played.tender, played.documents)).wait();
    const [price] = await openAll(sealed);
    expect(price?.quotation).to.have.nested.property("quotation.tenderer.name", "double LLC");
  });

  it("kept in a bid file are checked against the bid", async () => {
    const { played } = await publishSealed(scene);
    await played.commit("kept", 3n);
    const file = await fileOf(played, "kept");
    expect(digestOf(quotationFileOf(file) ?? new Uint8Array())).to.equal(digestIn(file));
    const [{ path } = { path: "" }] = await scene.stage.bids.find(await played.placeOf("kept"), file.genesisHash);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("kept LLC", "kept Ltd"));
    const error = await readBidFile(path).catch((caught: Error) => caught.message);
    expect(error).to.match(/was changed: its quotation is not the one of its bid/);
    await writeFile(path, text);
    expect((await readBidFile(path)).file).to.deep.equal(file);
  });
});
