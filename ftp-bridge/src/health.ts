// GET /health for whoever watches the container: 200, or 503 while it drains. Tells numbers, never names.
import { createServer } from "node:http";

export interface Health {
  status: "ok" | "draining";
  worker: "ok" | "away";
  connections: number;
  transfers: number;
  /** Promised to a charger and not yet in R2. */
  pendingUploads: number;
  /** Promised, but refused by the Worker at the last attempt: an operator has to look. */
  refusedUploads: number;
}

export function startHealth(
  host: string,
  port: number,
  health: () => Health,
): Promise<{ port: number; close(): void }> {
  const server = createServer((request, response) => {
    const found = request.url === "/health" && (request.method === "GET" || request.method === "HEAD");
    const body = found ? health() : undefined;
    response.writeHead(body === undefined ? 404 : body.status === "ok" ? 200 : 503, {
      "content-type": "application/json",
      connection: "close",
    });
    response.end(request.method === "HEAD" || body === undefined ? undefined : JSON.stringify(body));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const taken = address !== null && typeof address === "object" ? address.port : port;
      resolve({ port: taken, close: () => void server.close() });
    });
  });
}
