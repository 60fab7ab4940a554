// Passive mode: one listening port for one data connection, from a configured range, open to one address only.
import { createServer, type Server, type Socket } from "node:net";
import { plainAddress } from "./addresses.ts";
import { CONNECT_TIMEOUT_MS, type DataPort } from "./port.ts";

export interface PassivePort extends DataPort {
  readonly number: number;
}

/** A port that nobody connects to is given back. */
const UNUSED_MS = 60_000;
/** With all ports taken, one becomes free as soon as some charger has connected. */
const FULL_RETRIES = 40;
const FULL_PAUSE_MS = 50;

export class PassivePorts {
  readonly #host: string;
  readonly #range: { first: number; last: number } | undefined;
  readonly #taken = new Set<number>();

  constructor(host: string, range: { first: number; last: number } | undefined) {
    this.#host = host;
    this.#range = range;
  }

  /** @returns undefined if all ports are taken */
  async open(peer: string): Promise<PassivePort | undefined> {
    if (this.#range === undefined) return this.#port(await listen(this.#host, 0), peer);
    for (let attempt = 0; attempt < FULL_RETRIES; attempt += 1) {
      const server = await this.#free(this.#range);
      if (server !== undefined) return this.#port(server, peer);
      await new Promise((resolve) => setTimeout(resolve, FULL_PAUSE_MS));
    }
    return undefined;
  }

  /** Begins anywhere: the next port must not be guessable from the last. */
  async #free({ first, last }: { first: number; last: number }): Promise<Server | undefined> {
    const count = last - first + 1;
    const start = Math.floor(Math.random() * count);
    for (let step = 0; step < count; step += 1) {
      const port = first + ((start + step) % count);
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      try {
        return await listen(this.#host, port);
      } catch {
        // Another program has it.
        this.#taken.delete(port);
      }
    }
    return undefined;
  }

  #port(server: Server, peer: string): PassivePort {
    const address = server.address();
    const number = address !== null && typeof address === "object" ? address.port : 0;
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    // Nobody may be waiting when it fails.
    promise.catch(() => {});
    let accepted: Socket | undefined;
    let used = false;
    const shut = () => {
      clearTimeout(unused);
      server.close(() => this.#taken.delete(number));
    };
    const unused = setTimeout(() => {
      reject(new Error("no data connection"));
      shut();
    }, UNUSED_MS);
    server.on("connection", (socket) => {
      // Somebody else who guessed the port must get no data and leave none.
      if (plainAddress(socket.remoteAddress) !== peer || accepted !== undefined) return void socket.destroy();
      accepted = socket;
      socket.on("error", () => {});
      shut();
      resolve(socket);
    });
    server.on("error", reject);
    return {
      number,
      connect() {
        used = true;
        setTimeout(() => reject(new Error("no data connection")), CONNECT_TIMEOUT_MS).unref();
        return promise;
      },
      close() {
        reject(new Error("closed"));
        shut();
        if (!used) accepted?.destroy();
      },
    };
  }
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true, noDelay: true });
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}
