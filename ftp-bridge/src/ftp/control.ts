// The control connection: lines in, replies out, TLS when asked for. Knows no command.
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { secureSocket } from "../data/tls.ts";
import { type Line, LineReader } from "./lines.ts";
import { encodeReply, type Reply } from "./replies.ts";

export class Control {
  #socket: Socket;
  readonly #reader = new LineReader();
  readonly #onLine: (line: Line) => void;
  readonly #onEnd: () => void;
  #ended = false;

  constructor(socket: Socket, onLine: (line: Line) => void, onEnd: () => void) {
    this.#socket = socket;
    this.#onLine = onLine;
    this.#onEnd = onEnd;
    this.#attach(socket);
  }

  /** The other end closed, or it broke. */
  get ended(): boolean {
    return this.#ended;
  }

  send(reply: Reply): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(encodeReply(reply));
  }

  /** What was sent arrives; what comes is no longer read. */
  close(last?: Reply): void {
    if (last !== undefined) this.send(last);
    this.#socket.end();
    // A client that never closes its side must not hold ours.
    const socket = this.#socket;
    setTimeout(() => socket.destroy(), 2_000).unref();
  }

  /** Nothing sent in clear before the handshake is believed after it. */
  async secure(context: SecureContext, accepted: Reply): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners("data");
    plain.removeAllListeners("end");
    plain.removeAllListeners("close");
    plain.pause();
    this.#reader.reset();
    plain.write(encodeReply(accepted));
    try {
      this.#socket = await secureSocket(plain, context);
      this.#attach(this.#socket);
    } catch {
      plain.destroy();
      this.#finish();
    }
  }

  #attach(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      for (const line of this.#reader.push(chunk)) this.#onLine(line);
    });
    socket.on("end", () => this.#finish());
    socket.on("close", () => this.#finish());
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
  }
}
