// The newest register reading of each session, so that the next one can be compared with it: in memory, and after
// waking from the log's last entries.
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { Reading } from "../../ocpp/register.ts";
import type { Log } from "./log.ts";
import type { Storage } from "./storage.ts";

/** A session tells its register every few frames; what lies further back is not worth reading for. */
const SCAN_ROWS = 32;
const REMEMBERED = 100;

export class Registers {
  readonly #log: Log;
  readonly #known = new Map<string, Reading | undefined>();

  constructor(storage: Storage, log: Log) {
    this.#log = log;
    storage.onRollback(() => this.#known.clear());
  }

  last(transactionId: string): Reading | undefined {
    if (!this.#known.has(transactionId)) this.#remember(transactionId, this.#scan(transactionId));
    return this.#known.get(transactionId);
  }

  /** Facts that are durable. */
  noted(facts: readonly Fact[]): void {
    for (const fact of facts) {
      // What has just begun has told nothing yet: the log need not be asked.
      if (fact.kind === "transactionStarted" && !this.#known.has(fact.transaction.id))
        this.#remember(fact.transaction.id, undefined);
      if (fact.kind !== "meterValues" || fact.transactionId === "" || fact.last === undefined) continue;
      const known = this.#known.get(fact.transactionId);
      if (known === undefined || known.at <= fact.last.at) this.#remember(fact.transactionId, fact.last);
    }
  }

  #remember(transactionId: string, reading: Reading | undefined): void {
    this.#known.set(transactionId, reading);
    const [oldest] = this.#known.keys();
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }

  #scan(transactionId: string): Reading | undefined {
    for (const { facts } of this.#log.before(this.#log.nextSeq, SCAN_ROWS)) {
      for (const fact of facts) {
        if (fact.kind === "meterValues" && fact.transactionId === transactionId && fact.last) return fact.last;
      }
    }
    return undefined;
  }
}
