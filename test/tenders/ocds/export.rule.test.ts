import { expect } from "chai";
import { MockJudge__factory } from "../../../typechain-types/index.ts";
import { putJson } from "../../../sdk/src/shared/files.ts";
import { exportOcds } from "../../../sdk/src/tenders/ocds/export.ts";
import { field, objects, parseJson, textField } from "../../../sdk/src/tenders/ocds/json.ts";
import { BY_PRICE, publish, stage } from "../helpers.ts";
import { contextOf } from "../reader.ts";
import { noticeOf } from "../scene.ts";
import { officialSchemas } from "./schemas.ts";

describe("OCDS export of a tender with judges that are not the house's", () => {
  it("names the rule, and claims neither the lowest price nor what a notice says of a panel", async () => {
    const s = await stage();
    const context = await contextOf(s);
    const judge = await new MockJudge__factory(s.platform).deploy();
    const rule = await judge.getAddress();
    const panel = {
      panel: [],
      quorum: 0,
      stages: [],
      winners: 2,
      price: { weight: 10_000, formula: "linear" },
    } as const;
    for (const changes of [{}, { evaluation: { ...panel, panel: [], stages: [] } }]) {
      const documents = await putJson(context.files, noticeOf(changes));
      const judging = { ...BY_PRICE, rule, complaints: rule };
      const { tender } = await publish(s, { documents, judging, ceilings: [750_000n] });
      const text = await exportOcds(context, { tender });
      const told = field(objects(field(parseJson(text), "releases"))[0], "tender");
      expect(textField(told, "awardCriteria")).to.equal(undefined);
      expect(textField(told, "awardCriteriaDetails")).to.equal(`By the contract eip155:31337:${rule}.`);
      expect(textField(told, "procurementMethodDetails")).to.match(/; awarded by the contract eip155:31337:0x\w+\.$/);
      for (const own of ["csReview", "csEvaluation"]) expect(told).to.not.have.property(own);
      const folder = process.env["OCDS_DIR"];
      if (folder !== undefined) expect((await officialSchemas(folder)).release(text)).to.deep.equal([]);
    }
  });
});
