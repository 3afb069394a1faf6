import { JsonRpcProvider, type Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readWhole, type Whole } from "../../sdk/src/documents/anyFile.ts";
import { type Endpoint, httpEndpoint, providerEndpoint } from "../../sdk/src/documents/endpoint.ts";
import { withRevocation } from "../../sdk/src/documents/history.ts";
import { namesOf } from "../../sdk/src/documents/names.ts";
import { holds, type Outcome } from "../../sdk/src/documents/outcome.ts";
import { placeIn } from "../../sdk/src/documents/placement.ts";
import type { Sources } from "../../sdk/src/documents/quorum.ts";
import { verifyAll } from "../../sdk/src/documents/verify.ts";
import { FolderStore } from "../../sdk/src/shared/files.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { join } from "node:path";
import { readDeployment, stateFolder } from "../shared/house.ts";
import { type Args, optional, required, whole } from "../shared/options.ts";
import { parseTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { tell } from "./telling.ts";

const action: Action = async (args, hre) => {
  const path = required(args, "file");
  const at = optional(args, "at");
  const time = at === undefined ? undefined : parseTime(at, "--at");
  const read = await readWhole(path, optional(args, "sealed"));
  const deployment = await readDeployment(hre, hre.globalOptions.network ?? "localhost");
  const { endpoints, logs } = await nodes(args, hre, deployment.chainId);
  const sources: Sources = {
    ...placeIn(deployment),
    endpoints,
    quorum: quorumOf(args, endpoints.length),
    ...ageOf(args),
  };
  const [judged] = await verifyAll(sources, [read.document], time);
  const outcome = await explained(logs, deployment.block, read, judged as Outcome);
  const files = new FolderStore(join(stateFolder(hre), "files"));
  const known = outcome.status === "unavailable" || outcome.status === "unknown";
  const names = known ? {} : await namesOf(sources, deployment.addresses.AgencyRegistry, files, read.document);
  if (!holds(outcome)) process.exitCode = 1;
  const { agency, schema, docHash } = read.document;
  return {
    text: tell(read, outcome, names, time),
    json: { ...outcome, ...names, agency, schema, docHash, ...(read.shown ? { shown: read.shown } : {}) },
  };
};
export default action;

/** The nodes of --rpc, else that of the network. */
async function nodes(args: Args, hre: HardhatRuntimeEnvironment, chainId: bigint) {
  const rpc = optional(args, "rpc");
  if (rpc === undefined) {
    const connection = await hre.network.create(hre.globalOptions.network ?? "localhost");
    const endpoints: Endpoint[] = [providerEndpoint(connection.provider)];
    return { endpoints, logs: () => connection.ethers.provider as unknown as Provider };
  }
  const urls = [...new Set(rpc.split(",").map((url) => url.trim()))];
  const wrong = urls.find((url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol));
  if (wrong !== undefined) throw new InputError(`--rpc must be URLs of nodes, not ${wrong}.`);
  return {
    endpoints: urls.map((url) => httpEndpoint(url)),
    logs: () => new JsonRpcProvider(urls[0], chainId, { staticNetwork: true }),
  };
}

function quorumOf(args: Args, nodeCount: number): number {
  if (optional(args, "quorum") === undefined) return nodeCount;
  const quorum = Number(whole(args, "quorum", BigInt(nodeCount)));
  if (quorum === 0) throw new InputError(`--quorum must be a whole number from 1 to ${nodeCount}, not 0.`);
  return quorum;
}

/** The age of --max-age is by the clock too; without it a chain may stand still. */
function ageOf(args: Args): Pick<Sources, "maxAge" | "now"> {
  if (optional(args, "maxAge") === undefined) return {};
  return { maxAge: Number(whole(args, "maxAge", 2n ** 40n)), now: Math.floor(Date.now() / 1000) };
}

/** When and why a leaf was revoked, where the node gives its logs: it is revoked with or without them. */
async function explained(logs: () => Provider, from: number, { document }: Whole, outcome: Outcome): Promise<Outcome> {
  if (outcome.status !== "revoked" || outcome.revoked !== undefined) return outcome;
  const provider = logs();
  try {
    return await withRevocation(provider, from, document, outcome);
  } catch {
    return outcome;
  } finally {
    if (provider instanceof JsonRpcProvider) provider.destroy();
  }
}
