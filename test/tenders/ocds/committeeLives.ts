import { encodeBid, NO_QUOTATION } from "../../../sdk/src/tenders/bid.ts";
import { commitBid } from "../../../sdk/src/tenders/seal.ts";
import { openAll, past, publishSealed, sealBytes, show } from "../opened.ts";
import { noticeOf, type Played } from "../scene.ts";
import { identityFor } from "../vendor.ts";
import type { Life } from "./lives.ts";

/** Seals a bid in the name of a vendor. */
async function commitNaming(played: Played, name: string, vendor: string, price: bigint): Promise<void> {
  const { scene, tender } = played;
  const identity = await identityFor(played, name, vendor);
  const bid = { price, quotation: NO_QUOTATION, identity };
  const outcome = await commitBid(await scene.as(name), { tender, lot: 0, bid, bids: scene.stage.bids });
  if ("act" in outcome) await outcome.act.send();
}

/** Lives of tenders that a committee opens. */
export const committeeLives: Record<string, Life> = {
  "by a committee, the lowest bid rejected": async (scene) => {
    const sealed = await publishSealed(scene, scene.bonded);
    const { played } = sealed;
    for (const name of ["one", "two", "three"]) await scene.fund(name);
    await played.commit("one", 337_500n);
    await played.commit("two", 180_000n);
    await played.commit("three", 297_500n);
    await played.replace("three", 287_500n);
    await openAll(sealed);
    await played.reject("two");
    await past(played, "judge");
    await played.award("three");
    await played.afterStandstill();
    await played.settle("three");
    return played;
  },
  "by a committee, bids of every kind": async (scene) => {
    const lots = noticeOf().lots.map((lot) => ({ ...lot, minimum: "2" }));
    const sealed = await publishSealed(scene, { lots }, { identities: true });
    const { played } = sealed;
    const length = (await played.model()).sealing?.bidLengths[0] ?? 0;
    const bytes = (price: bigint) => encodeBid({ price, lottery: 0, quotation: NO_QUOTATION }, length);
    await played.commit("cheap", 199n);
    await played.commit("over", 750_001n);
    await played.commit("vendor", 300n);
    await commitNaming(played, "fresh", "vendor", 200n);
    await commitNaming(played, "other", "another vendor", 400n);
    await played.commit("withdrawn", 250n);
    await played.withdraw("withdrawn");
    await sealBytes(played, "malformed", `0x${"ff".repeat(length)}`);
    await sealBytes(played, "garbage", bytes(210n), { spoil: true });
    await openAll(sealed);
    await past(played, "reveal");
    await past(played, "judge");
    await played.award("other");
    await played.afterStandstill();
    return played;
  },
  "by a committee, nobody opens": async (scene) => {
    const sealed = await publishSealed(scene);
    const { played } = sealed;
    await played.commit("one", 100n);
    await show(sealed);
    await past(played, "reveal");
    await past(played, "judge");
    await played.close();
    return played;
  },
  "by a committee, lapsed for want of scalars": async (scene) => {
    const sealed = await publishSealed(scene, scene.bonded);
    const { played } = sealed;
    await scene.fund("lapsing");
    await played.commit("lapsing", 100n);
    await show(sealed, [0, 3]);
    await scene.stage.advanceTo(((await played.model()).sealing?.scalarsDeadline ?? 0) + 1);
    await played.settle("lapsing");
    await past(played, "reveal");
    return played;
  },
  "by a committee, cancelled while opening": async (scene) => {
    const sealed = await publishSealed(scene);
    const { played } = sealed;
    await played.commit("one", 100n);
    await show(sealed, [0, 3]);
    await played.cancel();
    await past(played, "reveal");
    return played;
  },
  "by a committee, in two parts": async (scene) => {
    const scorer = await scene.address("scorer");
    const sealed = await publishSealed(scene, {}, { parts: 2, scorer, ties: "earliest" });
    const { played } = sealed;
    for (const [name, price] of [
      ["one", 500n],
      ["two", 400n],
      ["three", 400n],
    ] as const) {
      await played.commit(name, price);
    }
    await openAll(sealed);
    await past(played, "judge");
    const { house } = await scene.as("scorer");
    await (await house.revealScores(played.tender, played.documents)).wait();
    await openAll(sealed);
    await past(played, "judge");
    await played.award("two");
    await played.afterStandstill();
    return played;
  },
};
