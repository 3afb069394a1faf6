import { rmSync } from "node:fs";
import { expect } from "chai";
import { getAddress } from "ethers";
import {
  AccessLog__factory,
  AccessManager__factory,
  AgencyRegistry__factory,
  Complaints__factory,
  DataMarket__factory,
  DocumentRegistry__factory,
  Evaluation__factory,
  OpeningCommittee__factory,
  TenderDesk__factory,
  TenderHouse__factory,
  TenderNotices__factory,
  TenderOffice__factory,
} from "../../typechain-types/index.ts";
import { roles } from "../../rocketh/roles.ts";
import {
  CONTRACTS,
  deploy,
  DEPLOYMENTS,
  freshChain,
  type Provider,
  readFolder,
  recorded,
  TRANSACTIONS,
  withFolder,
} from "./run.ts";

type Chain = Awaited<ReturnType<typeof freshChain>>;

class Cut extends Error {}

/** Where a run is cut, at the n-th request of one kind. */
const cuts = {
  "before a transaction is sent": { method: "eth_sendTransaction", after: false },
  "after a transaction is sent, its hash lost": { method: "eth_sendTransaction", after: true },
  "after a transaction's hash is recorded": { method: "eth_getTransactionByHash", after: false },
};

/** A provider that fails at the n-th request of a kind, and from then on. */
function cutting(provider: Provider, { method, after }: { method: string; after: boolean }, n: number): Provider {
  let seen = 0;
  let dead = false;
  return {
    async request(call) {
      if (dead) throw new Cut();
      if (call.method !== method || ++seen < n) return provider.request(call);
      if (after) await provider.request(call);
      dead = true;
      throw new Cut();
    },
  };
}

async function sent({ ethers }: Chain): Promise<number> {
  const accounts = await ethers.getSigners();
  const counts = await Promise.all(accounts.map((account) => ethers.provider.getTransactionCount(account)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The recorded contracts work together: code, addresses of each other, roles and their member. */
async function expectComplete({ ethers }: Chain, addresses: Record<string, string>): Promise<void> {
  expect(Object.keys(addresses).sort()).to.deep.equal([...CONTRACTS]);
  const [platform] = await ethers.getSigners();
  const at = (name: string) => addresses[name] ?? "";
  const manager = AccessManager__factory.connect(at("AccessManager"), platform);
  const registry = AgencyRegistry__factory.connect(at("AgencyRegistry"), platform);
  const house = TenderHouse__factory.connect(at("TenderHouse"), platform);
  const documents = DocumentRegistry__factory.connect(at("DocumentRegistry"), platform);
  const accessLog = AccessLog__factory.connect(at("AccessLog"), platform);
  const market = DataMarket__factory.connect(at("DataMarket"), platform);
  const committee = OpeningCommittee__factory.connect(at("OpeningCommittee"), platform);
  const evaluation = Evaluation__factory.connect(at("Evaluation"), platform);
  expect(await evaluation.HOUSE()).to.equal(getAddress(at("TenderHouse")));
  // Office and desk run on the house's state: what they ask has to be what the house asks.
  const office = TenderOffice__factory.connect(at("TenderOffice"), platform);
  const desk = TenderDesk__factory.connect(at("TenderDesk"), platform);
  expect(await house.OFFICE()).to.equal(getAddress(at("TenderOffice")));
  expect(await house.DESK()).to.equal(getAddress(at("TenderDesk")));
  expect(await house.VERIFIER()).to.equal(getAddress(at("ERC7913P256Verifier")));
  const complaints = Complaints__factory.connect(at("Complaints"), platform);
  const notices = TenderNotices__factory.connect(at("TenderNotices"), platform);
  for (const room of [complaints, notices]) expect(await room.HOUSE()).to.equal(getAddress(at("TenderHouse")));
  for (const part of [house, office, desk]) expect(await part.COMMITTEE()).to.equal(getAddress(at("OpeningCommittee")));
  for (const room of [registry, market]) expect(await room.authority()).to.equal(getAddress(at("AccessManager")));
  for (const room of [house, office, desk, market]) {
    expect(await room.DOCUMENTS()).to.equal(getAddress(at("DocumentRegistry")));
  }
  for (const room of [house, office, desk, committee, complaints, notices, documents, accessLog, market]) {
    expect(await room.AGENCIES()).to.equal(getAddress(at("AgencyRegistry")));
  }
  const assigned = [
    ["register", roles.REGISTRAR],
    ["suspend", roles.SUPERVISOR],
    ["resume", roles.SUPERVISOR],
    ["replaceAdmin", roles.RECOVERY],
  ] as const;
  for (const name of ["pause", "unpause"] as const) {
    const { selector } = market.interface.getFunction(name);
    expect(await manager.getTargetFunctionRole(market, selector), name).to.equal(roles.SUPERVISOR);
  }
  for (const [name, role] of assigned) {
    const { selector } = registry.interface.getFunction(name);
    expect(await manager.getTargetFunctionRole(registry, selector), name).to.equal(role);
    expect((await manager.hasRole(role, platform?.address ?? "")).isMember, name).to.equal(true);
  }
}

describe("deploy: runs", () => {
  it("send nothing the second time, and leave the records as they are", () =>
    withFolder(async (folder) => {
      const chain = await freshChain();
      await deploy(chain.provider, { environment: "localhost", deployments: folder });
      await expectComplete(chain, recorded(folder));
      expect(await sent(chain)).to.equal(TRANSACTIONS);
      const before = { block: await chain.ethers.provider.getBlockNumber(), files: readFolder(folder) };
      await deploy(chain.provider, { environment: "localhost", deployments: folder });
      expect(await chain.ethers.provider.getBlockNumber()).to.equal(before.block);
      expect(await sent(chain)).to.equal(TRANSACTIONS);
      expect(readFolder(folder)).to.deep.equal(before.files);
    }));

  it("deploy again on another chain of the same name", () =>
    withFolder(async (folder) => {
      const earlier = await freshChain("osaka", new Date("2026-01-01"));
      await deploy(earlier.provider, { environment: "localhost", deployments: folder });
      const chain = await freshChain("osaka", new Date("2026-01-02"));
      await deploy(chain.provider, { environment: "localhost", deployments: folder });
      await expectComplete(chain, recorded(folder));
    }));

  it("send what is missing when a deployment's record was lost, and its dependents anew", () =>
    withFolder(async (folder) => {
      const chain = await freshChain();
      await deploy(chain.provider, { environment: "localhost", deployments: folder });
      rmSync(`${folder}/localhost/AgencyRegistry.json`);
      await deploy(chain.provider, { environment: "localhost", deployments: folder });
      await expectComplete(chain, recorded(folder));
    }));

  for (const [where, cut] of Object.entries(cuts)) {
    for (let n = 1; n <= TRANSACTIONS; n++) {
      it(`go on when cut ${where}: number ${n}`, () =>
        withFolder(async (folder) => {
          const chain = await freshChain();
          const options = { environment: "localhost", deployments: folder };
          let error: unknown;
          await deploy(cutting(chain.provider, cut, n), options).catch((thrown: unknown) => (error = thrown));
          expect(error).to.be.instanceOf(Cut);
          const kept = recorded(folder);
          const pending = JSON.parse(readFolder(folder)[".pending_transactions.json"] ?? "[]") as unknown[];
          expect(pending).to.have.length(cut.method === "eth_getTransactionByHash" ? 1 : 0);

          await deploy(chain.provider, options);
          const complete = recorded(folder);
          await expectComplete(chain, complete);
          expect(complete).to.include(kept);
          expect(readFolder(folder)).to.not.have.property(".pending_transactions.json");
          // Only a deployment that nobody could record is sent a second time.
          const again = cut.after && DEPLOYMENTS.includes(n) ? 1 : 0;
          expect(await sent(chain)).to.equal(TRANSACTIONS + again);

          const block = await chain.ethers.provider.getBlockNumber();
          await deploy(chain.provider, options);
          expect(await chain.ethers.provider.getBlockNumber()).to.equal(block);
        }));
    }
  }

  it("are covered by these cuts to the last transaction", () =>
    withFolder(async (folder) => {
      for (const cut of Object.values(cuts)) {
        const chain = await freshChain();
        const options = { environment: "localhost", deployments: `${folder}/${cut.method}${cut.after}` };
        await deploy(cutting(chain.provider, cut, TRANSACTIONS + 1), options);
        await expectComplete(chain, recorded(options.deployments));
      }
    }));
});
