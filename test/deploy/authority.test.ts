import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type BaseContract, dataSlice, type FunctionFragment, id, type ParamType, ZeroHash } from "ethers";
import {
  AccessLog__factory,
  AccessManager__factory,
  AgencyRegistry__factory,
  DataMarket__factory,
  DocumentRegistry__factory,
  OpeningCommittee__factory,
  TenderDesk__factory,
  TenderHouse__factory,
  TenderOffice__factory,
} from "../../typechain-types/index.ts";
import { roles } from "../../rocketh/roles.ts";
import { deploy, freshChain, recorded, TRANSACTIONS, withFolder, withStderr } from "./run.ts";

const UNAUTHORIZED = dataSlice(id("AccessManagedUnauthorized(address)"), 0, 4);
const DAY = 86_400;
/** AccessManager lets a change of a delay take effect no sooner than this. */
const SETBACK = 5 * DAY;
const RESTRICTED = {
  register: roles.REGISTRAR,
  suspend: roles.SUPERVISOR,
  resume: roles.SUPERVISOR,
  replaceAdmin: roles.RECOVERY,
};

/** The house deployed by one account and administered by another. */
async function deployApart(environment?: string, admin = 1) {
  const chain = await freshChain();
  const env = await deploy(chain.provider, { environment, admin });
  const [deployer, second, stranger] = await chain.ethers.getSigners();
  if (!deployer || !second || !stranger) throw new Error("the chain has too few accounts");
  const platform = admin === 0 ? deployer : second;
  return {
    ...chain,
    env,
    deployer,
    platform,
    stranger,
    manager: AccessManager__factory.connect(env.get("AccessManager").address, platform),
    registry: AgencyRegistry__factory.connect(env.get("AgencyRegistry").address, platform),
    house: TenderHouse__factory.connect(env.get("TenderHouse").address, platform),
    office: TenderOffice__factory.connect(env.get("TenderOffice").address, platform),
    desk: TenderDesk__factory.connect(env.get("TenderDesk").address, platform),
    committee: OpeningCommittee__factory.connect(env.get("OpeningCommittee").address, platform),
    documents: DocumentRegistry__factory.connect(env.get("DocumentRegistry").address, platform),
    accessLog: AccessLog__factory.connect(env.get("AccessLog").address, platform),
    market: DataMarket__factory.connect(env.get("DataMarket").address, platform),
  };
}

/** The functions that the calls at the end of a line call at the AccessManager. */
function callsIn(line: string): string[] {
  const manager = AccessManager__factory.createInterface();
  const calls = line.split(" ").filter((word) => /^0x[0-9a-f]{8,}$/.test(word) && word.length > 42);
  return calls.map((data) => manager.parseTransaction({ data })?.name ?? "none");
}

/** Zero, false, empty: an argument that every function can decode. */
function blank(type: ParamType): unknown {
  if (type.isArray()) {
    const { arrayLength, arrayChildren } = type;
    return Array.from({ length: Math.max(0, arrayLength ?? 0) }, () => blank(arrayChildren));
  }
  if (type.isTuple()) return type.components.map(blank);
  if (type.baseType === "bool") return false;
  if (type.baseType === "string") return "";
  if (type.baseType === "bytes") return "0x";
  if (type.baseType.startsWith("bytes")) return ZeroHash.slice(0, 2 + 2 * Number(type.baseType.slice(5)));
  return type.baseType === "address" ? `0x${"0".repeat(40)}` : 0n;
}

function acts(contract: BaseContract): FunctionFragment[] {
  const functions = contract.interface.fragments.filter((one): one is FunctionFragment => one.type === "function");
  return functions.filter(({ constant }) => !constant);
}

/** The first four bytes with which a function refuses a call with blank arguments; "0x" if it does not refuse. */
async function refusal(contract: BaseContract, act: FunctionFragment, caller: HardhatEthersSigner): Promise<string> {
  const data = contract.interface.encodeFunctionData(act, act.inputs.map(blank));
  const to = await contract.getAddress();
  return caller.call({ to, data }).then(
    () => "0x",
    (error: { data?: string }) => (error.data ?? "").slice(0, 10),
  );
}

describe("deploy: authority", () => {
  it("puts every act of administrators in AgencyRegistry under a labelled role", async () => {
    const { manager, registry, stranger } = await deployApart();
    const restricted: string[] = [];
    for (const act of acts(registry)) {
      if (act.name === "setAuthority") continue;
      if ((await refusal(registry, act, stranger)) === UNAUTHORIZED) restricted.push(act.name);
    }
    expect(restricted.sort()).to.deep.equal(Object.keys(RESTRICTED).sort());
    const labels = await manager.queryFilter(manager.filters.RoleLabel());
    const labelled = new Map(labels.map(({ args }) => [args.roleId, args.label]));
    expect([...labelled].map(([role, label]) => [label, role])).to.have.deep.members(Object.entries(roles));
    for (const [name, role] of Object.entries(RESTRICTED)) {
      const { selector } = registry.interface.getFunction(name as keyof typeof RESTRICTED);
      expect(await manager.getTargetFunctionRole(registry, selector), name).to.equal(role);
    }
  });

  it("puts pausing, and no other act, in DataMarket under the supervisor's role", async () => {
    const { manager, market, stranger } = await deployApart();
    const restricted: string[] = [];
    for (const act of acts(market)) {
      if (act.name === "setAuthority") continue;
      if ((await refusal(market, act, stranger)) === UNAUTHORIZED) restricted.push(act.name);
    }
    expect(restricted.sort()).to.deep.equal(["pause", "unpause"]);
    for (const name of ["pause", "unpause"] as const) {
      const { selector } = market.interface.getFunction(name);
      expect(await manager.getTargetFunctionRole(market, selector), name).to.equal(roles.SUPERVISOR);
    }
  });

  it("leaves no function of the registry or the market closed or with a delay for its admin", async () => {
    const { manager, registry, market } = await deployApart();
    for (const contract of [registry, market]) {
      expect(await manager.isTargetClosed(contract)).to.equal(false);
      expect(await manager.getTargetAdminDelay(contract)).to.equal(0n);
    }
  });

  it("gives the administrator all roles, at once, and nobody else", async () => {
    const { manager, platform } = await deployApart();
    const granted = await manager.queryFilter(manager.filters.RoleGranted());
    expect(granted.map(({ args }) => [args.roleId, args.account, args.delay])).to.deep.equal(
      // The supervisor's role with the registry, and not anew with the market.
      [0n, ...Object.values(roles)].map((role) => [role, platform.address, 0n]),
    );
    for (const role of [0n, ...Object.values(roles)]) {
      expect([...(await manager.hasRole(role, platform))]).to.deep.equal([true, 0n]);
    }
  });

  it("leaves the deployer without rights, in all contracts", async () => {
    const all = await deployApart();
    const { manager, registry, house, documents, accessLog, market, deployer, stranger } = all;
    const { office, desk, committee } = all;
    for (const role of [0n, ...Object.values(roles)]) {
      expect((await manager.hasRole(role, deployer)).isMember).to.equal(false);
    }
    for (const contract of [manager, registry, house, office, desk, committee, documents, accessLog, market]) {
      for (const act of acts(contract)) {
        const refused = await refusal(contract, act, deployer);
        expect(refused, act.name).to.equal(await refusal(contract, act, stranger));
      }
    }
    await expect(registry.connect(deployer).register(id("body"), ZeroHash, deployer))
      .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
      .withArgs(deployer.address);
    await expect(manager.connect(deployer).grantRole(roles.REGISTRAR, deployer, 0))
      .to.be.revertedWithCustomError(manager, "AccessManagerUnauthorizedAccount")
      .withArgs(deployer.address, 0n);
  });

  for (const room of ["house", "office", "desk", "committee", "documents", "accessLog"] as const) {
    it(`finds no act of an administrator in the contract ${room}`, async () => {
      const { [room]: contract, deployer, platform, stranger } = await deployApart();
      const names = contract.interface.fragments.map((fragment) => ("name" in fragment ? String(fragment.name) : ""));
      for (const name of names) expect(name).to.not.match(/^(owner|authority|setAuthority|transferOwnership|upgrade)/);
      expect(names.filter((name) => /AccessManaged|Ownable/.test(name))).to.deep.equal([]);
      expect(acts(contract)).to.not.deep.equal([]);
      for (const act of acts(contract)) {
        const refused = await refusal(contract, act, stranger);
        for (const caller of [deployer, platform]) {
          expect(await refusal(contract, act, caller), act.name).to.equal(refused);
        }
      }
    });
  }

  describe("restrict", () => {
    const grantDelays = async ({ manager }: Awaited<ReturnType<typeof deployApart>>) =>
      Promise.all(Object.values(roles).map((role) => manager.getRoleGrantDelay(role)));

    it("delays grants by a day on a public network, in force when AccessManager's setback is over", async () => {
      const house = await deployApart("sepolia");
      expect(house.env.data.delay.seconds).to.equal(DAY);
      const [deployed] = await house.manager.queryFilter(house.manager.filters.RoleGrantDelayChanged());
      const since = Number(deployed?.args.since);
      expect(since - (await house.networkHelpers.time.latest())).to.be.within(SETBACK - TRANSACTIONS, SETBACK);
      await house.networkHelpers.time.increaseTo(since - 1);
      expect((await grantDelays(house))[0]).to.equal(0n);
      await house.networkHelpers.time.increase(SETBACK);
      expect(await grantDelays(house)).to.deep.equal([BigInt(DAY), BigInt(DAY), BigInt(DAY)]);
    });

    it("delays the administrator and the recovery of a body from the first second on, there", async () => {
      const { manager, registry, platform, stranger } = await deployApart("sepolia");
      expect([...(await manager.hasRole(0n, platform))]).to.deep.equal([true, BigInt(DAY)]);
      expect([...(await manager.hasRole(roles.RECOVERY, platform))]).to.deep.equal([true, BigInt(DAY)]);
      expect([...(await manager.hasRole(roles.SUPERVISOR, platform))]).to.deep.equal([true, 0n]);
      await expect(manager.grantRole(roles.REGISTRAR, stranger, 0)).to.be.revertedWithCustomError(
        manager,
        "AccessManagerNotScheduled",
      );
      await registry.register(id("body"), ZeroHash, stranger);
      await expect(registry.replaceAdmin(1, platform)).to.be.revertedWithCustomError(
        manager,
        "AccessManagerNotScheduled",
      );
    });

    it("prints what an administrator has to sign who cannot sign here, and deploys the rest", async () => {
      const chain = await freshChain();
      const admin = "0x00000000000000000000000000000000000000aa";
      const { lines, exitCode } = await withStderr(async () => {
        const env = await deploy(chain.provider, { admin });
        expect(env.get("TenderHouse").address).to.match(/^0x/);
      });
      expect(exitCode).to.equal(1);
      const named = lines.map(
        (line) => /^Not done: the role ([A-Z]+)\. The administrator 0x0+aa has to sign/i.exec(line)?.[1],
      );
      expect(named.sort()).to.deep.equal([...Object.keys(roles), "SUPERVISOR"].sort());
      // The market's call is the last one: it grants nothing.
      expect(callsIn(lines.at(-1) ?? "")).to.deep.equal(["setTargetFunctionRole"]);
      for (const line of lines.slice(0, -1)) expect(callsIn(line)).to.include("grantRole");
    });

    it("leaves a role that another room has granted as it is, and delays its grants once", async () => {
      const { manager } = await deployApart("sepolia");
      for (const events of [
        await manager.queryFilter(manager.filters.RoleGranted(roles.SUPERVISOR)),
        await manager.queryFilter(manager.filters.RoleGrantDelayChanged(roles.SUPERVISOR)),
      ]) {
        expect(events).to.have.length(1);
      }
    });

    it("lets a revocation of the supervisor stand when the room market is deployed later", () =>
      withFolder(async (folder) => {
        const chain = await freshChain();
        const run = async () => {
          const env = await deploy(chain.provider, { environment: "localhost", deployments: folder });
          return env.get("DataMarket").address;
        };
        const first = await run();
        const [platform, stranger] = await chain.ethers.getSigners();
        if (!platform || !stranger) throw new Error("the chain has too few accounts");
        const manager = AccessManager__factory.connect(recorded(folder)["AccessManager"] ?? "", platform);
        await manager.revokeRole(roles.SUPERVISOR, platform);
        await manager.grantRole(roles.SUPERVISOR, stranger, 0);
        rmSync(join(folder, "localhost", "DataMarket.json"));

        const second = await run();
        expect(second).to.not.equal(first);
        const market = DataMarket__factory.connect(second, platform);
        for (const name of ["pause", "unpause"] as const) {
          const { selector } = market.interface.getFunction(name);
          expect(await manager.getTargetFunctionRole(market, selector), name).to.equal(roles.SUPERVISOR);
        }
        expect([...(await manager.hasRole(roles.SUPERVISOR, platform))]).to.deep.equal([false, 0n]);
        expect([...(await manager.hasRole(roles.SUPERVISOR, stranger))]).to.deep.equal([true, 0n]);
        await expect(market.pause())
          .to.be.revertedWithCustomError(market, "AccessManagedUnauthorized")
          .withArgs(platform.address);
        await market.connect(stranger).pause();
        expect(await market.paused()).to.equal(true);
      }));
  });
});
