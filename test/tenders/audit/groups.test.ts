import { expect } from "chai";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { groups } from "../../../sdk/src/tenders/audit/groups.ts";
import { MemoryStore } from "../../../sdk/src/shared/files.ts";
import { amendTender } from "../../../sdk/src/tenders/questions.ts";
import { twoLots } from "../ocds/lives.ts";
import { panelLives } from "../ocds/panelLives.ts";
import { noticeOf, type Played, Scene } from "../scene.ts";

describe("audit: awards of groups of lots", function () {
  this.timeout(120_000);
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const groupOf = (maximumValue: string) => ({ lotGroups: [{ id: "G", lots: ["L1", "L2"], maximumValue }] });
  const audit = async ({ tender }: Played, context = scene.context) =>
    (await auditTender(context, tender, { groups })).checks[0];
  const details = async (played: Played) => (await audit(played))?.findings.map(({ detail }) => detail);

  /** Two lots, awarded at 700.00 and 0.07. */
  async function awarded(played: Played): Promise<Played> {
    await played.commit("one", 70_000n, 0);
    await played.commit("one", 7n, 1);
    await played.after("commit");
    for (const lot of [0, 1]) await played.reveal("one", lot);
    await played.after("reveal");
    expect((await audit(played))?.compared).to.be.below(2);
    for (const lot of [0, 1]) await played.award("one", lot);
    return played;
  }

  it("together within the maximum they agree, above it they differ", async () => {
    const within = await scene.publish({ ...twoLots, ...groupOf("700.07") });
    expect((await audit(within))?.compared).to.equal(1); // the group's money
    expect(await details(await awarded(within))).to.deep.equal([]);
    const above = await awarded(await scene.publish({ ...twoLots, ...groupOf("700.06") }));
    expect(await details(above)).to.deep.equal([
      "the awards of the lots of group G are 700.07 UAH together, of at most 700.06 UAH",
    ]);
  });

  it("the notice as it was last amended counts; without its file nothing is compared", async () => {
    const notice = { ...twoLots, ...groupOf("700.06"), amendDays: 1 };
    const played = await scene.publish(notice);
    const amended = noticeOf({ ...notice, ...groupOf("700.07") });
    const amend = async (changed: object) =>
      (await amendTender(scene.officer, { tender: played.tender, notice: changed })).send();
    await amend({ ...amended, decimals: 3 });
    expect(await details(played)).to.deep.equal(["the maximum of group G is in other money than the tender"]);
    await amend(amended);
    expect(await details(await awarded(played))).to.deep.equal([]);
    const blind = await audit(played, { ...scene.context, files: new MemoryStore() });
    expect([blind?.compared, blind?.unseen.length]).to.deep.equal([0, 1]);
  });

  it("an award whose place was yielded does not count", async () => {
    // 3,000.00, 2,900.00, 3.00 and 3.10 stand; with 900.00 that was yielded they would be above the maximum.
    const played = await panelLives["judged"]?.(scene);
    expect(played && (await audit(played))).to.deep.include({ compared: 2, findings: [] });
  });
});
