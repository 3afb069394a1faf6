import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type TransactionRequest, type TransactionResponse, Wallet } from "ethers";
import { readWhole } from "../../sdk/src/documents/anyFile.ts";
import { attestBatch, type BatchParameters } from "../../sdk/src/documents/batch.ts";
import { listFolder, manifestPath } from "../../sdk/src/documents/manifest.ts";
import { revokeRoot } from "../../sdk/src/documents/revoke.ts";
import { verifyAll } from "../../sdk/src/documents/verify.ts";
import { actingAs } from "../../sdk/src/shared/context.ts";
import { Desk } from "./sdk.desk.ts";
import { refusedLater } from "./sdk.samples.ts";
import { reference } from "./sdk.reference.ts";

/** An account whose process dies at the moment of sending, or right after it. */
class Dying extends Wallet {
  when: "before sending" | "after sending" = "before sending";

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    if (this.when === "after sending") await super.sendTransaction(transaction);
    throw new Error("killed");
  }
}

describe("a folder attested by one root", function () {
  this.timeout(60_000);
  let desk: Desk;
  let parent: string;
  let folder: string;
  before(async () => void (desk = await Desk.open()));
  after(() => desk.stage.close());
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "batch-"));
    folder = join(parent, "certificates");
    await mkdir(join(folder, "north"), { recursive: true });
    for (let i = 0; i < 5; i++) await writeFile(join(folder, `${i}.pdf`), `certificate ${i}`);
    await writeFile(join(folder, "north", "0.pdf"), "certificate of the north");
  });
  afterEach(() => rm(parent, { recursive: true }));

  const batch = (changes: Partial<BatchParameters> = {}, context = desk.clerk) =>
    attestBatch(context, { ...desk.issue, folder, ...changes });
  const names = ["0.pdf", "1.pdf", "2.pdf", "3.pdf", "4.pdf", "north/0.pdf"];
  const roots = async () => {
    const { documents } = desk.clerk;
    return (await documents.queryFilter(documents.filters.RootAttested())).length;
  };
  const dying = async (when: Dying["when"]) => {
    const wallet = (await desk.stage.account("Tax Office clerk")) as Wallet;
    const signer = new Dying(wallet.privateKey, desk.stage.provider);
    signer.when = when;
    return actingAs(desk.stage.context, signer);
  };

  it("each file has its seal beside it, and the root is that of the files in order of name", async () => {
    const { root, count, manifest, done } = await batch();
    expect([count, done?.gas !== undefined]).to.deep.equal([6, true]);
    expect((await stat(manifest)).mode & 0o777).to.equal(0o600);
    const { seed, files } = JSON.parse(await readFile(manifest, "utf8")) as {
      seed: string;
      files: { name: string; docHash: string }[];
    };
    expect(files.map(({ name }) => name)).to.deep.equal(names);
    const hashes = await Promise.all(
      names.map(async (name) => reference.file(reference.salt(seed, name), await readFile(join(folder, name)))),
    );
    expect(files.map(({ docHash }) => docHash)).to.deep.equal(hashes);
    expect(root).to.equal(reference.root(hashes.map((hash, i) => reference.leaf(i, hash))));
    const whole = await Promise.all(names.map((name) => readWhole(join(folder, name))));
    const outcomes = await verifyAll(
      desk.sources(),
      whole.map(({ document }) => document),
    );
    expect(outcomes.map(({ status }) => status)).to.deep.equal(Array(6).fill("valid"));
    const text = JSON.stringify(whole);
    expect(text).to.not.include(seed.slice(2));
  });

  for (const when of ["before sending", "after sending"] as const) {
    it(`killed ${when}: the next run goes on to the same root and attests no second one`, async () => {
      const before = await roots();
      await batch({}, await dying(when)).then(
        () => expect.fail("not killed"),
        (error: Error) => expect(error.message).to.equal("killed"),
      );
      const kept = await readFile(manifestPath(folder), "utf8");
      const { root, done } = await batch();
      expect(done === undefined).to.equal(when === "after sending");
      expect(await readFile(manifestPath(folder), "utf8")).to.equal(kept);
      expect((JSON.parse(kept) as { root: string }).root).to.equal(root);
      expect((await batch()).done).to.equal(undefined);
      expect(await roots()).to.equal(before + 1);
    });
  }

  it("killed while it writes seals: the next run writes those that lack or were cut off", async () => {
    const cut = batch({
      onProgress: (stage, done) => {
        if (stage === "sealed" && done === 3) throw new Error("killed");
      },
    });
    expect(await cut.catch((error: Error) => error.message)).to.equal("killed");
    const seals = async () =>
      (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".seal.json"));
    expect(await seals()).to.have.length(3);
    const first = join(folder, "0.pdf.seal.json");
    const text = await readFile(first, "utf8");
    await writeFile(first, text.slice(0, 100));
    await batch();
    expect(await seals()).to.have.length(6);
    expect(await readFile(first, "utf8")).to.equal(text);
  });

  it("refuses a folder in which a file changed, came or went since, and one begun otherwise", async () => {
    await batch();
    const path = join(folder, "2.pdf");
    await writeFile(path, "certificate 3");
    await refusedLater(batch(), "2.pdf in .* changed after its manifest was written");
    await unlink(path);
    await refusedLater(batch(), "2.pdf is gone from");
    await writeFile(path, "certificate 2");
    await batch();
    await writeFile(join(folder, "7.pdf"), "certificate 7");
    await refusedLater(batch(), "7.pdf came into .* after its manifest was written");
    await unlink(join(folder, "7.pdf"));
    await refusedLater(batch({ schema: 2 }), "was begun for schema 1");
    await refusedLater(batch({ agency: 1 }), "was begun for agency 2");
    await refusedLater(batch({ expires: 2 ** 40 - 1 }), "was begun for documents that do not expire");
    const elsewhere = { ...desk.clerk, genesisHash: `0x${"ab".repeat(32)}` };
    await refusedLater(batch({}, elsewhere), "was begun for another chain");
    const addresses = { ...desk.clerk.addresses, DocumentRegistry: desk.clerk.addresses.TenderHouse };
    await refusedLater(batch({}, { ...desk.clerk, addresses }), "was begun for another registry");
  });

  it("refuses a manifest that was changed or cut off", async () => {
    await batch();
    const path = manifestPath(folder);
    const text = await readFile(path, "utf8");
    const { root } = JSON.parse(text) as { root: string };
    await writeFile(path, text.replace(root, reference.leaf(0, root)));
    await refusedLater(batch(), "was changed: its files do not yield its root");
    await writeFile(path, text.replace('"count": 6', '"count": 7'));
    await refusedLater(batch(), "was changed: it names 6 files, not 7");
    await writeFile(path, text.slice(0, 200));
    await refusedLater(batch(), "is not JSON");
    await writeFile(path, "{}");
    await refusedLater(batch(), "is not a manifest: format");
  });

  it("refuses a revoked root, foreign seals, an empty or missing folder, more than the most, and what is no file", async () => {
    await refusedLater(listFolder(folder, 5), "holds 6 files, a root stands for at most 5");
    expect((await listFolder(folder, 6)).names).to.have.length(6);
    await refusedLater(listFolder(join(parent, "none")), "cannot be read: ENOENT");
    await mkdir(join(parent, "empty"));
    await refusedLater(listFolder(join(parent, "empty")), "holds no files");
    await writeFile(join(folder, "0.pdf.seal.json"), "{}");
    await refusedLater(batch(), "0.pdf.seal.json in .* is a seal already");
    await unlink(join(folder, "0.pdf.seal.json"));
    await symlink(join(folder, "0.pdf"), join(folder, "link.pdf"));
    await refusedLater(batch(), "link.pdf in .* is no plain file");
    await unlink(join(folder, "link.pdf"));
    const { root } = await batch();
    await (await revokeRoot(desk.clerk, { agency: 2, root, reason: 2 })).send();
    await refusedLater(batch(), "is revoked");
  });

  it("who may not attest is told before a manifest is written", async () => {
    await refusedLater(batch({}, await desk.as("stranger")), "may not act for agency 2 now");
    await refusedLater(batch({ agency: 1 }, desk.chamber), "Agency 1 is not accredited for schema 1 now");
    expect(await readdir(parent)).to.deep.equal(["certificates"]);
  });
});
