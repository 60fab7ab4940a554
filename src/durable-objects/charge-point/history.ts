// Ships facts to D1 by moving a cursor along the log. Facts leave only when the writer says they are committed;
// a failure is repeated with growing pauses, and a repetition is harmless because D1 writes are guarded by sequence.
import type { HistoryReply, HistoryRow } from "../history/batch.ts";
import type { Deadline } from "./deadlines.ts";
import type { Log, Pending } from "./log.ts";
import type { Storage } from "./storage.ts";

/** Meter samples wait for company: this long, or until there are this many. */
const SLOW_BEAT_MS = 10 * 60_000;
const SLOW_BEAT_ROWS = 64;
/** If the process dies between the answer and the shipping, the alarm wakes the actor after this. */
const SAFETY_NET_MS = 5_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;
const ROWS_PER_SHIPMENT = 256;

export type Ship = (rows: HistoryRow[]) => Promise<HistoryReply>;

export class History {
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #ship: Ship;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  #cursor: number;
  #pending: Pending;
  #failures = 0;
  #retryAt: number | undefined;
  #shipping: Promise<boolean> | undefined;

  constructor(storage: Storage, log: Log, ship: Ship, keepAlive: (work: Promise<unknown>) => void) {
    this.#storage = storage;
    this.#log = log;
    this.#ship = ship;
    this.#keepAlive = keepAlive;
    const cursor = storage.get("cursor");
    this.#cursor = typeof cursor === "number" ? cursor : 0;
    this.#pending = log.pendingAfter(this.#cursor);
  }

  /** Everything up to and including this entry is in D1. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Entries whose facts are not in D1 yet. */
  get backlog(): number {
    return this.#pending.count;
  }

  /** Tells that an entry with facts was appended. */
  noted(at: number, urgent: boolean): void {
    this.#pending.count += 1;
    this.#pending.since ??= at;
    this.#pending.urgent ||= urgent;
  }

  /** Starts shipping if something may not wait any longer. Never blocks the caller. */
  nudge(now: number): void {
    if (this.#shipping !== undefined || (this.#retryAt !== undefined && now < this.#retryAt)) return;
    const due = this.#pending.urgent || this.#pending.count >= SLOW_BEAT_ROWS || now >= (this.#beatAt() ?? Infinity);
    if (due) this.#keepAlive(this.flush());
  }

  /** Ships what was appended before this call. Resolves when it is in D1, or when an attempt failed. */
  async flush(): Promise<void> {
    const target = this.#log.nextSeq - 1;
    while (this.#cursor < target && this.#pending.count > 0) {
      this.#shipping ??= this.#shipOnce().finally(() => {
        this.#shipping = undefined;
      });
      if (!(await this.#shipping)) return;
    }
    // What came in meanwhile did not start a shipment of its own.
    this.nudge(Date.now());
  }

  readonly deadline: Deadline = {
    name: "history",
    due: () => {
      if (this.#pending.count === 0) return undefined;
      if (this.#retryAt !== undefined) return this.#retryAt;
      return this.#pending.urgent ? (this.#pending.since ?? 0) + SAFETY_NET_MS : this.#beatAt();
    },
    fire: async () => {
      this.#retryAt = undefined;
      await this.flush();
    },
  };

  #beatAt(): number | undefined {
    return this.#pending.since === undefined ? undefined : this.#pending.since + SLOW_BEAT_MS;
  }

  async #shipOnce(): Promise<boolean> {
    const rows = this.#log.after(this.#cursor, ROWS_PER_SHIPMENT);
    const last = rows.at(-1);
    if (last === undefined) return false;
    const withFacts = rows
      .filter((row) => row.facts.length > 0)
      .map(({ seq, at, frame, facts }) => ({ seq, at, frame, facts }));
    const reply = await this.#attempt(withFacts);
    if (!reply.ok) {
      this.#failed(reply);
      return false;
    }
    this.#failures = 0;
    this.#retryAt = undefined;
    this.#moveTo(last.seq);
    return true;
  }

  async #attempt(rows: HistoryRow[]): Promise<HistoryReply> {
    try {
      return await this.#ship(rows);
    } catch (error) {
      // The writer itself is gone (deploy, overload): the same as a database that is away.
      return { ok: false, reason: "unavailable", detail: String(error) };
    }
  }

  #moveTo(seq: number): void {
    this.#cursor = seq;
    this.#storage.transaction(() => {
      this.#storage.set("cursor", seq);
      this.#log.prune(seq);
    });
    this.#pending = this.#log.pendingAfter(seq);
  }

  #failed(reply: Extract<HistoryReply, { ok: false }>): void {
    this.#failures += 1;
    if (reply.reason === "rejected") {
      // D1 is well and refuses this very entry: park it, or nothing behind it would ever arrive.
      this.#park(reply.seq, reply.detail);
      return;
    }
    this.#retryAt = Date.now() + Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.#failures - 1, 10));
    if (this.#failures === 1) console.warn(JSON.stringify({ event: "history_unavailable", detail: reply.detail }));
  }

  #park(seq: number, detail: string): void {
    const row = this.#log.get(seq);
    console.error(JSON.stringify({ event: "history_parked", seq, detail, facts: row?.facts }));
    this.#storage.transaction(() => {
      this.#storage.sql.exec(
        "INSERT OR REPLACE INTO parked (seq, facts, error) VALUES (?, ?, ?)",
        seq,
        JSON.stringify(row?.facts ?? []),
        detail,
      );
    });
    this.#moveTo(seq);
    this.#retryAt = Date.now();
  }
}
