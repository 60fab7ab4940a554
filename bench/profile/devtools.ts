// A client of the Chrome DevTools Protocol, as small as one profile needs.
import { WebSocket } from "ws";

interface Target {
  id: string;
  title: string;
  webSocketDebuggerUrl: string;
}

interface Reply {
  id?: number;
  result?: unknown;
  error?: { message: string };
}

export class DevTools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const reply: Reply = JSON.parse(data.toString());
      if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply);
    });
  }

  /** Attaches to the Worker of a Miniflare with `inspectorPort`. */
  static async connect(port: number): Promise<DevTools> {
    const response = await fetch(`http://127.0.0.1:${port}/json`);
    const targets = (await response.json()) as Target[];
    const target = targets.find(({ title, id }) => `${title} ${id}`.includes("ov2x-edge")) ?? targets[0];
    if (target === undefined) throw new Error("nothing to attach to");
    const socket = new WebSocket(target.webSocketDebuggerUrl, { maxPayload: 1 << 30 });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("error", reject);
    });
    return new DevTools(socket);
  }

  async call<T>(method: string, params: object = {}): Promise<T> {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await promise;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  close(): void {
    this.#socket.terminate();
  }
}
