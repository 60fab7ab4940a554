// Somebody's server that is told of events: well, or in one of the ways in which receivers are not.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Told {
  id: string;
  chargePointId: string | null;
  type: string;
}

type Way = (request: IncomingMessage, response: ServerResponse) => void;

/** How a receiver can fail; `gone`: nobody listens. */
export const FAILURES = ["gone", "refuses", "hangs", "hangs up", "lies"] as const;
export type Failure = (typeof FAILURES)[number];

const WAYS: Record<Exclude<Failure, "gone">, Way> = {
  refuses: (_request, response) => response.writeHead(503).end(),
  hangs: () => undefined,
  "hangs up": (request) => request.socket.destroy(),
  // A success that is none: the answer is cut off before it is whole.
  lies: (request, response) => {
    response.writeHead(500, { "content-length": "100" }).write("fine");
    request.socket.destroy();
  },
};

export class WebhookReceiver {
  /** What it said that it took, in that order. */
  readonly taken: Told[] = [];
  #server: Server | undefined;
  #port = 0;
  #way: Way | undefined;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/events`;
  }

  /** @param failure undefined: it is well */
  async be(failure?: Failure): Promise<void> {
    this.#way = failure === undefined || failure === "gone" ? undefined : WAYS[failure];
    if (failure === "gone") return this.close();
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => this.#hear(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #hear(request: IncomingMessage, response: ServerResponse): void {
    let text = "";
    request.on("data", (part) => {
      text += part;
    });
    request.on("end", () => {
      if (this.#way !== undefined) return this.#way(request, response);
      const { chargePointId, type } = JSON.parse(text);
      this.taken.push({ id: String(request.headers["webhook-id"]), chargePointId, type });
      response.writeHead(204).end();
    });
  }
}
