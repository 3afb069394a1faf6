import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roomIsServed } from "../rocketh/rooms.ts";

export default deployScript(
  async (env) => {
    if (!(await roomIsServed(env, "tenders", [artifacts.TenderHouse], ["AgencyRegistry", "DocumentRegistry"]))) return;
    await env.deploy("TenderHouse", {
      account: env.namedAccounts.deployer,
      artifact: deployable(artifacts.TenderHouse),
      args: [env.get("AgencyRegistry").address, env.get("DocumentRegistry").address],
    });
  },
  { tags: ["tenders"], dependencies: ["agencies", "documents"] },
);
