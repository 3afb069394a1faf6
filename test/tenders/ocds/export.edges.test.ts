import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { updateAgency } from "../../../sdk/src/agencies/acts.ts";
import { MAX_PRICE } from "../../../sdk/src/tenders/amount.ts";
import { encodeBid, NO_QUOTATION } from "../../../sdk/src/tenders/bid.ts";
import { exportOcds } from "../../../sdk/src/tenders/ocds/export.ts";
import { field, type JsonObject, objects, parseJson, textField } from "../../../sdk/src/tenders/ocds/json.ts";
import { noticeOf, type Played, Scene } from "../scene.ts";
import type { Loose } from "./fixtures.ts";

const OWN = fileURLToPath(new URL("../../../docs/ocds", import.meta.url));
const bytesOf = (text: string) => new TextEncoder().encode(text);
const [lot] = noticeOf().lots;
if (!lot) throw new Error("the notice has no lot");

/** The last release of a release package. */
function lastOf(text: string): JsonObject {
  return objects(field(parseJson(text), "releases")).at(-1) ?? {};
}

describe("OCDS export at the edges", () => {
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const written = (played: Played, toBlock?: number) =>
    exportOcds(scene.context, { tender: played.tender, ...(toBlock === undefined ? {} : { toBlock }) });

  const amounts: [string, number, bigint, string][] = [
    ["EUR", 2, 7n, "0.07"],
    ["EUR", 2, 10n, "0.1"],
    ["EUR", 2, 29n, "0.29"],
    ["EUR", 2, 9_007_199_254_740_993n, "90071992547409.93"],
    ["JPY", 0, 9_007_199_254_740_993n, "9007199254740993"],
    ["KWD", 3, 1_001n, "1.001"],
    ["JPY", 0, MAX_PRICE, MAX_PRICE.toString()],
    ["EUR", 2, 0n, "0"],
  ];
  for (const [currency, decimals, price, text] of amounts) {
    it(`writes ${price} minor units of ${currency} as ${text}, digit for digit`, async () => {
      const ceiling = price === 0n ? {} : { ceiling: text };
      const played = await scene.publish({ currency, decimals, lots: [{ id: lot.id, items: lot.items, ...ceiling }] });
      await played.commit("exact", price);
      await played.after("commit");
      await played.reveal("exact");
      await played.after("reveal");
      await played.award("exact");
      const file = await written(played);
      const found = [...file.matchAll(/"amount": ([^,\s]+)/g)].map(([, amount]) => amount);
      expect(found).to.deep.equal(Array<string>(price === 0n ? 2 : found.length).fill(text));
      expect(found.length).to.be.at.least(2);
      const release = lastOf(file);
      expect(textField(objects(release["awards"])[0], "value", "amount")).to.equal(text);
      expect(file).to.include('"quantity": 25');
    });
  }

  it("a bid's quotation that is no JSON, or no quotation, leaves the bidder without a name", async () => {
    const { files } = scene.context;
    const played = await scene.publish();
    const quotations = ["%PDF-1.7", '"text"', "null", '{"format":"common-seal/quotation/1","tenderer":{"name":7}}'];
    for (const [i, text] of quotations.entries()) {
      const quotation = await files.put(bytesOf(text));
      await played.commitBytes(`q${i}`, encodeBid({ price: 10n, lottery: 0, quotation }));
    }
    await played.after("commit");
    for (const i of quotations.keys()) await played.reveal(`q${i}`);
    const names = objects(field(lastOf(await written(played)), "bids", "details")).map((bid) =>
      textField(objects(bid["tenderers"])[0], "name"),
    );
    expect(names).to.deep.equal(await Promise.all(quotations.map((_, i) => scene.address(`q${i}`))));
  });

  it("a statement of reasons that is no JSON leaves the reason's words", async () => {
    const played = await scene.publish();
    const evidence = await scene.context.files.put(bytesOf("<html>"));
    await (await scene.officer.house.cancel(played.tender, 22, evidence)).wait();
    const documents = objects(field(lastOf(await written(played)), "tender", "documents"));
    expect(documents.map((one) => one["description"])).to.deep.equal([undefined, "insufficient funds"]);
  });

  it("amounts that a notice writes with zeros in front are numbers all the same", async () => {
    const items = lot.items.map((item) => ({ ...item, quantity: "007.50" }));
    const lots = ["L1", "L2"].map((id) => ({ id, items }));
    const lotGroups = [{ id: "G", lots: ["L1", "L2"], maximumValue: "00.5" }];
    const tender = field(lastOf(await written(await scene.publish({ lots, lotGroups }))), "tender");
    expect(textField(objects(field(tender, "items"))[0], "quantity")).to.equal("7.50");
    expect(textField(objects(field(tender, "lotGroups"))[0], "maximumValue", "amount")).to.equal("0.5");
  });

  it("says so in one line where the place of the extensions is no address, and names them there", async () => {
    const { tender } = await scene.publish();
    const wrong = await exportOcds(scene.context, { tender, extensions: "here" }).catch((error: unknown) => error);
    expect((wrong as Error).message).to.equal("The place of the extensions is no address: here");
    const text = await exportOcds(scene.context, { tender, extensions: "https://ocds.example/own/" });
    const own = (field(parseJson(text), "extensions") as string[]).filter((one) => !one.includes("_extension/"));
    const folders = (await readdir(OWN, { withFileTypes: true })).filter((one) => one.isDirectory());
    expect(own).to.have.members(folders.map(({ name }) => `https://ocds.example/own/${name}/extension.json`));
    for (const { name } of folders) {
      const { schemas, compatibility } = JSON.parse(await readFile(`${OWN}/${name}/extension.json`, "utf8")) as Loose;
      expect([schemas, compatibility]).to.deep.equal([["release-schema.json"], ["1.1"]]);
    }
  });

  it("of documents with one id the last counts, as OCDS merges them", async () => {
    const documents = ["first", "second"].map((title) => ({ id: "d", title }));
    const played = await scene.publish({ documents });
    const found = objects(field(lastOf(await written(played)), "tender", "documents"));
    expect(found.map((one) => one["title"])).to.deep.equal(["Notice", "second"]);
  });

  it("a bid not opened in time is disqualified although the tender is cancelled later, as in the house", async () => {
    const status = async (played: Played) =>
      objects(field(lastOf(await written(played)), "bids", "details")).map((bid) => bid["status"]);
    const late = await scene.publish();
    await late.commit("silent", 5n);
    await late.after("reveal");
    await late.cancel();
    expect(await status(late)).to.deep.equal(["disqualified"]);
    const early = await scene.publish();
    await early.commit("silent", 5n);
    await early.cancel();
    await early.after("reveal");
    expect(await status(early)).to.deep.equal(["pending"]);
  });

  it("what an agency is called later does not change what was published", async () => {
    const played = await scene.publish();
    const { block } = await scene.now();
    const before = await written(played, block);
    await (await updateAgency(await scene.as("admin"), scene.agency, { name: "Renamed Police" })).send();
    expect(await written(played, block)).to.equal(before);
    expect(await written(played)).to.equal(before);
    const next = await scene.publish();
    expect(textField(lastOf(await written(next)), "buyer", "name")).to.equal("Renamed Police");
  });

  it("an agency whose metadata file is missing or no body's goes by its number", async () => {
    const digest = await scene.context.files.put(bytesOf('{"name":{"toString":1}}'));
    const admin = await scene.as("admin");
    for (const metadata of [digest, await scene.context.files.put(bytesOf("not JSON")), `0x${"11".repeat(32)}`]) {
      await (await admin.registry.setMetadata(scene.agency, metadata)).wait();
      const release = lastOf(await written(await scene.publish()));
      expect(textField(release, "buyer", "name")).to.equal(`Agency ${scene.agency}`);
    }
  });

  it("says so in one line where the block is not there yet", async () => {
    const played = await scene.publish();
    const error = await written(played, 10_000_000).catch((caught: unknown) => caught);
    expect((error as Error).message).to.equal("The node does not give block 10000000.");
  });

  it("a bid without a quotation is its account's", async () => {
    const played = await scene.publish();
    await played.commitBytes("bare", encodeBid({ price: 10n, lottery: 0, quotation: NO_QUOTATION }));
    await played.after("commit");
    await played.reveal("bare");
    const release = lastOf(await written(played));
    const address = await scene.address("bare");
    expect(objects(release["parties"]).map((party) => [party["id"], party["name"]])).to.deep.include([
      `eip155:31337:${address}`,
      address,
    ]);
  });
});
