import * as deployExtension from "@rocketh/deploy";
import * as readExecuteExtension from "@rocketh/read-execute";
import type { UserConfig } from "rocketh/types";

const DAY = 86_400;

export const config = {
  accounts: {
    /** Pays for the deployment; has no rights afterwards. */
    deployer: { default: 0 },
    /** The AccessManager's administrator. For real use: a multi-signature account. */
    admin: { default: 0 },
  },
  data: {
    /** Seconds before a new grant of a role takes effect; none on the local node and in process ("memory"). */
    delay: { default: DAY, localhost: 0, memory: 0 },
  },
} as const satisfies UserConfig;

export const extensions = { ...deployExtension, ...readExecuteExtension };
export type Extensions = typeof extensions;
export type Accounts = typeof config.accounts;
export type Data = typeof config.data;
