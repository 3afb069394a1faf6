import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { textOf } from "../../sdk/src/documents/json.ts";
import {
  attach,
  type AttachmentReceipt,
  makeAttachmentKey,
  readAttachment,
  readReceipt,
} from "../../sdk/src/tenders/attach.ts";
import type { Quotation } from "../../sdk/src/tenders/quotation.ts";
import { commitBid, quotationFile } from "../../sdk/src/tenders/seal.ts";
import { Bench } from "./bench.ts";
import { refusedLater } from "./committee/scene.ts";
import { noticeOf, type Played, type Scene } from "./scene.ts";

const PASS = "correct horse";
const CONTENT = new TextEncoder().encode("What the machine costs us.");

describe("confidential attachments of a bid", function () {
  this.timeout(60_000);
  let bench: Bench;
  let scene: Scene;
  let folder: string;
  let played: Played;
  let receipt: AttachmentReceipt;

  before(async () => {
    bench = await Bench.open();
    scene = bench.scene;
    folder = await mkdtemp(join(tmpdir(), "attach-"));
    const made = await makeAttachmentKey(scene.context, {
      agency: scene.agency,
      folder,
      passPhrase: PASS,
      cost: { N: 1024 },
    });
    played = await bench.bidding({}, { attachmentKey: made.publicKey });
    receipt = await attach(await scene.as("ann"), { tender: played.tender, lot: 0, content: CONTENT, title: "Costs" });
  });
  after(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  const read = async (more: Partial<Parameters<typeof readAttachment>[1]> = {}) =>
    readAttachment(scene.officer, {
      tender: played.tender,
      lot: 0,
      bidder: await scene.address("ann"),
      sealed: receipt.attachment.file,
      folder,
      passPhrase: PASS,
      ...more,
    });

  it("are sealed to the notice's key, listed in the quotation, and read by the agency alone", async () => {
    const path = join(folder, "receipt.json");
    await writeFile(path, textOf(receipt));
    const listed = await readReceipt(await scene.as("ann"), path, played.tender, 0);
    expect(listed).to.deep.equal({ ...receipt.attachment, title: "Costs" });
    const sealed = await scene.context.files.get(listed.file);
    expect(Buffer.from(sealed ?? []).includes("machine")).to.equal(false);

    const bidder = await scene.as("ann");
    const quotation: Quotation = {
      format: "common-seal/quotation/1",
      tenderer: { name: "Ann LLC" },
      attachments: [listed],
    };
    const bid = { price: 7n, quotation: quotationFile(quotation).digest };
    const outcome = await commitBid(bidder, { tender: played.tender, lot: 0, bid, quotation, bids: scene.stage.bids });
    if ("act" in outcome) await outcome.act.send();
    for (const one of [listed.file, sealed ?? ""]) {
      const opened = await read({ sealed: one });
      expect(opened).to.include({ digest: listed.digest });
      expect(opened).to.not.have.any.keys("listed");
      expect(Buffer.from(opened.content).toString()).to.equal("What the machine costs us.");
    }
    const unlisted = await attach(bidder, { tender: played.tender, lot: 0, content: CONTENT });
    await bench.open(played);
    await scene.context.files.put(new TextEncoder().encode(quotationFile(quotation).text));
    expect((await read()).listed).to.equal(true);
    expect((await read({ sealed: unlisted.attachment.file })).listed).to.equal(false);
  });

  it("are refused of another bid, with another pass phrase or key, and where the file is not here", async () => {
    const { tender } = played;
    const path = join(folder, "other.json");
    await writeFile(path, textOf({ ...receipt, bidder: await scene.address("bob") }));
    await refusedLater(readReceipt(await scene.as("ann"), path, tender, 0), "sealed for another bid");
    await refusedLater(readReceipt(await scene.as("bob"), path, tender, 1), "sealed for another bid");
    await writeFile(path, textOf({ ...receipt, house: "0x12" }));
    await refusedLater(readReceipt(await scene.as("ann"), path, tender, 0), "is not a receipt of an attachment: house");
    await refusedLater(read({ passPhrase: "wrong" }), "The pass phrase is not that of");
    await refusedLater(read({ sealed: `0x${"12".repeat(32)}` }), "is not in the store of files here");
    await refusedLater(read({ sealed: CONTENT }), "This is no sealed attachment.");
    await refusedLater(read({ folder: join(folder, "none") }), "cannot be read: ENOENT");
  });

  it("need a notice that names a key, and is in the store", async () => {
    const bare = await scene.publish();
    const seal = (tender: bigint, lot = 0) =>
      scene.as("ann").then((by) => attach(by, { tender, lot, content: CONTENT }));
    await refusedLater(seal(bare.tender), "names no key for confidential attachments");
    await refusedLater(seal(played.tender, 1), "has no lot 1");
    const { context } = scene;
    const blind = { ...context, files: { put: () => Promise.resolve(""), get: () => Promise.resolve(null) } };
    const unseen = attach(blind, { tender: played.tender, lot: 0, content: CONTENT });
    await refusedLater(unseen, `The notice of tender ${played.tender} is not in the store of files here.`);
    expect(() => noticeOf({ attachmentKey: "0x12" })).to.throw(/attachmentKey: must be 32 bytes/);
  });
});
