import { hasBls12381 } from "../rocketh/chain.ts";
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
      artifacts.Complaints,
      artifacts.TenderNotices,
      artifacts.Evaluation,
    ];
    if (!(await roomIsServed(env, "tenders", contracts, ["AgencyRegistry", "DocumentRegistry"]))) return;
    if (!(await hasBls12381(env.network.provider))) {
      console.error(
        "The chain lacks the precompiles of BLS12-381 (EIP-2537): no committee can sit, bidders open their own bids.",
      );
    }
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
    for (const name of ["Complaints", "TenderNotices"] as const) {
      await env.deploy(name, { account, artifact: deployable(artifacts[name]), args: [house, registry] });
    }
    await env.deploy("Evaluation", { account, artifact: deployable(artifacts.Evaluation), args: [house] });
  },
  { tags: ["tenders"], dependencies: ["agencies", "documents"] },
);
