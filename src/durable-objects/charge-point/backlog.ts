// What is not in D1 yet, as far as it has to be known at every moment: how much it is, since when, and how soon it has to go.
import type { Urgency } from "../../ocpp/facts/fact.ts";
import type { LogEntry, Pending } from "./log.ts";

export class Backlog {
  #pending: Pending;
  #hasTime = false;

  /** @param pending as the log counts it */
  constructor(pending: Pending) {
    this.#pending = pending;
  }

  /** Entries with facts. */
  get count(): number {
    return this.#pending.count;
  }

  /** Of their frames. */
  get chars(): number {
    return this.#pending.chars;
  }

  /** Of the oldest entry, epoch milliseconds. */
  get since(): number | undefined {
    return this.#pending.since;
  }

  get isUrgent(): boolean {
    return this.#pending.urgent;
  }

  /** All that is urgent has a moment's time and needs no alarm, see Urgency. */
  get hasTime(): boolean {
    return this.#pending.urgent && this.#hasTime;
  }

  /** @returns whether something is due earlier by this entry */
  noted({ at, frame }: LogEntry, urgency: Urgency): boolean {
    const { count, urgent: wasUrgent } = this.#pending;
    if (!wasUrgent) this.#hasTime = urgency === "soon";
    else if (urgency === "urgent") this.#hasTime = false;
    this.#pending.count += 1;
    this.#pending.chars += frame.length;
    this.#pending.since ??= at;
    this.#pending.urgent ||= urgency !== "patient";
    return count === 0 || this.#pending.urgent !== wasUrgent;
  }

  /** @param rest what the log has beyond it; asked only if that is not nothing */
  shipped(count: number, rest: () => Pending): void {
    this.#pending = this.#pending.count === count ? { count: 0, chars: 0, since: undefined, urgent: false } : rest();
  }

  /** Counted anew. */
  is(pending: Pending): void {
    this.#pending = pending;
    this.#hasTime = false;
  }
}
