// Ships facts to D1 by moving a cursor along the log. Facts leave only when the writer says they are committed;
// a failure is repeated with growing pauses, and a repetition is harmless because D1 writes are guarded by sequence.
// For the same reason the cursor on the disk may lag behind the one in memory.
import { logDetail, logFailure, logWarning } from "../../log.ts";
import type { Fact, Urgency } from "../../ocpp/facts/fact.ts";
import { finding } from "../../ocpp/handler.ts";
import type { HistoryReply, HistoryRow } from "../history/batch.ts";
import { Backlog } from "./backlog.ts";
import { Company } from "./company.ts";
import type { Deadline } from "./deadlines.ts";
import type { Log, LogEntry } from "./log.ts";
import { park, parkedRows, unpark } from "./parked.ts";
import type { Storage } from "./storage.ts";

/** Meter samples wait for company: this long, or until there are this many, and some more of them at each other charger. */
const SLOW_BEAT_MS = 10 * 60_000;
const SLOW_BEAT_ROWS = 64;
/** A fleet that measures by the clock must not ship at the same moment. */
const SLOW_BEAT_SPREAD = 32;
/** If the process dies between the answer and the shipping, the alarm wakes the actor after this. */
const SAFETY_NET_MS = 5_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** D1 takes 1,000 statements at once, RPC 32 MiB; a shipment stays far below both. */
const ROWS_PER_SHIPMENT = 128;
const BYTES_PER_SHIPMENT = 4 * 1024 * 1024;
/** Of frames: with the facts made of them they are a shipment for certain, and their sizes need not be looked at. */
const CHARS_AT_ONCE = 256 * 1024;

export const parkedFinding = (seq: number, detail: string): Fact =>
  finding("history_parked", `the database refuses log entry ${seq}, which was put aside: ${detail}`);

/** The door to the writer. May throw: the writer may be gone. */
export interface Shipping {
  /** @param isHurried somebody waits for it */
  write(rows: HistoryRow[], isHurried: boolean): Promise<HistoryReply>;
  /** Somebody waits for what is on its way. */
  hurry(): Promise<void>;
}

export class History {
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #writer: Shipping;
  readonly #keepAlive: (work: Promise<unknown>) => void;
  readonly #beatRows: number;
  readonly #parked: (seq: number, detail: string) => void;
  #cursor: number;
  /** As far as the disk knows. */
  #savedCursor: number;
  readonly #backlog: Backlog;
  readonly #company: Company;
  #failures = 0;
  #retryAt: number | undefined;
  #shipping: Promise<boolean> | undefined;

  /**
   * @param parked told of an entry that D1 refuses, after it was put aside
   * @param spread a number of this charger's own
   */
  constructor(
    storage: Storage,
    log: Log,
    writer: Shipping,
    keepAlive: (work: Promise<unknown>) => void,
    parked: (seq: number, detail: string) => void,
    spread: number,
  ) {
    this.#storage = storage;
    this.#log = log;
    this.#writer = writer;
    this.#keepAlive = keepAlive;
    this.#parked = parked;
    this.#beatRows = SLOW_BEAT_ROWS + (spread % SLOW_BEAT_SPREAD);
    this.#savedCursor = readCursor(storage);
    this.#cursor = this.#savedCursor;
    this.#backlog = new Backlog(log.pendingAfter(this.#cursor));
    this.#company = new Company(() => {
      this.nudge(Date.now());
      // No alarm was set when it came: what is due is looked at now.
      keepAlive(Promise.resolve());
    });
    storage.onRollback(() => {
      this.#savedCursor = readCursor(storage);
    });
  }

  /** Everything up to and including this entry is in D1. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Entries whose facts are not in D1 yet. */
  get backlog(): number {
    return this.#backlog.count;
  }

  /**
   * Tells that an entry with facts was appended.
   * @returns whether something is due earlier by it
   */
  noted(entry: LogEntry, urgency: Urgency): boolean {
    if (!this.#backlog.isUrgent) this.#company.renew();
    return this.#backlog.noted(entry, urgency);
  }

  /** Goes on from what the disk says. */
  restart(): void {
    this.#savedCursor = readCursor(this.#storage);
    this.#cursor = this.#savedCursor;
    this.#backlog.is(this.#log.pendingAfter(this.#cursor));
  }

  /** Whether the cursor has moved since it was written. */
  get hasMoved(): boolean {
    return this.#cursor !== this.#savedCursor;
  }

  /** Must run inside a storage transaction. */
  writeCursor(): void {
    if (!this.hasMoved) return;
    this.#storage.set("cursor", this.#cursor);
    this.#savedCursor = this.#cursor;
    this.#log.prune(this.#cursor);
  }

  /**
   * Starts shipping if something may not wait any longer. Never blocks the caller.
   * @returns whether it is on its way or waits for company: the deadlines are looked at when it is through
   */
  nudge(now: number): boolean {
    if (this.#backlog.hasTime && !this.#company.isOver) {
      this.#company.await();
      return true;
    }
    if (this.#shipping !== undefined) return true;
    if (this.#retryAt !== undefined && now < this.#retryAt) return false;
    const due = this.#backlog.isUrgent || this.#backlog.count >= this.#beatRows || now >= (this.#beatAt() ?? Infinity);
    if (due) this.#keepAlive(this.#shipUnasked());
    return due;
  }

  /**
   * Ships what was appended before this call. Resolves when it is in D1, or when an attempt failed.
   * @param isPatientToo false: only if facts are among it that may not wait
   */
  async flush(isPatientToo = true): Promise<void> {
    if (!isPatientToo && !this.#backlog.isUrgent) return;
    const target = this.#log.nextSeq - 1;
    while (this.#cursor < target && this.#backlog.count > 0) {
      if (this.#shipping !== undefined) await this.#hurry();
      if (!(await this.#shipNext(true))) break;
    }
    this.#save();
    // What came in meanwhile did not start a shipment of its own.
    this.nudge(Date.now());
  }

  readonly deadline: Deadline = {
    name: "history",
    due: () => {
      if (this.#backlog.count === 0) return undefined;
      if (this.#retryAt !== undefined) return this.#retryAt;
      if (this.#backlog.hasTime) return undefined;
      return this.#backlog.isUrgent ? (this.#backlog.since ?? 0) + SAFETY_NET_MS : this.#beatAt();
    },
    fire: async () => {
      this.#retryAt = undefined;
      await this.flush();
    },
  };

  /**
   * Tells once more what D1 refused: a later version may say it otherwise.
   * @param since what became of it meanwhile, which D1 could not take without it
   * @returns how many it still refuses
   */
  async shipParked(since: (facts: readonly Fact[]) => Fact[]): Promise<number> {
    for (const row of parkedRows(this.#storage)) {
      const reply = await this.#attempt([{ ...row, facts: [...row.facts, ...since(row.facts)] }], true);
      if (reply.ok) this.#storage.transaction(() => unpark(this.#storage, row.seq));
      else if (reply.reason === "unavailable") break;
    }
    return parkedRows(this.#storage).length;
  }

  #beatAt(): number | undefined {
    return this.#backlog.since === undefined ? undefined : this.#backlog.since + SLOW_BEAT_MS;
  }

  async #shipUnasked(): Promise<void> {
    if (!(await this.#shipNext(false))) return;
    // Under load the cursor is written with the next entry: that saves a commit of its own.
    if (this.#backlog.count === 0) this.#save();
    else this.nudge(Date.now());
  }

  /** One shipment, or what becomes of the one on its way. False: it failed. */
  #shipNext(isHurried: boolean): Promise<boolean> {
    this.#shipping ??= this.#shipOnce(isHurried).finally(() => {
      this.#shipping = undefined;
    });
    return this.#shipping;
  }

  async #shipOnce(isHurried: boolean): Promise<boolean> {
    const { count, chars } = this.#backlog;
    const isAll = count <= ROWS_PER_SHIPMENT && chars <= CHARS_AT_ONCE;
    const rows = isAll
      ? this.#log.allUnshipped(this.#cursor)
      : this.#log.unshipped(this.#cursor, ROWS_PER_SHIPMENT, BYTES_PER_SHIPMENT);
    const last = rows.at(-1);
    if (last === undefined) return false;
    const reply = await this.#attempt(
      rows.map(({ seq, at, frame, facts }) => ({ seq, at, frame, facts })),
      isHurried,
    );
    if (!reply.ok && reply.reason === "unavailable") {
      this.#failed(reply.detail);
      return false;
    }
    this.#failures = 0;
    this.#retryAt = undefined;
    if (reply.ok) this.#moveTo(last.seq, rows.length);
    else this.#park(reply.seq, reply.detail);
    return true;
  }

  async #attempt(rows: HistoryRow[], isHurried: boolean): Promise<HistoryReply> {
    try {
      return await this.#writer.write(rows, isHurried);
    } catch (error) {
      // The writer itself is gone (deploy, overload): the same as a database that is away.
      return { ok: false, reason: "unavailable", detail: String(error) };
    }
  }

  async #hurry(): Promise<void> {
    try {
      await this.#writer.hurry();
    } catch (error) {
      // What is on its way tells the same by failing.
      logDetail({ event: "hurry_failed", detail: String(error) });
    }
  }

  /** @param told how many of those that were pending are in D1 by it */
  #moveTo(seq: number, told: number): void {
    this.#cursor = seq;
    this.#backlog.shipped(told, () => this.#log.pendingAfter(seq));
  }

  #save(): void {
    if (this.hasMoved) this.#storage.transaction(() => this.writeCursor());
  }

  #failed(detail: string): void {
    this.#failures += 1;
    this.#retryAt = Date.now() + Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.#failures - 1, 10));
    if (this.#failures === 1) logWarning({ event: "history_unavailable", detail });
  }

  /** D1 is well and refuses this very entry: nothing behind it would ever arrive. */
  #park(seq: number, detail: string): void {
    const row = this.#log.get(seq);
    logFailure({ event: "history_parked", seq, detail, facts: row?.facts });
    if (row !== undefined) this.#storage.transaction(() => park(this.#storage, row, detail));
    this.#moveTo(seq, 0);
    this.#save();
    this.#parked(seq, detail);
  }
}

function readCursor(storage: Storage): number {
  const cursor = storage.get("cursor");
  return typeof cursor === "number" ? cursor : 0;
}
