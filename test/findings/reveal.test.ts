import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { toQuantity } from "ethers";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { digestOf } from "../../sdk/src/shared/cid.ts";
import { encodeBid, newSalt, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { type BidFile, makeBidFile, readBidFile } from "../../sdk/src/tenders/bidFile.ts";
import { revealBid, type Revealed } from "../../sdk/src/tenders/reveal.ts";
import { commitBid, placeFor } from "../../sdk/src/tenders/seal.ts";
import { type Played, Scene, watched } from "../tenders/scene.ts";

async function refused(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    expect(error).to.be.instanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}

describe("findings: reveal", () => {
  let scene: Scene;
  beforeEach(async () => void (scene = await Scene.open()));
  afterEach(() => scene.stage.close());

  const bidsOf = (context: Context, tender: bigint) => revealBid(context, { tender, lot: 0, bids: scene.stage.bids });

  /** A bid whose file is of a public chain, sealed here, with the commit deadline over. */
  async function sealedAbroad() {
    const played = await scene.publish();
    const chainId = 11_155_111n;
    const place = await placeFor(await scene.as("a"), played.tender, 0);
    const bytes = encodeBid({ price: 1n, lottery: 0, quotation: NO_QUOTATION });
    const file = makeBidFile({ ...place, chainId }, scene.context.genesisHash, bytes, newSalt());
    await scene.stage.bids.keep(file);
    await (await scene.as("a")).house.commitBid(played.tender, 0, file.commitment);
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
    return { played, chainId };
  }

  it("price and salt are shown to no node before the commit deadline is over", async () => {
    const played = await scene.publish();
    await played.commit("a", 100n);
    const { kept } = await scene.stage.bids.list();
    const { salt, bid } = kept[0]?.file as BidFile;
    await scene.stage.advanceTo(played.schedule.commitDeadline);
    const heard: string[] = [];
    const context = await watched(scene, "a", (request, answer) => {
      heard.push(JSON.stringify(request));
      return answer();
    });
    const message = await refused(bidsOf(context, played.tender));
    expect(message).to.match(/^Sealing ends at .*nothing was shown to anyone/);
    expect(heard.length).to.be.greaterThan(0);
    for (const request of heard) {
      expect(request).to.not.include(salt.slice(2));
      expect(request).to.not.include(bid.slice(2));
    }
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
    const outcome = await bidsOf(context, played.tender);
    if ("act" in outcome) await outcome.act.send();
    expect(heard.some((request) => request.includes(salt.slice(2)))).to.equal(true);
  });

  it("price and salt are shown to no node when the tender is cancelled, or the reveal deadline over", async () => {
    for (const end of ["cancelled", "over"] as const) {
      const played = await scene.publish();
      await played.commit("a", 100n);
      const [own] = await scene.stage.bids.find(
        await placeFor(await scene.as("a"), played.tender, 0),
        scene.context.genesisHash,
      );
      await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
      if (end === "cancelled") await played.cancel();
      else await scene.stage.advanceTo(played.schedule.revealDeadline + 1);
      const heard: string[] = [];
      const context = await watched(scene, "a", (request, answer) => {
        heard.push(JSON.stringify(request));
        return answer();
      });
      expect(await refused(bidsOf(context, played.tender))).to.match(/nothing was shown to anyone/);
      for (const request of heard) expect(request).to.not.include((own as { file: BidFile }).file.salt.slice(2));
    }
  });

  it("a node that fails to tell its final block has not said that there is none", async () => {
    const { played, chainId } = await sealedAbroad();
    const answers = async (code: number) => {
      const context = await watched(scene, "a", (request, answer) => {
        const [tag] = (request.params ?? []) as unknown[];
        if (tag === "finalized") throw Object.assign(new Error("no answer"), { code });
        return answer();
      });
      return bidsOf({ ...context, chainId }, played.tender).then(
        () => "opens",
        (thrown: unknown) => (thrown as Error).message,
      );
    };
    expect(await answers(429)).to.include("no answer");
    expect(await answers(-32_005)).to.include("no answer");
    // A node without the word is asked for a block far enough back: here the first ones, long before the deadline.
    expect(await answers(-32_602)).to.match(/the latest final block is of/);
  });

  it("a bid file whose quotation was changed is refused", async () => {
    const played = await scene.publish();
    await played.commit("a", 100n);
    const { kept } = await scene.stage.bids.list();
    const { path, file } = kept.at(-1) as { path: string; file: BidFile };
    await writeFile(path, JSON.stringify({ ...file, quotation: `${file.quotation ?? ""} ` }));
    expect(await refused(readBidFile(path))).to.include("its quotation is not the one of its bid");
  });

  it("on a public chain the opening waits for a final block after the deadline, unless told not to", async () => {
    const { played, chainId } = await sealedAbroad();
    const sealing = (await played.model()).published.block;
    const finals: unknown[] = [];
    const context = await watched(scene, "a", (request, answer) => {
      const [tag] = (request.params ?? []) as unknown[];
      if (request.method !== "eth_getBlockByNumber" || tag !== "finalized") return answer();
      finals.push(tag);
      return scene.stage.eip1193.request({ ...request, params: [toQuantity(sealing), false] });
    });
    const elsewhere = { ...context, chainId };
    expect(await refused(bidsOf(elsewhere, played.tender))).to.match(/the latest final block is of/);
    expect(finals).to.have.length(1);
    const parameters = { tender: played.tender, lot: 0, bids: scene.stage.bids, unfinalized: true };
    expect(await revealBid(elsewhere, parameters)).to.have.property("act");
  });

  it("costs as many requests whatever rivals have sealed", async () => {
    const requests: number[] = [];
    for (const rivals of [0, 30]) {
      const played = await scene.publish();
      await played.commit("a", 100n);
      await played.commit("rival", 200n);
      for (let i = 0; i < rivals; i++) await played.replace("rival", BigInt(201 + i));
      await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
      let count = 0;
      const context = await watched(scene, "a", (_, answer) => {
        count++;
        return answer();
      });
      const outcome = await bidsOf(context, played.tender);
      if ("act" in outcome) await outcome.act.estimate();
      requests.push(count);
    }
    expect(requests[1]).to.be.at.most((requests[0] ?? 0) + 2);
  });

  /** What a bid comes to whose opening was estimated before something else happened in its lot. */
  async function openedAfter(happens: (played: Played) => Promise<unknown>): Promise<Revealed> {
    const played = await scene.publish({ lots: [{ id: "1", items: [] }] });
    await played.commit("low", 100n);
    await played.commit("middle", 150n);
    await played.commit("high", 200n);
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
    await played.reveal("low");
    let happened = false;
    const context = await watched(scene, "high", async ({ method }, answer) => {
      const answered = await answer();
      if (method === "eth_estimateGas" && !happened) {
        happened = true;
        await happens(played);
      }
      return answered;
    });
    const outcome = await bidsOf(context, played.tender);
    if (!("act" in outcome)) throw new Error("the bid was open already");
    const { result } = await outcome.act.send();
    expect(happened).to.equal(true);
    return result;
  }

  it("keeps its place when its predecessor is rejected after the estimate", async () => {
    expect(await openedAfter((played) => played.reject("low"))).to.deep.equal({ state: "standing", price: 200n });
  });

  it("does not run out of gas when another bid takes its place beside it after the estimate", async () => {
    expect(await openedAfter((played) => played.reveal("middle"))).to.deep.equal({ state: "unplaced", price: 200n });
  });

  it("a quotation is public with the opening and not before, and private on disk", async () => {
    const played = await scene.publish();
    await played.commit("a", 100n);
    const { kept } = await scene.stage.bids.list();
    const { path, file } = kept[0] as { path: string; file: BidFile };
    const digest = digestOf(new TextEncoder().encode(file.quotation ?? ""));
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect(await scene.context.files.get(digest)).to.equal(null);
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
    await played.reveal("a");
    expect(new TextDecoder().decode((await scene.context.files.get(digest)) ?? undefined)).to.equal(file.quotation);
  });

  it("a bid of another quotation than the one given is refused", async () => {
    const played = await scene.publish();
    const quotation = { format: "common-seal/quotation/1", tenderer: { name: "a" } } as const;
    const bid = { price: 1n, quotation: `0x${"1".repeat(64)}` };
    const parameters = { tender: played.tender, lot: 0, bid, quotation, bids: scene.stage.bids };
    expect(await refused(commitBid(await scene.as("a"), parameters))).to.equal("The bid is of another quotation.");
  });

  it("a bid file with impossible values is told apart and blocks no other", async () => {
    const played = await scene.publish();
    await played.commit("a", 100n);
    const { folder } = scene.stage.bids;
    const [name] = await readdir(folder);
    const text = await readFile(join(folder, name ?? ""), "utf8");
    const { tender, bidder } = JSON.parse(text) as BidFile;
    const letter = bidder.slice(2).search(/[a-f]/) + 2;
    const flipped = bidder.slice(0, letter) + bidder.charAt(letter).toUpperCase() + bidder.slice(letter + 1);
    const broken = { tender: text.replace(`"tender": "${tender}"`, `"tender": "${"9".repeat(25)}"`), bidder: "" };
    if (letter > 1) broken.bidder = text.replace(bidder, flipped);
    for (const [which, content] of Object.entries(broken)) {
      if (content === "") continue;
      await writeFile(join(folder, `${which}.json`), content);
      expect(await refused(readBidFile(join(folder, `${which}.json`)))).to.match(/is not a bid file/);
    }
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1);
    const outcome = await bidsOf(actingAs(scene.context, await scene.stage.account("a")), played.tender);
    expect(outcome).to.have.property("act");
  });
});
