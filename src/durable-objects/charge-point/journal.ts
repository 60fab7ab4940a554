// The one place where something becomes durable: a log entry, the state it changes, and the outbox's knowledge of it,
// in one SQLite transaction. Either all of it happened or nothing did.
import { type Fact, type Urgency, urgencyOf } from "../../ocpp/facts/fact.ts";
import type { Deadlines } from "./deadlines.ts";
import type { History } from "./history.ts";
import type { Log, LogEntry, LogRow } from "./log.ts";
import type { State } from "./state.ts";
import type { Storage } from "./storage.ts";

export class Journal {
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #state: State;
  readonly #history: History;
  readonly #deadlines: Deadlines;
  readonly #noted: (row: LogRow) => void;

  /** @param noted told of every entry once it is written */
  constructor(
    storage: Storage,
    log: Log,
    state: State,
    history: History,
    deadlines: Deadlines,
    noted: (row: LogRow) => void,
  ) {
    this.#storage = storage;
    this.#log = log;
    this.#state = state;
    this.#history = history;
    this.#deadlines = deadlines;
    this.#noted = noted;
  }

  /**
   * @param also more to write in the same transaction, e.g. a command's new status
   * @param urgency if it is another than that of its facts
   * @returns the entry's sequence number
   */
  record(entry: LogEntry, also?: () => void, urgency = urgencyOf(entry.facts)): number {
    this.#storage.prepare();
    const changesState = also !== undefined || entry.facts.some((fact) => this.#state.concerns(fact));
    // A meter reading is one insert and nothing else: a transaction around it would cost a fifth of the throughput.
    const isOneInsert = !changesState && this.#log.hasRoom && !this.#history.hasMoved;
    const seq = isOneInsert ? this.#log.append(entry) : this.#write(entry, also);
    if (entry.facts.length > 0) {
      const isDueEarlier = this.#history.noted(entry, urgency);
      const isOnItsWay = this.#history.nudge(entry.at);
      // What ships soon sets the alarm after it, if there is still anything to wait for.
      const isLookedAtLater = urgency === "soon" && isOnItsWay;
      if ((changesState || isDueEarlier) && !isLookedAtLater) this.#deadlines.arm();
    }
    this.#noted({ ...entry, seq });
    return seq;
  }

  #write(entry: LogEntry, also: (() => void) | undefined): number {
    return this.#storage.transaction(() => {
      this.#history.writeCursor();
      const appended = this.#log.append(entry);
      for (const fact of entry.facts) this.#state.apply(fact, appended, entry.at);
      also?.();
      return appended;
    });
  }

  /** An entry about the connection or an operator's act. */
  event(at: number, what: Record<string, unknown>, facts: readonly Fact[], urgency?: Urgency): number {
    return this.record({ at, direction: "event", frame: JSON.stringify(what), facts }, undefined, urgency);
  }
}
