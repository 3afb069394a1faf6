import { reviewEmergency } from "../../sdk/src/access/provide.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { bodyOf } from "./bodies.ts";

const action: Action = async (args, hre) => {
  const request = required(args, "request");
  const finding = required(args, "finding").replace("-", " ");
  if (finding !== "justified" && finding !== "not justified") {
    throw new InputError("--finding must be justified or not-justified.");
  }
  const body = await bodyOf(await openHouse(args, hre), agencyOf(args), args, hre);
  const review = await reviewEmergency(body, request, finding, required(args, "report"));
  return { text: `The access is reviewed: ${finding}.`, json: review };
};
export default action;
