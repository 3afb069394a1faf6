import { encodeBid, NO_QUOTATION } from "../../../sdk/src/tenders/bid.ts";
import type { Notice } from "../../../sdk/src/tenders/notice.ts";
import { noticeOf, type Played, type Scene } from "../scene.ts";
import { commitNaming } from "../vendor.ts";

/** A whole life of a tender, played on a scene. */
export type Life = (scene: Scene) => Promise<Played>;

/** Two lots, of which the second has no ceiling; items have the same ids in both, as lots of one file may. */
export const twoLots: Pick<Notice, "lots"> = {
  lots: ["L1", "L2"].map((id) => ({
    id,
    title: `Caps ${id}`,
    ...(id === "L1" ? { ceiling: "7500.5" } : {}),
    items: [{ id: "1", description: `Caps of ${id}`, quantity: "2.50", unit: { name: "piece" } }],
  })),
};

async function awardedWithRejection(scene: Scene, changes: Partial<Notice> = {}): Promise<Played> {
  const played = await scene.publish(changes);
  await played.commit("one", 337_500n);
  await played.commit("two", 180_000n);
  await played.commit("three", 287_500n);
  await played.after("commit");
  for (const name of ["one", "two", "three"]) await played.reveal(name);
  await played.reject("two");
  await played.after("reveal");
  await played.award("three");
  await played.afterStandstill();
  return played;
}

export const lives: Record<string, Life> = {
  "awarded, the lowest bid rejected": (scene) => awardedWithRejection(scene),
  "tax net": (scene) => awardedWithRejection(scene, { taxBasis: "net" }),
  "tax unstated": (scene) => awardedWithRejection(scene, { taxBasis: "unstated" }),
  "a lot without items": (scene) => awardedWithRejection(scene, { lots: [{ id: "L1", items: [] }] }),
  "two lots, one without a winner": async (scene) => {
    const played = await scene.publish(twoLots);
    await played.commit("one", 70_000n, 0);
    await played.commit("one", 7n, 1);
    await played.commit("two", 75_000n, 0);
    await played.after("commit");
    await played.reveal("one", 0);
    await played.reveal("two", 0);
    await played.reveal("one", 1);
    await played.reject("one", 1);
    await played.after("reveal");
    await played.award("one", 0);
    await played.close(1);
    await played.afterStandstill();
    return played;
  },
  "cancelled while sealing": async (scene) => {
    const played = await scene.publish(twoLots);
    await played.commit("one", 70_000n);
    await played.cancel();
    return played;
  },
  "cancelled after the award of one lot": async (scene) => {
    const played = await scene.publish(twoLots);
    await played.commit("one", 70_000n, 0);
    await played.after("commit");
    await played.reveal("one", 0);
    await played.after("reveal");
    await played.award("one", 0);
    await played.cancel();
    await played.afterStandstill();
    return played;
  },
  "bids of every kind": async (scene) => {
    const played = await scene.publish({
      ...scene.bonded,
      documents: [{ id: "d1", title: "Specification", format: "text/plain" }],
    });
    const names = ["withdrawn", "replaced", "silent", "malformed", "over", "bare", "again"];
    for (const name of names) await scene.fund(name);
    await played.commit("withdrawn", 1n);
    await played.withdraw("withdrawn");
    await played.commit("replaced", 100n);
    await played.commit("silent", 50n);
    await played.commitBytes("malformed", "0x1234");
    await played.commitBytes("over", encodeBid({ price: 750_001n, lottery: 0, quotation: NO_QUOTATION }));
    await played.commitBare("bare", 200n);
    await played.replace("replaced", 200n);
    await played.commit("again", 3n);
    await played.withdraw("again");
    await played.commit("again", 9_999n);
    await played.after("commit");
    for (const name of ["replaced", "malformed", "over", "bare", "again"]) await played.reveal(name);
    await played.after("reveal");
    await played.award("bare"); // as cheap as the replaced one, and sealed before its replacement
    await played.settle("silent");
    await played.settle("malformed");
    await played.afterStandstill();
    await played.settle("bare");
    return played;
  },
  "a vendor's two bids, and one under the minimum": async (scene) => {
    const lots = noticeOf().lots.map((lot) => ({ ...lot, minimum: "2" }));
    const played = await scene.publish({ lots });
    await played.commit("cheap", 199n);
    await played.commit("vendor", 300n);
    await commitNaming(played, "fresh", "vendor", 200n);
    await commitNaming(played, "other", "another vendor", 400n);
    await played.after("commit");
    for (const name of ["cheap", "vendor", "fresh", "other"]) await played.reveal(name);
    await played.after("reveal");
    await played.award("other");
    await played.afterStandstill();
    return played;
  },
  lapsed: async (scene) => {
    const played = await scene.publish();
    await played.commit("one", 100n);
    await played.commit("two", 200n);
    await played.after("commit");
    await played.reveal("one");
    await played.after("reveal");
    await played.after("award");
    return played;
  },
  "no bid at all": async (scene) => {
    const { lots } = noticeOf();
    const played = await scene.publish({ lots: lots.map(({ ceiling: _, ...lot }) => lot) });
    await played.after("reveal");
    await played.close();
    return played;
  },
};
