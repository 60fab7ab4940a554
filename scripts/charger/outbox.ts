/**
 * Transaction messages in strict order, each kept until the CSMS has answered it: a lost socket or a lost answer means
 * the same message again, with the same message id, so that the CSMS can recognise it.
 */
import { randomUUID } from "node:crypto";
import type { Timers } from "./clock.ts";
import { CallRefused, describe, LinkLost } from "./errors.ts";
import type { Payload } from "./frame.ts";

/** `id` is the message's, for whoever has something to say about its answer. */
export type Delivery = { ok: true; answer: unknown; id: string } | { ok: false; reason: string };

export interface OutboxHost {
  timers: Timers;
  resendWithSameId: boolean;
  call(action: string, payload: Payload, id: string): Promise<unknown>;
  /** How often a refused message is tried, and how long to wait before each next try. */
  retries(): { attempts: number; intervalMs: number };
  log(line: string): void;
}

interface Entry {
  id: string;
  action: string;
  /** Built when sent, as it may need what an earlier answer brought (the transaction id); undefined drops it. */
  build(): Payload | undefined;
  refusals: number;
  done(delivery: Delivery): void;
}

export class Outbox {
  readonly #host: OutboxHost;
  readonly #entries: Entry[] = [];
  #open = false;
  #draining = false;

  constructor(host: OutboxHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#entries.length;
  }

  deliver(action: string, build: () => Payload | undefined): Promise<Delivery> {
    return new Promise((done) => {
      this.#entries.push({ id: randomUUID(), action, build, refusals: 0, done });
      void this.#drain();
    });
  }

  /** Open while the CSMS accepts us; shut messages wait. */
  open(): void {
    this.#open = true;
    void this.#drain();
  }

  shut(): void {
    this.#open = false;
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (let entry = this.#entries[0]; this.#open && entry; entry = this.#entries[0]) await this.#send(entry);
    this.#draining = false;
  }

  async #send(entry: Entry): Promise<void> {
    const payload = entry.build();
    if (!payload) return this.#leave(entry, { ok: false, reason: "its transaction never reached the CSMS" });
    try {
      const answer = await this.#host.call(entry.action, payload, entry.id);
      this.#leave(entry, { ok: true, answer, id: entry.id });
    } catch (error) {
      if (error instanceof LinkLost) return this.shut();
      this.#host.log(`${describe(error)}; ${this.#entries.length} transaction message(s) wait`);
      if (!this.#host.resendWithSameId) entry.id = randomUUID();
      if (!(error instanceof CallRefused)) return;
      const { attempts, intervalMs } = this.#host.retries();
      entry.refusals += 1;
      if (entry.refusals >= attempts) this.#leave(entry, { ok: false, reason: describe(error) });
      else await this.#host.timers.wait(intervalMs * entry.refusals);
    }
  }

  #leave(entry: Entry, delivery: Delivery): void {
    this.#entries.shift();
    entry.done(delivery);
  }
}
