import { z } from "zod";
import { firstIssue } from "../../sdk/src/documents/json.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { readLot } from "../../sdk/src/tenders/evaluation/read.ts";
import { commitScores } from "../../sdk/src/tenders/evaluation/scores.ts";
import { openHouse } from "../shared/house.ts";
import { lotOf, required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { readJson } from "../tender/jsonFile.ts";
import { sheetStore } from "./options.ts";

const pointsSchema = z.record(z.string().regex(/^0x[0-9a-fA-F]{40}$/), z.array(z.int().min(0).max(10_000)));

const action: Action = async (args, hre) => {
  const [tender, lot, path] = [tenderOf(args), lotOf(args), required(args, "file")];
  const points = pointsSchema.safeParse(await readJson(path));
  if (!points.success) throw new InputError(`${path} holds no scores: ${firstIssue(points.error)}`);
  const context = await openHouse(args, hre);
  const judging = await readLot(context, tender, lot);
  const store = sheetStore(hre);
  const done = await (await commitScores(context, judging, points.data, store)).send();
  const text = `Committed to scores of stage ${judging.stage} of lot ${lot}. Kept in ${store.folder}: reveal needs them.`;
  return { text, json: { ...done, stage: judging.stage } };
};
export default action;
