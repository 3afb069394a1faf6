import { delayAdministrator } from "../rocketh/authority.ts";
import { deployScript } from "../rocketh/deploy.ts";

/** When all rooms stand, the administrator's acts get their delay. */
export default deployScript(
  async (env) => {
    if (env.getOrNull("AccessManager")) await delayAdministrator(env);
  },
  { tags: ["handover"], dependencies: ["authority"], runAtTheEnd: true },
);
