import * as deployExtension from "@rocketh/deploy";
import * as readExecuteExtension from "@rocketh/read-execute";
import type { UserConfig } from "rocketh/types";

const DAY = 86_400;

export const config = {
  /** Where deployments are recorded; the command line looks there too. */
  deployments: process.env["COMMON_SEAL_DEPLOYMENTS"] ?? "deployments",
  accounts: {
    /** Pays for the deployment. */
    deployer: { default: 0 },
    /**
     * The AccessManager's administrator: by default the deployer. On a public network name a multi-signature account
     * here, by network; what it then has to sign itself is printed.
     */
    admin: { default: 0 },
  },
  data: {
    /**
     * How long drastic acts of administrators wait in the open: changes of who may do what, new grants of roles, the
     * replacement of a body's admin. None on the local node and in process ("memory"); an object, since a bare 0 would
     * count as absent.
     */
    delay: { default: { seconds: DAY }, localhost: { seconds: 0 }, memory: { seconds: 0 } },
  },
  chains: {
    31337: {
      info: {
        id: 31337,
        name: "local development chain",
        nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
        rpcUrls: { default: { http: ["http://127.0.0.1:8545"] } },
      },
    },
  },
} as const satisfies UserConfig;

export const extensions = { ...deployExtension, ...readExecuteExtension };
export type Extensions = typeof extensions;
export type Accounts = typeof config.accounts;
export type Data = typeof config.data;
