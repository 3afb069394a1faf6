import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id, type TransactionRequest, type TransactionResponse, Wallet } from "ethers";
import { readPlaced, readWhole } from "../../sdk/src/documents/anyFile.ts";
import { present } from "../../sdk/src/documents/disclosure.ts";
import { readDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import {
  issue,
  type Issued,
  type IssueOutcome,
  type IssueParameters,
  issueSigned,
} from "../../sdk/src/documents/issue.ts";
import { textOf, writePrivate } from "../../sdk/src/documents/json.ts";
import { revokeDocument } from "../../sdk/src/documents/revoke.ts";
import { verifyAll } from "../../sdk/src/documents/verify.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { Desk } from "./sdk.desk.ts";
import { account, refusedLater } from "./sdk.samples.ts";

/** An account whose process dies: at the moment of sending, or right after it. */
class Dying extends Wallet {
  when: "before sending" | "after sending" = "before sending";
  /** Called at the moment of sending. */
  atSend: () => Promise<void> = () => Promise.resolve();

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    await this.atSend();
    if (this.when === "after sending") await super.sendTransaction(transaction);
    throw new Error("killed");
  }
}

describe("documents issued with their files", function () {
  this.timeout(30_000);
  let desk: Desk;
  let folder: string;
  before(async () => void (desk = await Desk.open()));
  after(() => desk.stage.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "issue-"));
    await writeFile(join(folder, "scan.png"), "a scan");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const content = { fields: { standing: "no-arrears", amounts: [1, 2] }, holder: account };
  const parametersOf = (kind: "fields" | "file"): IssueParameters => ({
    ...desk.issue,
    ...(kind === "fields"
      ? { source: { content }, path: join(folder, "d.json") }
      : { source: { file: join(folder, "scan.png") }, path: join(folder, "scan.png.seal.json") }),
  });
  const run = async (p: IssueParameters, context: Context = desk.clerk): Promise<Issued> => {
    const outcome: IssueOutcome = await issue(context, p);
    return "act" in outcome ? (await outcome.act.send()).result : outcome.done;
  };
  const dying = async () => {
    const wallet = (await desk.stage.account("Tax Office clerk")) as Wallet;
    const signer = new Dying(wallet.privateKey, desk.stage.provider);
    return { signer, context: actingAs(desk.stage.context, signer) };
  };
  const killed = (act: Promise<unknown>) =>
    act.then(
      () => expect.fail("not killed"),
      (error: Error) => expect(error.message).to.equal("killed"),
    );
  const status = async (path: string) => {
    const [outcome] = await verifyAll(desk.sources(), [await readPlaced(path)]);
    return outcome?.status;
  };

  for (const kind of ["fields", "file"] as const) {
    describe(kind, () => {
      it("killed before sending: the file is on disk already, and the next run attests that one", async () => {
        const p = parametersOf(kind);
        const { signer, context } = await dying();
        let atSend = "";
        signer.atSend = async () => void (atSend = await readFile(p.path, "utf8"));
        await killed(run(p, context));
        expect(await status(p.path)).to.equal("unknown");
        const { docHash } = await run(p);
        expect(await readFile(p.path, "utf8"))
          .to.equal(atSend)
          .and.to.include(docHash);
        expect(await status(p.path)).to.equal("valid");
      });

      it("killed after sending: the next run says it is attested and sends nothing", async () => {
        const p = parametersOf(kind);
        const { signer, context } = await dying();
        signer.when = "after sending";
        await killed(run(p, context));
        const block = await desk.stage.provider.getBlockNumber();
        expect(await issue(desk.clerk, p)).to.have.property("done");
        expect(await desk.stage.provider.getBlockNumber()).to.equal(block);
      });

      it("a refused act leaves no file, and what is there of something else stays", async () => {
        const p = parametersOf(kind);
        await run(p, await desk.as("stranger")).catch(() => undefined);
        await refusedLater(run({ ...p, agency: 1 }, desk.chamber), "is not accredited");
        expect(await readdir(folder)).to.deep.equal(["scan.png"]);
        await run(p);
        await refusedLater(run({ ...p, schema: 2 }), "is there already, and is of another document");
        await refusedLater(run({ ...p, expires: 2 ** 40 - 1 }), "is attested already, with another last second");
        await writeFile(join(folder, "scan.png"), "another scan");
        const other = { content: { ...content, fields: { standing: "other" } } };
        const source = kind === "fields" ? other : p.source;
        await refusedLater(run({ ...p, source }), "is there already, and is of another document");
        if (kind === "file") await refusedLater(readPlaced(p.path), "is not the file that was sealed as scan.png");
        await (await revokeDocument(desk.clerk, await readPlaced(p.path, true), { reason: 2 })).send();
        await writeFile(join(folder, "scan.png"), "a scan");
        await refusedLater(run(p), "was revoked; issue a new one under another name");
      });

      it("signed instead: no transaction, and never written over", async () => {
        const p = { ...parametersOf(kind), list: id("list"), index: 5 };
        const block = await desk.stage.provider.getBlockNumber();
        await issueSigned(desk.clerk, p);
        expect(await desk.stage.provider.getBlockNumber()).to.equal(block);
        expect(await status(p.path)).to.equal("valid");
        await refusedLater(issueSigned(desk.clerk, p), "is there already, and is never written over");
        await refusedLater(issue(desk.clerk, p), "is there already, and is of another document");
      });
    });
  }

  it("files of every form are told apart by what they are, and read whole", async () => {
    const fields = parametersOf("fields");
    const file = parametersOf("file");
    await run(fields);
    await run(file);
    const shown = join(folder, "shown.json");
    await writePrivate(shown, present(await readDocumentFile(fields.path), ["standing"]));
    const kinds = async (...args: Parameters<typeof readWhole>) => (await readWhole(...args)).kind;
    expect(await kinds(fields.path)).to.equal("document");
    expect((await readWhole(shown)).shown).to.deep.equal({ standing: "no-arrears" });
    for (const path of [join(folder, "scan.png"), file.path]) expect(await kinds(path)).to.equal("file");
    expect(await kinds(join(folder, "scan.png"), file.path)).to.equal("file");
    await refusedLater(readWhole(shown, file.path), "is not the file that was sealed as scan.png");
    await refusedLater(readWhole(join(folder, "none")), "cannot be read: ENOENT");
    await refusedLater(readWhole(folder), "cannot be read: EISDIR");
    await refusedLater(readPlaced(shown), "is no document file or seal");
    await writeFile(shown, textOf(present(await readDocumentFile(fields.path), [])).slice(0, 150));
    await refusedLater(readWhole(shown), "is not JSON");
    await rm(file.path);
    await refusedLater(readWhole(join(folder, "scan.png")), "there is no seal of it at");
    await rm(join(folder, "scan.png"));
    await refusedLater(readPlaced(join(folder, "scan.png")), "cannot be read: ENOENT");
  });
});
