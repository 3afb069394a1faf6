import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { SeatParameters } from "../../sdk/src/tenders/committee/acts.ts";
import { SecretStore } from "../../sdk/src/tenders/committee/secrets.ts";
import { stateFolder } from "../shared/house.ts";
import { type Args, optional, tenderOf, whole } from "../shared/options.ts";
import { passPhrase } from "../shared/passPhrase.ts";

/** The secrets of seats in the folder of local state. */
export function secretStore(hre: HardhatRuntimeEnvironment): SecretStore {
  return new SecretStore(join(stateFolder(hre), "committee"));
}

/** What `join` and `key` share: the seat from the options, and where its secrets go. */
export async function seatOf(args: Args, hre: HardhatRuntimeEnvironment): Promise<SeatParameters> {
  const seat = optional(args, "seat") === undefined ? undefined : Number(whole(args, "seat", 14n));
  return {
    tender: tenderOf(args),
    ...(seat === undefined ? {} : { seat }),
    secrets: secretStore(hre),
    passPhrase: await passPhrase(hre, "committee's secrets"),
  };
}
