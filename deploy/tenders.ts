import { artifacts, deployable, deployScript } from "../rocketh/deploy.ts";
import { roomIsServed } from "../rocketh/rooms.ts";

export default deployScript(
  async (env) => {
    const contracts = [
      artifacts.ERC7913P256Verifier,
      artifacts.OpeningCommittee,
      artifacts.TenderOffice,
      artifacts.TenderDesk,
      artifacts.TenderHouse,
      artifacts.Evaluation,
    ];
    if (!(await roomIsServed(env, "tenders", contracts, ["AgencyRegistry", "DocumentRegistry"]))) return;
    const account = env.namedAccounts.deployer;
    const registry = env.get("AgencyRegistry").address;
    const documents = env.get("DocumentRegistry").address;
    const { address: committee } = await env.deploy("OpeningCommittee", {
      account,
      artifact: deployable(artifacts.OpeningCommittee),
      args: [registry],
    });
    // Office and desk are code that the house runs on its own state.
    const parts: `0x${string}`[] = [];
    for (const name of ["TenderOffice", "TenderDesk"] as const) {
      const part = await env.deploy(name, {
        account,
        artifact: deployable(artifacts[name]),
        args: [registry, documents, committee],
      });
      parts.push(part.address);
    }
    const [office, desk] = parts as [`0x${string}`, `0x${string}`];
    const { address: verifier } = await env.deploy("ERC7913P256Verifier", {
      account,
      artifact: deployable(artifacts.ERC7913P256Verifier),
      args: [],
    });
    const { address: house } = await env.deploy("TenderHouse", {
      account,
      artifact: deployable(artifacts.TenderHouse),
      args: [registry, documents, committee, office, desk, verifier],
    });
    await env.deploy("Evaluation", { account, artifact: deployable(artifacts.Evaluation), args: [house] });
  },
  { tags: ["tenders"], dependencies: ["agencies", "documents"] },
);
