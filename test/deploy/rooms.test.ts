import { expect } from "chai";
import { CONTRACTS, deploy, freshChain, type Provider, recorded, withFolder, withStderr } from "./run.ts";

const NO_COMMITTEES =
  "The chain lacks the precompiles of BLS12-381 (EIP-2537): no committee can sit, bidders open their own bids.";

/** What the scripts say on a chain of a hardfork, and which contracts they recorded there. */
async function deployOn(hardfork: string, folder: string) {
  const chain = await freshChain(hardfork);
  let names: string[] = [];
  const said = await withStderr(async () => {
    const env = await deploy(chain.provider, { environment: "localhost", deployments: folder });
    names = CONTRACTS.filter((name) => env.getOrNull(name) !== null);
  });
  return { ...said, names, chain };
}

describe("deploy: rooms a chain cannot serve", () => {
  it("are named in one line each on stderr, with exit code 1, and nothing is sent (shanghai)", () =>
    withFolder(async (folder) => {
      const { lines, exitCode, names, chain } = await deployOn("shanghai", folder);
      expect(lines).to.deep.equal([
        "Room authority cannot be served on this chain: the chain lacks MCOPY.",
        "Room agencies cannot be served on this chain: AccessManager is not deployed.",
        "Room documents cannot be served on this chain: the chain lacks MCOPY; AgencyRegistry is not deployed.",
        "Room market cannot be served on this chain: the chain lacks TLOAD, TSTORE, MCOPY; " +
          "AccessManager is not deployed; AgencyRegistry is not deployed; DocumentRegistry is not deployed.",
        "Room tenders cannot be served on this chain: the chain lacks TLOAD, TSTORE, MCOPY; " +
          "AgencyRegistry is not deployed; DocumentRegistry is not deployed.",
      ]);
      expect(exitCode).to.equal(1);
      expect(names).to.deep.equal([]);
      expect(recorded(folder)).to.deep.equal({});
      expect(await chain.ethers.provider.getBlockNumber()).to.equal(0);
    }));

  it("are named with all the opcodes they lack (merge)", () =>
    withFolder(async (folder) => {
      const { lines, exitCode } = await deployOn("merge", folder);
      expect(lines).to.deep.equal([
        "Room authority cannot be served on this chain: the chain lacks MCOPY, PUSH0.",
        "Room agencies cannot be served on this chain: the chain lacks PUSH0; AccessManager is not deployed.",
        "Room documents cannot be served on this chain: the chain lacks MCOPY, PUSH0; AgencyRegistry is not deployed.",
        "Room market cannot be served on this chain: the chain lacks TLOAD, TSTORE, MCOPY, PUSH0; " +
          "AccessManager is not deployed; AgencyRegistry is not deployed; DocumentRegistry is not deployed.",
        "Room tenders cannot be served on this chain: the chain lacks TLOAD, TSTORE, MCOPY, PUSH0; " +
          "AgencyRegistry is not deployed; DocumentRegistry is not deployed.",
      ]);
      expect(exitCode).to.equal(1);
    }));

  for (const hardfork of ["cancun", "prague", "osaka"]) {
    it(`are none on ${hardfork}`, () =>
      withFolder(async (folder) => {
        const { lines, exitCode, names } = await deployOn(hardfork, folder);
        // EIP-2537 came with Prague.
        const committees = hardfork !== "cancun";
        expect(lines).to.deep.equal(committees ? [] : [NO_COMMITTEES]);
        expect(exitCode).to.equal(undefined);
        expect(names).to.deep.equal([...CONTRACTS]);
      }));
  }

  it("do not keep the other rooms from being deployed", () =>
    withFolder(async (folder) => {
      const chain = await freshChain();
      const withoutTransient: Provider = {
        async request(call) {
          const [first] = (call.params ?? []) as { data?: string; to?: string }[];
          const probed = call.method === "eth_call" && first && first.to === undefined;
          if (probed && /5c|5d/.test(first.data ?? "")) throw new Error("invalid opcode");
          return (await chain.provider.request(call)) as unknown;
        },
      };
      const { lines, exitCode } = await withStderr(async () => {
        await deploy(withoutTransient, { environment: "localhost", deployments: folder });
      });
      expect(lines).to.deep.equal([
        "Room market cannot be served on this chain: the chain lacks TLOAD, TSTORE.",
        "Room tenders cannot be served on this chain: the chain lacks TLOAD, TSTORE.",
      ]);
      expect(exitCode).to.equal(1);
      const served = ["AccessLog", "AccessManager", "AgencyRegistry", "DocumentRegistry"];
      expect(Object.keys(recorded(folder)).sort()).to.deep.equal(served);
    }));
});
