// A charger that keeps books: every frame it sent and what it was answered. Behaves as real ones do: one call at a
// time, reconnects for ever, sends what was not answered again with the same bytes. Knows nothing of the server.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import WebSocket from "ws";
import type { Random } from "./random.ts";

export type Payload = Record<string, unknown>;

/** One call, as sent and as answered. */
export interface Entry {
  id: string;
  action: string;
  payload: Payload;
  /** How often its bytes went out. */
  sent: number;
  answer?: Payload;
  /** Code and description of a CALLERROR. */
  error?: string;
}

export interface LedgerChargerOptions {
  /** Asked at each dial: the server may move. */
  url: () => string;
  id: string;
  random: Random;
  /** Some chargers boot with every connection, not only with every start. */
  bootsOnReconnect: boolean;
  /** The chance that the link breaks in the middle of a call, when the answer may be on its way. */
  breaks?: number;
}

/** No answer within this on a living socket is an answer lost. */
const ANSWER_MS = 30_000;
const BREAKS_WITHIN_MS = 10;
/** The chance that a message which is not about a transaction is forgotten when the socket dies before its answer. */
const FORGETS = 0.3;

class Disconnected extends Error {}

export class LedgerCharger {
  readonly id: string;
  readonly entries: Entry[] = [];
  /** Answers to nothing. */
  readonly strays: string[] = [];
  connections = 0;
  readonly #options: LedgerChargerOptions;
  #socket: WebSocket | undefined;
  #waiting: { id: string; settle: (frame: unknown[]) => void; fail: (error: Error) => void } | undefined;

  constructor(options: LedgerChargerOptions) {
    this.id = options.id;
    this.#options = options;
  }

  /** @returns the answer; undefined for a call that was forgotten or refused */
  async call(action: string, payload: Payload, { forgettable = false } = {}): Promise<Payload | undefined> {
    const entry = this.#enter(action, payload);
    for (;;) {
      try {
        return await this.#exchange(await this.#online(), entry);
      } catch (error) {
        if (!(error instanceof Disconnected)) throw error;
        if (entry.sent > 0 && forgettable && this.#options.random.chance(FORGETS)) return undefined;
      }
    }
  }

  /** Sends the bytes of the last call of this action once more, as if its answer had got lost. */
  async repeat(action: string): Promise<Payload | undefined> {
    const entry = this.entries.findLast((one) => one.action === action);
    return entry && this.#exchange(await this.#online(), entry);
  }

  /** Loses the socket, as when the modem restarts. */
  drop(): void {
    this.#socket?.terminate();
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.close();
    await closed;
  }

  #enter(action: string, payload: Payload): Entry {
    const entry: Entry = { id: randomUUID(), action, payload, sent: 0 };
    this.entries.push(entry);
    return entry;
  }

  async #online(): Promise<WebSocket> {
    for (;;) {
      if (this.#socket?.readyState === WebSocket.OPEN) return this.#socket;
      const socket = await this.#dial();
      if (socket === undefined) {
        await wait(this.#options.random.between(50, 250));
        continue;
      }
      this.#socket = socket;
      this.connections += 1;
      if (this.connections === 1 || this.#options.bootsOnReconnect) {
        await this.#exchange(
          socket,
          this.#enter("BootNotification", { chargePointVendor: "Ledger", chargePointModel: "L1" }),
        );
      }
    }
  }

  #dial(): Promise<WebSocket | undefined> {
    const socket = new WebSocket(`${this.#options.url()}/${this.id}`, "ocpp1.6");
    socket.on("message", (data) => this.#take(String(data), socket));
    socket.on("close", () => this.#waiting?.fail(new Disconnected()));
    return new Promise((resolve) => {
      socket.once("open", () => resolve(socket));
      // Also the handler without which ws would throw.
      socket.on("error", () => resolve(undefined));
    });
  }

  async #exchange(socket: WebSocket, entry: Entry): Promise<Payload | undefined> {
    if (socket.readyState !== WebSocket.OPEN) throw new Disconnected();
    const { promise, resolve: settle, reject: fail } = Promise.withResolvers<unknown[]>();
    this.#waiting = { id: entry.id, settle, fail };
    const silence = () => fail(new Error(`${this.id} got no answer to ${entry.action} ${entry.id}`));
    const timer = setTimeout(silence, ANSWER_MS);
    entry.sent += 1;
    socket.send(JSON.stringify([2, entry.id, entry.action, entry.payload]));
    const { random, breaks = 0 } = this.#options;
    if (random.chance(breaks)) setTimeout(() => socket.terminate(), random.between(0, BREAKS_WITHIN_MS));
    try {
      const [type, , first, second] = await promise;
      if (type === 3) entry.answer = first as Payload;
      else entry.error = `${first}: ${second}`;
      return entry.answer;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #take(text: string, socket: WebSocket): void {
    const frame: unknown[] = JSON.parse(text);
    const [type, id] = frame;
    if (type === 2) socket.send(JSON.stringify([4, id, "NotImplemented", "", {}]));
    else if (this.#waiting?.id === id) this.#waiting?.settle(frame);
    else this.strays.push(text);
  }
}
