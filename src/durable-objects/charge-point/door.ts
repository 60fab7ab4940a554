// How often a charger may come, and how often it is written down that it may not. What limits it after it has proven who
// it is limits nobody else: a stranger with a wrong password cannot keep it out.
import { type Refusal, refusal, refuse } from "./admit.ts";
import { Bucket } from "./bucket.ts";

/** Each connection is rows in its log and in D1: a reconnect loop must not become a bill. */
const ENTRIES = { perSecond: 1 / 5, most: 30 };
/** Each refusal that is written down is a D1 write of its own. */
const RECORDS = { perSecond: 1 / 10, most: 10 };

export class Door {
  readonly #entries = new Bucket(() => ENTRIES);
  readonly #records = new Bucket(() => RECORDS);
  /** Refusals since the last one that was written down. */
  #unrecorded = 0;

  /** One who may come in does so. @returns why not yet */
  enter(now: number): Refusal | undefined {
    if (this.#entries.tryTake(now)) return undefined;
    return { ...refuse("too_many_connections").refusal, retryAfter: Math.ceil(1 / ENTRIES.perSecond) };
  }

  /** The answer to one who may not. */
  refuse(reason: Refusal, now: number): Response {
    this.#unrecorded += 1;
    if (!this.#records.tryTake(now)) return refusal(reason, 0);
    const times = this.#unrecorded;
    this.#unrecorded = 0;
    return refusal(reason, times);
  }
}
