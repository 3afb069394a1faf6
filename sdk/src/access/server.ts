import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { readJson } from "./http.ts";
import { askSchema, deliverySchema, Unacceptable } from "./message.ts";
import type { Provider } from "./provide.ts";

const HOST = "127.0.0.1";
/** The most bytes of a request. */
const MOST_BYTES = 256 << 10;
/** How long a whole request may take to arrive, and how long a peer may take nothing of an answer. */
const PATIENCE_MS = 10_000;
/** How long a whole log may take to go out. */
const LOG_MS = 60_000;
const MOST_CONNECTIONS = 100;

export interface RunningServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves a provider on the loopback interface: POST /exchange, POST /receipt, GET /log. What faces a network stands
 * behind a proxy that adds TLS.
 */
export async function serve(provider: Provider, port = 0, patienceMs = PATIENCE_MS): Promise<RunningServer> {
  const timeouts = {
    headersTimeout: patienceMs,
    requestTimeout: patienceMs,
    connectionsCheckingInterval: patienceMs / 10,
  };
  const server = createServer(timeouts, (request, response) => {
    response.setTimeout(patienceMs * 2, () => response.destroy());
    handle(provider, request, response).catch((error: unknown) => {
      if (!(error instanceof Unacceptable) && !response.headersSent) provider.onFault(error);
      fail(request, response, error);
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, HOST, resolve)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new InputError(`The body cannot listen on ${HOST}:${port}: ${error.code ?? error.message}`);
    },
  );
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new InputError("The server has no port.");
  return {
    url: `http://${HOST}:${address.port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function handle(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case "POST /exchange":
      return send(response, 200, await provider.answer(await read(request, askSchema)));
    case "POST /receipt":
      await provider.receive((await read(request, deliverySchema)).receipt);
      return send(response, 200, {});
    case "GET /log":
      return sendLog(response, provider.body.log.file.path);
    default:
      throw new Unacceptable(404, "There are POST /exchange, POST /receipt and GET /log.");
  }
}

async function read<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await readJson(request, MOST_BYTES));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Unacceptable(400, `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** The whole lines of the log as they stand in its file. */
async function sendLog(response: ServerResponse, path: string): Promise<void> {
  const { size } = await stat(path);
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  if (size === 0) response.end();
  else {
    const signal = AbortSignal.timeout(LOG_MS);
    await pipeline(createReadStream(path, { end: size - 1 }), response, { signal });
  }
}

/** Bad input is told to the peer; of what went wrong here, which may name files, only that something did. */
function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [status, said] =
    error instanceof Unacceptable ? [error.status, error.message] : [503, "This body cannot answer now."];
  // The rest of what was sent is not read.
  response.setHeader("connection", "close");
  send(response, status, { error: said });
  if (!request.complete) response.once("finish", () => request.destroy());
}
