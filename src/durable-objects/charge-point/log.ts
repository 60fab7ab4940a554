// The charger's append-only log: message viewer, replay cache and outbox in one row per frame.
// It is cut into segment tables so that old history goes by DROP TABLE, which writes no row, instead of by DELETE.
import { type Fact, isUrgent } from "../../ocpp/facts/fact.ts";
import type { Storage } from "./storage.ts";

/** Rows per segment table, and how many full ones are kept once their facts are in D1. */
const SEGMENT_ROWS = 4096;
const KEPT_SEGMENTS = 4;

export interface LogEntry {
  /** Epoch milliseconds. */
  at: number;
  /** in: the charger's call; out: our call; event: something about the connection or an operator's act. */
  direction: "in" | "out" | "event";
  /** The frame as received or sent; for events a JSON object. */
  frame: string;
  /** The frame that answered it, if any. */
  answer?: string | undefined;
  facts: readonly Fact[];
}

export interface LogRow extends LogEntry {
  seq: number;
}

type Row = {
  seq: number;
  at: number;
  direction: LogEntry["direction"];
  frame: string;
  answer: string | null;
  facts: string | null;
};

export interface Pending {
  count: number;
  /** Of their frames. */
  chars: number;
  /** Epoch milliseconds of the oldest. */
  since: number | undefined;
  urgent: boolean;
}

export class Log {
  readonly #storage: Storage;
  /** The first sequence number ever given here. Time-based: a charger that is deleted and returns never repeats one. */
  #base = 0;
  #next = 0;
  #segments: number[] = [];
  /** Into the newest segment: spelt once, for it is looked up by its text with each frame. */
  #insert = "";

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#load();
    storage.onRollback(() => this.#load());
  }

  /** The sequence number that the next entry will get. */
  get nextSeq(): number {
    return this.#next;
  }

  /** Whether the next entry is a single insert: no table has to be made for it. */
  get hasRoom(): boolean {
    return this.#base !== 0 && this.#segments.at(-1) === this.#segmentOf(this.#next);
  }

  /** Must run inside a storage transaction with the state it changes, unless it has room and is all there is to write. */
  append(entry: LogEntry): number {
    if (this.#base === 0) this.#begin(entry.at);
    const seq = this.#next;
    const segment = this.#segmentOf(seq);
    if (this.#segments.at(-1) !== segment) this.#addSegment(segment);
    this.#storage.log.exec(
      this.#insert,
      seq,
      entry.at,
      entry.direction,
      entry.frame,
      entry.answer ?? null,
      entry.facts.length === 0 ? null : JSON.stringify(entry.facts),
      entry.facts.some(isUrgent) ? 1 : 0,
    );
    this.#next = seq + 1;
    return seq;
  }

  /** Newest first, for those who look for something. */
  get tables(): string[] {
    return this.#segments.toReversed().map((segment) => `log_${segment}`);
  }

  /** @param query of all columns, in any order of the entries */
  read(query: string, ...bindings: (string | number)[]): LogRow[] {
    return this.#rows(query, ...bindings);
  }

  /** The end of a log that was begun elsewhere: its numbering goes on. Must run inside a storage transaction. */
  restore(base: number, rows: readonly LogRow[]): void {
    this.#base = base;
    for (const row of rows) {
      this.#next = row.seq;
      this.append(row);
    }
  }

  get(seq: number): LogRow | undefined {
    const segment = this.#segmentOf(seq);
    if (!this.#segments.includes(segment)) return undefined;
    return this.#rows(`SELECT seq, at, direction, frame, answer, facts FROM log_${segment} WHERE seq = ?`, seq)[0];
  }

  /** Replaces the frame of an entry by one that does not say what nobody may read any more. */
  blank(seq: number, frame: string): void {
    const segment = this.#segmentOf(seq);
    if (this.#segments.includes(segment))
      this.#storage.log.exec(`UPDATE log_${segment} SET frame = ? WHERE seq = ?`, frame, seq);
  }

  /** Oldest first, from the first entry after `seq`. */
  after(seq: number, limit: number): LogRow[] {
    const rows: LogRow[] = [];
    for (const segment of this.#segments) {
      if (rows.length >= limit || !this.#holdsAfter(segment, seq)) continue;
      rows.push(
        ...this.#rows(
          `SELECT seq, at, direction, frame, answer, facts FROM log_${segment} WHERE seq > ? ORDER BY seq LIMIT ?`,
          seq,
          limit - rows.length,
        ),
      );
    }
    return rows;
  }

  /** What history lacks, oldest first: entries with facts after `seq`. Of one segment: there may be more. */
  allUnshipped(seq: number): LogRow[] {
    const segment = this.#unshippedSegment(seq);
    if (segment === undefined) return [];
    return this.#rows(
      `SELECT seq, at, direction, frame, answer, facts FROM log_${segment} WHERE seq > ? AND facts IS NOT NULL ORDER BY seq`,
      seq,
    );
  }

  /** The same, as many as fit, but at least one. */
  unshipped(seq: number, maxRows: number, maxBytes: number): LogRow[] {
    const segment = this.#unshippedSegment(seq);
    if (segment === undefined) return [];
    let bytes = 0;
    let last = seq;
    const where = `FROM log_${segment} WHERE seq > ? AND facts IS NOT NULL`;
    for (const row of this.#storage.log
      .exec<{ seq: number; size: number }>(
        `SELECT seq, octet_length(frame) + octet_length(facts) AS size ${where} ORDER BY seq LIMIT ?`,
        seq,
        maxRows,
      )
      .toArray()) {
      bytes += row.size;
      if (last > seq && bytes > maxBytes) break;
      last = row.seq;
    }
    if (last === seq) return [];
    return this.#rows(`SELECT seq, at, direction, frame, answer, facts ${where} AND seq <= ? ORDER BY seq`, seq, last);
  }

  /** What lies after `seq`: how many entries with facts, the oldest one's time, and whether one may not wait. */
  pendingAfter(seq: number): Pending {
    const pending: Pending = { count: 0, chars: 0, since: undefined, urgent: false };
    for (const segment of this.#segments) {
      if (!this.#holdsAfter(segment, seq)) continue;
      const { count, chars, since, urgent } = this.#pendingIn(segment, seq);
      pending.count += count;
      pending.chars += chars ?? 0;
      pending.since ??= since ?? undefined;
      pending.urgent ||= urgent === 1;
    }
    return pending;
  }

  /** Newest first, from the last entry before `seq`. */
  before(seq: number, limit: number): LogRow[] {
    const rows: LogRow[] = [];
    for (const segment of this.#segments.toReversed()) {
      if (rows.length >= limit) break;
      rows.push(
        ...this.#rows(
          `SELECT seq, at, direction, frame, answer, facts FROM log_${segment} WHERE seq < ? ORDER BY seq DESC LIMIT ?`,
          seq,
          limit - rows.length,
        ),
      );
    }
    return rows;
  }

  /** Drops the oldest segments whose facts have all been shipped. */
  prune(shippedSeq: number): void {
    while (this.#segments.length > KEPT_SEGMENTS) {
      const oldest = this.#segments[0];
      if (oldest === undefined || this.#base + (oldest + 1) * SEGMENT_ROWS > shippedSeq) return;
      this.#storage.log.exec(`DROP TABLE log_${oldest}`);
      this.#segments.shift();
    }
  }

  #load(): void {
    const base = this.#storage.get("logBase");
    this.#base = typeof base === "number" ? base : 0;
    this.#segments = this.#base === 0 ? [] : this.#existingSegments();
    this.#next = this.#base;
    const newest = this.#segments.at(-1);
    if (newest === undefined) return;
    this.#insert = insertInto(newest);
    const [row] = this.#storage.log.exec<{ seq: number | null }>(`SELECT max(seq) AS seq FROM log_${newest}`).toArray();
    this.#next = (row?.seq ?? this.#base + newest * SEGMENT_ROWS - 1) + 1;
  }

  #begin(at: number): void {
    this.#base = at * 1000;
    this.#next = this.#base;
    this.#storage.set("logBase", this.#base);
  }

  #holdsAfter(segment: number, seq: number): boolean {
    return this.#base + (segment + 1) * SEGMENT_ROWS > seq;
  }

  #unshippedSegment(seq: number): number | undefined {
    const newest = this.#segments.at(-1);
    // Behind the newest there is none to go on with, so that it need not be counted.
    return this.#segments.find(
      (one) => this.#holdsAfter(one, seq) && (one === newest || this.#pendingIn(one, seq).count > 0),
    );
  }

  #pendingIn(segment: number, seq: number) {
    return this.#storage.log
      .exec<{ count: number; chars: number | null; since: number | null; urgent: number | null }>(
        `SELECT count(*) AS count, sum(length(frame)) AS chars, min(at) AS since, max(urgent) AS urgent
         FROM log_${segment} WHERE seq > ? AND facts IS NOT NULL`,
        seq,
      )
      .one();
  }

  #segmentOf(seq: number): number {
    return Math.floor((seq - this.#base) / SEGMENT_ROWS);
  }

  #addSegment(segment: number): void {
    this.#storage.log.exec(
      `CREATE TABLE log_${segment} (
        seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, direction TEXT NOT NULL,
        frame TEXT NOT NULL, answer TEXT, facts TEXT, urgent INTEGER NOT NULL
      )`,
    );
    this.#segments.push(segment);
    this.#insert = insertInto(segment);
  }

  #existingSegments(): number[] {
    return this.#storage.log
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'log_*'")
      .toArray()
      .map((row) => Number(row.name.slice("log_".length)))
      .sort((a, b) => a - b);
  }

  #rows(query: string, ...bindings: (string | number)[]): LogRow[] {
    return this.#storage.log
      .exec<Row>(query, ...bindings)
      .toArray()
      .map(({ answer, facts, ...row }) => ({
        ...row,
        ...(answer === null ? {} : { answer }),
        facts: readFacts(facts),
      }));
  }
}

const insertInto = (segment: number): string =>
  `INSERT INTO log_${segment} (seq, at, direction, frame, answer, facts, urgent) VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** The column is written by append() alone, so its shape is ours. */
function readFacts(column: string | null): Fact[] {
  if (column === null) return [];
  const facts: Fact[] = JSON.parse(column);
  return facts;
}
