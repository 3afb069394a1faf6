import type { Action } from "../shared/verb.ts";
import { seal } from "./sealing.ts";

const action: Action = (args, hre) => seal(false, args, hre);
export default action;
