import { DataMarket__factory } from "../typechain-types/index.ts";
import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roomIsServed } from "../rocketh/rooms.ts";
import { restrict } from "../rocketh/authority.ts";

export default deployScript(
  async (env) => {
    const needs = ["AccessManager", "AgencyRegistry", "DocumentRegistry"];
    if (!(await roomIsServed(env, "market", [artifacts.DataMarket], needs))) return;
    const [manager, registry, documents] = needs.map((name) => env.get(name).address);
    const market = await env.deploy("DataMarket", {
      account: env.namedAccounts.deployer,
      artifact: deployable(artifacts.DataMarket),
      args: [manager, registry, documents] as `0x${string}`[] as [`0x${string}`, `0x${string}`, `0x${string}`],
    });
    const names = ["pause", "unpause"] as const;
    const selectors = names.map((name) => DataMarket__factory.createInterface().getFunction(name).selector);
    await restrict(env, market.address, "SUPERVISOR", selectors as `0x${string}`[], { granted: true });
  },
  { tags: ["market"], dependencies: ["authority", "agencies", "documents"] },
);
