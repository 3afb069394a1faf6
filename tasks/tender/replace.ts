import type { Action } from "../shared/verb.ts";
import { seal } from "./sealing.ts";

const action: Action = (args, hre) => seal(true, args, hre);
export default action;
