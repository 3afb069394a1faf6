import { AgencyRegistry__factory } from "../typechain-types/index.ts";
import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roles } from "../rocketh/roles.ts";
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
    const selector = (name: "register" | "suspend" | "resume" | "replaceAdmin") =>
      AgencyRegistry__factory.createInterface().getFunction(name).selector as `0x${string}`;
    await restrict(env, registry.address, "REGISTRAR", roles.REGISTRAR, [selector("register")]);
    await restrict(
      env,
      registry.address,
      "SUPERVISOR",
      roles.SUPERVISOR,
      (["suspend", "resume", "replaceAdmin"] as const).map(selector),
    );
  },
  { tags: ["agencies"], dependencies: ["authority"] },
);
