import { expect } from "chai";
import { AccessManager__factory, AgencyRegistry__factory } from "../../typechain-types/index.ts";
import { missingOpcodes } from "../../rocketh/chain.ts";
import { roles } from "../../rocketh/roles.ts";
import { deploy, freshChain, type Provider, withFolder } from "../deploy/run.ts";

/** The house in an environment of its own chain. */
async function deployIn(environment: string) {
  const chain = await freshChain();
  const env = await deploy(chain.provider, { environment });
  const [platform, stranger] = await chain.ethers.getSigners();
  if (!platform || !stranger) throw new Error("the chain has too few accounts");
  return {
    ...chain,
    env,
    stranger,
    manager: AccessManager__factory.connect(env.get("AccessManager").address, platform),
  };
}

describe("findings: deploy", () => {
  // rocketh reads `dataDef[environment] || dataDef[chainId] || dataDef.default`: a 0 falls through to the default.
  for (const environment of ["localhost", "memory"]) {
    it(`a delay of 0 in rocketh/config.ts holds in the environment ${environment}`, async () => {
      const house = await deployIn(environment);
      expect(house.env.data.delay.seconds).to.equal(0);
      await house.networkHelpers.time.increase(10 * 86_400);
      for (const role of Object.values(roles)) expect(await house.manager.getRoleGrantDelay(role)).to.equal(0n);
    });
  }

  // AccessManager: a grant delay that is set takes effect after minSetback() = 5 days; the administrator's own delay at once.
  it("a grant on a public network is delayed from the first day on", async () => {
    const { manager, stranger } = await deployIn("sepolia");
    await expect(manager.grantRole(roles.REGISTRAR, stranger, 0)).to.be.revertedWithCustomError(
      manager,
      "AccessManagerNotScheduled",
    );
  });

  // restrict() compares the functions' roles with those of the script, not with "never assigned".
  it("a second run leaves functions alone that the administrator has put under another role", () =>
    withFolder(async (folder) => {
      const chain = await freshChain();
      const run = () => deploy(chain.provider, { environment: "localhost", deployments: folder });
      const env = await run();
      const [platform] = await chain.ethers.getSigners();
      const manager = AccessManager__factory.connect(env.get("AccessManager").address, platform);
      const { address } = env.get("AgencyRegistry");
      const { selector } = AgencyRegistry__factory.createInterface().getFunction("register");
      await manager.setTargetFunctionRole(address, [selector], 77n);
      await run();
      expect(await manager.getTargetFunctionRole(address, selector)).to.equal(77n);
    }));

  // missingOpcodes() takes any error of a probe for a missing opcode: a rate limit, a timeout, an outage half-way.
  it("an endpoint that fails during the probes is not a chain without opcodes", async () => {
    const { provider } = await freshChain();
    const limited: Provider = {
      request: async (call) => {
        if (call.method === "eth_call") throw new Error("429 Too Many Requests");
        return (await provider.request(call)) as unknown;
      },
    };
    let message = "";
    await missingOpcodes(limited as never, ["0x5f0000"]).catch((error: Error) => (message = error.message));
    expect(message).to.equal("429 Too Many Requests");
  });

  // A chain with the recorded genesis but without the contracts (reset, reverted, restarted with a fixed date).
  it("a recorded address without code is deployed anew, or named", () =>
    withFolder(async (folder) => {
      const date = new Date("2026-01-01");
      const first = await freshChain("osaka", date);
      await deploy(first.provider, { environment: "localhost", deployments: folder });
      const second = await freshChain("osaka", date);
      let message = "";
      await deploy(second.provider, { environment: "localhost", deployments: folder }).catch(
        (error: Error) => (message = error.message),
      );
      expect(message).to.not.include("Cannot decode zero data");
    }));
});
