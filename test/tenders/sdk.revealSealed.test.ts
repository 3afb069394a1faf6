import { expect } from "chai";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { past, publishSealed, show } from "./opened.ts";
import { type Played, Scene } from "./scene.ts";

describe("a bidder that opens a bid sealed for a committee", function () {
  this.timeout(60_000);
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const refused = async (played: Played, name: string, words: string) => {
    const error = await played.reveal(name).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(InputError);
    expect((error as Error).message)
      .to.include(words)
      .and.include("nothing was shown to anyone");
  };
  const scalarsOver = async (played: Played) =>
    scene.stage.advanceTo(((await played.model()).sealing?.scalarsDeadline ?? 0) + 1);

  it("is told that the committee opens it, and shows nothing", async () => {
    const { played } = await publishSealed(scene);
    await played.commit("eager", 5n);
    await played.after("commit");
    await refused(played, "eager", `The committee of tender ${played.tender} opens its bids, by \`tender open\``);
  });

  it("may open it where the committee failed and the notice says so, once that is certain", async () => {
    const sealed = await publishSealed(scene, {}, { openByBidders: true });
    const { played } = sealed;
    await played.commit("own", 5n);
    await show(sealed, [0, 4]);
    await refused(played, "own", "The committee can open until ");
    await scalarsOver(played);
    expect(await played.reveal("own")).to.deep.equal({ state: "standing", price: 5n });
    expect(await played.reveal("own")).to.deep.equal({ state: "standing", price: 5n });
  });

  it("may not where enough scalars are out: anyone opens it then", async () => {
    const sealed = await publishSealed(scene, {}, { openByBidders: true });
    await sealed.played.commit("late", 5n);
    await show(sealed);
    await scalarsOver(sealed.played);
    await refused(sealed.played, "late", "opens its bids, by `tender open`");
  });

  it("opens two parts one after the other, the price after the scores", async () => {
    const scorer = await scene.address("scorer");
    const { played } = await publishSealed(scene, {}, { parts: 2, scorer, openByBidders: true });
    await played.commit("both", 6n);
    await scalarsOver(played);
    expect(await played.reveal("both")).to.deep.equal({ state: "part opened" });
    await past(played, "judge");
    await (await (await scene.as("scorer")).house.revealScores(played.tender, played.documents)).wait();
    await refused(played, "both", "The committee can open until ");
    await scalarsOver(played);
    expect(await played.reveal("both")).to.deep.equal({ state: "standing", price: 6n });
    expect(bidAt(await played.model(), 0, await scene.address("both"))).to.include({ state: "standing", price: 6n });
  });
});
