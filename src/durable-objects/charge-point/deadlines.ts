// One platform alarm for many named deadlines. A deadline is derived from state, never stored: after a crash
// the same state gives the same deadlines. Setting the alarm writes a row, so it is only ever moved earlier.
import { logFailure } from "../../log.ts";

export interface Deadline {
  name: string;
  /** Epoch milliseconds, or undefined while there is nothing to wait for. */
  due(): number | undefined;
  /** Must make `due` move on, or the alarm would fire for ever. */
  fire(now: number): void | Promise<void>;
}

/** What became due by what was just done need not wait for the alarm. */
export function ringNow(deadline: Deadline, now: number): void {
  if ((deadline.due() ?? Infinity) <= now) void deadline.fire(now);
}

/** A deadline that keeps failing must not spin. */
const MIN_REARM_MS = 1000;
/** The platform refuses times up to the epoch and beyond what a Date holds; chargers and operators name any. */
const EARLIEST = 1;
const LATEST = Date.UTC(2200, 0, 1);

export class Deadlines {
  readonly #storage: DurableObjectStorage;
  readonly #table: () => readonly Deadline[];
  #alarmAt: number | null = null;

  constructor(storage: DurableObjectStorage, table: () => readonly Deadline[]) {
    this.#storage = storage;
    this.#table = table;
  }

  /** On waking: without this, each wake would set again the alarm that is already set. */
  async load(): Promise<void> {
    this.#alarmAt = await this.#storage.getAlarm();
  }

  /** Call after state changed: sets the alarm if something is now due earlier than it would ring. */
  arm(): void {
    const due = this.#earliest();
    if (due === undefined) return;
    const at = Math.min(Math.max(due, EARLIEST), LATEST);
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    // Not awaited: the output gate holds whatever is sent until this is durable too.
    void this.#storage.setAlarm(at);
  }

  /** The platform's alarm rang: run what is due, then set it for what comes next. */
  async ring(now: number): Promise<void> {
    this.#alarmAt = null;
    for (const deadline of this.#table()) {
      const due = deadline.due();
      if (due === undefined || due > now) continue;
      try {
        await deadline.fire(now);
      } catch (error) {
        // The others must ring all the same.
        logFailure({ event: "deadline_failed", deadline: deadline.name, detail: String(error) });
      }
    }
    const next = this.#earliest();
    if (next === undefined || (this.#alarmAt !== null && this.#alarmAt <= next)) return;
    this.#alarmAt = Math.min(Math.max(next, Date.now() + MIN_REARM_MS), LATEST);
    await this.#storage.setAlarm(this.#alarmAt);
  }

  #earliest(): number | undefined {
    let earliest: number | undefined;
    for (const deadline of this.#table()) {
      const due = deadline.due();
      if (due !== undefined && Number.isFinite(due) && (earliest === undefined || due < earliest)) earliest = due;
    }
    return earliest;
  }
}
