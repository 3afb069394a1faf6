import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roomIsServed } from "../rocketh/rooms.ts";

export default deployScript(
  async (env) => {
    const { deployer, admin } = env.namedAccounts;
    if (!(await roomIsServed(env, "authority", [artifacts.AccessManager], []))) return;
    await env.deploy("AccessManager", {
      account: deployer,
      artifact: deployable(artifacts.AccessManager),
      args: [admin],
    });
  },
  { tags: ["authority"] },
);
