import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roomIsServed } from "../rocketh/rooms.ts";

export default deployScript(
  async (env) => {
    const contracts = [artifacts.DocumentRegistry, artifacts.AccessLog];
    if (!(await roomIsServed(env, "documents", contracts, ["AgencyRegistry"]))) return;
    for (const name of ["DocumentRegistry", "AccessLog"] as const) {
      await env.deploy(name, {
        account: env.namedAccounts.deployer,
        artifact: deployable(artifacts[name]),
        args: [env.get("AgencyRegistry").address],
      });
    }
  },
  { tags: ["documents"], dependencies: ["agencies"] },
);
