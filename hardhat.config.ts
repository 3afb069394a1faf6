import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatEthersChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatIgnoreWarnings from "hardhat-ignore-warnings";
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import { configVariable, defineConfig } from "hardhat/config";
import hardhatDeploy from "hardhat-deploy";
import { sortArtifacts } from "./scripts/sortArtifacts.ts";
import { tasks } from "./tasks/index.ts";

const solc = {
  version: "0.8.37",
  path: createRequire(import.meta.url).resolve("solc/soljson.js"),
  settings: { evmVersion: "osaka", optimizer: { enabled: true, runs: 10_000 } },
};
/** The IR pipeline, for contracts whose size and stacks need it; the other files compile faster without it. */
const viaIR = (runs: number) => ({
  ...solc,
  settings: { ...solc.settings, viaIR: true, optimizer: { enabled: true, runs } },
});
const sources = {
  compilers: [solc],
  overrides: {
    "contracts/agencies/AgencyRegistry.sol": viaIR(10_000),
    "contracts/documents/DocumentRegistry.sol": viaIR(10_000),
    "contracts/tenders/OpeningCommittee.sol": viaIR(10_000),
    "test/tenders/EnvelopeLib.t.sol": viaIR(10_000),
    // These are near their limits of size.
    "contracts/market/DataMarket.sol": viaIR(400),
    "contracts/tenders/Evaluation.sol": viaIR(400),
    "contracts/tenders/TenderHouse.sol": viaIR(2_500),
    "contracts/tenders/TenderDesk.sol": viaIR(400),
    "contracts/tenders/TenderOffice.sol": viaIR(800),
  },
};

/** A public testnet: the endpoint and the key are configuration variables, set with `npx hardhat keystore set`. */
const testnet = (name: string, chainId: number) => ({
  type: "http" as const,
  chainId,
  url: configVariable(`${name}_RPC_URL`),
  accounts: [configVariable(`${name}_KEY`)],
});

const full = process.env["COMMON_SEAL_FULL"] === "1";
/** Where the compiler's output goes: that of instrumented contracts beside that of the real ones. */
const output = process.env["COMMON_SEAL_OUTPUT"] ?? ".";

export default defineConfig({
  plugins: [
    sortArtifacts,
    hardhatDeploy,
    hardhatEthers,
    hardhatEthersChaiMatchers,
    hardhatIgnoreWarnings,
    hardhatKeystore,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatTypechain,
    hardhatVerify,
  ],
  solidity: {
    profiles: { default: sources, production: { ...sources, isolated: true } },
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/interfaces/IERC5267.sol",
      "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol",
      "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol",
      "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol",
    ],
  },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka" },
    localhost: { type: "http", url: process.env["LOCALHOST_RPC_URL"] ?? "http://127.0.0.1:8545" },
    sepolia: testnet("SEPOLIA", 11_155_111),
    baseSepolia: testnet("BASE_SEPOLIA", 84_532),
    kairos: testnet("KAIROS", 1001),
    minato: testnet("MINATO", 1946),
  },
  paths: { artifacts: `${output}/artifacts`, cache: `${output}/cache`, tests: { mocha: "./test" } },
  // How many histories a test plays that does not say it itself; all of them by `npm run test:full`.
  test: {
    mocha: { parallel: true, jobs: 2, require: ["./test/shared/hooks.ts"] },
    solidity: { fuzz: { runs: full ? 10_000 : 1_000 }, invariant: { runs: full ? 48 : 24 } },
  },
  warnings: { "npm/**/*": { default: "off" } },
  typechain: { outDir: "typechain-types" },
  tasks,
});
