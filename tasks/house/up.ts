import { createServer } from "node:net";
import { setupLogger } from "named-logs-console";
import { CONTRACTS } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { build } from "../shared/build.ts";
import { deploymentsFolder } from "../shared/house.ts";
import { optional, whole } from "../shared/options.ts";
import { list } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const HOST = "127.0.0.1";
/** Where the network localhost looks unless LOCALHOST_RPC_URL says otherwise. */
const DEFAULT_PORT = 8545;

const action: Action = async (args, hre) => {
  const port = optional(args, "port") === undefined ? DEFAULT_PORT : Number(whole(args, "port", 65_535n));
  await requireFree(port);
  await build(hre);
  const url = `http://${HOST}:${port}`;
  const server = await hre.network.createServer("default", HOST, port);
  await server.listen();
  const { provider } = await hre.network.create({ network: "localhost", override: { url } });
  const { loadAndExecuteDeploymentsFromFiles } = await import("../../rocketh/environment.ts");
  setupLogger(["rocketh", "@rocketh/node"], { enabled: false }); // it would write to stdout
  const environment = await loadAndExecuteDeploymentsFromFiles({
    provider: provider,
    environment: "localhost",
    saveDeployments: true,
    config: { deployments: deploymentsFolder(hre) },
  });
  const addresses = Object.fromEntries(CONTRACTS.map((name) => [name, environment.get(name).address]));
  process.stderr.write(`The house is up at ${url}; Ctrl+C ends it.\n${list(addresses)}\n`);
  if (port !== DEFAULT_PORT) process.stderr.write(`Other commands find it with LOCALHOST_RPC_URL=${url}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await server.close();
  return { text: "The house is closed.", json: addresses };
};
export default action;

/** @throws InputError if nothing can listen on the port: the node's server would crash instead */
async function requireFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once("error", reject).listen(port, HOST, resolve)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new InputError(`The node cannot listen on ${HOST}:${port}: ${error.code ?? error.message}`);
    },
  );
  await new Promise((resolve) => probe.close(resolve));
}
