import { AgencyRegistry__factory } from "../typechain-types/index.ts";
import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roomIsServed } from "../rocketh/rooms.ts";
import { restrict } from "../rocketh/authority.ts";

export default deployScript(
  async (env) => {
    if (!(await roomIsServed(env, "agencies", [artifacts.AgencyRegistry], ["AccessManager"]))) return;
    const registry = await env.deploy("AgencyRegistry", {
      account: env.namedAccounts.deployer,
      artifact: deployable(artifacts.AgencyRegistry),
      args: [env.get("AccessManager").address],
    });
    const selectors = (...names: ("register" | "suspend" | "resume" | "replaceAdmin")[]) =>
      names.map((name) => AgencyRegistry__factory.createInterface().getFunction(name).selector as `0x${string}`);
    await restrict(env, registry.address, "REGISTRAR", selectors("register"));
    await restrict(env, registry.address, "SUPERVISOR", selectors("suspend", "resume"));
    await restrict(env, registry.address, "RECOVERY", selectors("replaceAdmin"), { delayed: true });
  },
  { tags: ["agencies"], dependencies: ["authority"] },
);
