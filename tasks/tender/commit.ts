import { commitBid } from "../../sdk/src/tenders/seal.ts";
import type { Action } from "../shared/verb.ts";
import { seal } from "./sealing.ts";

const action: Action = (args, hre) => seal(commitBid, "Sealed", args, hre);
export default action;
