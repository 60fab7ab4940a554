/**
 * Keeps a charger connected: dials, dials again with jittered exponential back-off, and hands each open socket to a
 * fresh Rpc. Knows nothing of boot or transactions.
 */
import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { describe, type Fault, LinkLost } from "./errors.ts";
import type { Payload } from "./frame.ts";
import type { Credentials } from "./own-certificate.ts";
import { Rpc, type RpcHost } from "./rpc.ts";

export interface LinkOptions {
  /** The base address; the charger's id becomes its last segment. */
  url: string;
  id: string;
  subprotocol: string;
  password?: string | Buffer | undefined;
  firstRetryMs: number;
  maxRetryMs: number;
}

export interface LinkHost extends Omit<RpcHost, "write"> {
  opened(): void;
  closed(reason: string): void;
  /** One attempt failed; another follows unless the link is closed in answer. */
  dialFailed(reason: string): void;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
const CLOSE_PATIENCE_MS = 2_000;

export class Link {
  readonly #options: LinkOptions;
  readonly #host: LinkHost;
  readonly #gone = new EventEmitter().setMaxListeners(0);
  #password: string | Buffer | undefined;
  #credentials: Credentials | undefined;
  #socket: WebSocket | undefined;
  #rpc: Rpc | undefined;
  #failures = 0;
  #closed = false;
  #pingEveryMs = 0;
  #cancelRedial = () => {};
  #cancelPing = () => {};

  constructor(options: LinkOptions, host: LinkHost) {
    this.#options = options;
    this.#host = host;
    this.#password = options.password;
  }

  get online(): boolean {
    return this.#rpc !== undefined;
  }

  /** Some call has no answer yet. */
  get busy(): boolean {
    return this.#rpc?.busy ?? false;
  }

  get authorization(): string | undefined {
    if (this.#password === undefined) return undefined;
    // Bytes, not text: a key set over the air is 16 to 20 random bytes and need not be valid UTF-8.
    const credentials = Buffer.concat([Buffer.from(`${this.#options.id}:`), Buffer.from(this.#password)]);
    return `Basic ${credentials.toString("base64")}`;
  }

  get address(): string {
    const base = this.#options.url.replace(/\/+$/, "");
    return `${base}/${encodeURIComponent(this.#options.id)}`;
  }

  dial(): void {
    if (this.#closed || this.#socket) return;
    this.#cancelRedial();
    const authorization = this.authorization;
    const socket = new WebSocket(this.address, [this.#options.subprotocol], {
      headers: authorization ? { authorization } : {},
      ...this.#credentials,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    let failure = "";
    socket.on("open", () => this.#opened(socket));
    socket.on("error", (error) => {
      failure = describe(error);
    });
    socket.on("close", (code, reason) => {
      if (this.#socket !== socket) return;
      this.#lost(failure || `closed by the CSMS with ${code} ${reason.toString()}`.trim());
    });
  }

  call(action: string, payload: Payload, id?: string): Promise<unknown> {
    return this.#rpc?.call(action, payload, id) ?? Promise.reject(new LinkLost("not connected"));
  }

  /** Dropped while offline, as nobody waits for it. */
  send(action: string, payload: Payload): void {
    this.#rpc?.send(action, payload);
  }

  complain(id: string, action: string, fault: Fault, description: string): void {
    this.#rpc?.complain(id, action, fault, description);
  }

  /** Resolves when the socket is gone; at once if there is none. */
  async whenOffline(): Promise<void> {
    if (this.online) await once(this.#gone, "gone");
  }

  setPassword(password: string | Buffer): void {
    this.#password = password;
  }

  /** Shown to a server that asks for a client certificate, from the next dial on. */
  setCredentials(credentials: Credentials): void {
    this.#credentials = credentials;
  }

  setPing(everyMs: number): void {
    this.#pingEveryMs = everyMs;
  }

  /** Cuts the socket without a word, as a pulled cable does, and stays away for `forMs`. */
  cut(forMs: number): void {
    const socket = this.#socket;
    this.#lost("cut", forMs);
    socket?.terminate();
  }

  /** Closes politely and dials again: what a rebooting charger does. */
  async redial(afterMs: number): Promise<void> {
    await this.#hangUp("rebooting", afterMs);
  }

  async close(reason = "bye"): Promise<void> {
    this.#closed = true;
    this.#cancelRedial();
    await this.#hangUp(reason, 0);
  }

  async #hangUp(reason: string, redialAfterMs: number): Promise<void> {
    const socket = this.#socket;
    this.#lost(reason, redialAfterMs);
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    if (socket.readyState === WebSocket.CONNECTING) return socket.terminate();
    const closed = once(socket, "close");
    socket.close(1000, reason);
    const giveUp = setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS);
    await closed;
    clearTimeout(giveUp);
  }

  #opened(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#failures = 0;
    const rpc = new Rpc({ ...this.#host, write: (text) => socket.send(text) });
    this.#rpc = rpc;
    socket.on("message", (data) => void rpc.receive(data.toString()));
    this.#keepAlive(socket);
    this.#host.opened();
  }

  /** `redialAfterMs` is left out when the loss was not our wish: then the back-off decides. */
  #lost(reason: string, redialAfterMs?: number): void {
    const rpc = this.#rpc;
    const hadSocket = this.#socket !== undefined;
    this.#socket = undefined;
    this.#rpc = undefined;
    this.#cancelPing();
    if (rpc) {
      rpc.lose(reason);
      this.#gone.emit("gone");
      this.#host.closed(reason);
    } else if (hadSocket && redialAfterMs === undefined) {
      this.#host.dialFailed(reason);
    }
    if (this.#closed) return;
    this.#cancelRedial();
    this.#cancelRedial = this.#host.timers.after(redialAfterMs ?? this.#backOff(), () => this.dial());
  }

  /** Half fixed, half random: a fleet that lost its server together must not come back together. */
  #backOff(): number {
    const { firstRetryMs, maxRetryMs } = this.#options;
    const ceiling = Math.min(maxRetryMs, firstRetryMs * 2 ** this.#failures++);
    return ceiling / 2 + (Math.random() * ceiling) / 2;
  }

  /** A pong that does not come before the next ping means a half-open socket. */
  #keepAlive(socket: WebSocket): void {
    if (!this.#pingEveryMs) return;
    let answered = true;
    socket.on("pong", () => {
      answered = true;
    });
    const beat = () => {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
      this.#cancelPing = this.#host.timers.after(this.#pingEveryMs, beat);
    };
    this.#cancelPing = this.#host.timers.after(this.#pingEveryMs, beat);
  }
}
