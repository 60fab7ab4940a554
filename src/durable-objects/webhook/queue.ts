// The events of one webhook: those that wait, those that were delivered lately, and those that were given up. Bounded.
// An event is known by its id, so one that is offered again is not queued again.
import type { FleetEvent } from "../../events/event.ts";
import type { Attempt } from "../../webhooks/attempt.ts";

export type DeliveryStatus = "queued" | "delivered" | "parked";

/** One that waits. */
export interface Item {
  id: string;
  position: number;
  chargePoint: string;
  attempts: number;
  /** Epoch milliseconds. */
  queuedAt: number;
  nextAt: number;
  /** How large its event is. */
  chars: number;
}

export type DeliveryRow = {
  id: string;
  position: number;
  charge_point: string;
  type: string;
  event: string;
  status: DeliveryStatus;
  attempts: number;
  queued_at: number;
  tried_at: number | null;
  next_at: number | null;
  status_code: number | null;
  response: string | null;
  error: string | null;
};

export interface Bounds {
  queued: number;
  queuedChars: number;
  delivered: number;
  parked: number;
}

export const BOUNDS: Bounds = { queued: 20_000, queuedChars: 50_000_000, delivered: 1_000, parked: 5_000 };
/** Deliveries between two looks at what is too old. */
const PRUNE_EVERY = 100;

export class Queue {
  readonly #sql: SqlStorage;
  readonly #bounds: Bounds;
  /** By charger: the order within a lane is the order of delivery. */
  readonly #lanes = new Map<string, Item[]>();
  #queued = 0;
  #chars = 0;
  #position = 0;
  #sincePrune = 0;

  constructor(sql: SqlStorage, bounds = BOUNDS) {
    this.#sql = sql;
    this.#bounds = bounds;
    sql.exec(`CREATE TABLE IF NOT EXISTS deliveries (
      id TEXT PRIMARY KEY, position INTEGER NOT NULL, charge_point TEXT NOT NULL, type TEXT NOT NULL, event TEXT NOT NULL,
      status TEXT NOT NULL, attempts INTEGER NOT NULL, queued_at INTEGER NOT NULL, tried_at INTEGER, next_at INTEGER,
      status_code INTEGER, response TEXT, error TEXT
    ) WITHOUT ROWID`);
    this.#load();
  }

  get lanes(): ReadonlyMap<string, readonly Item[]> {
    return this.#lanes;
  }

  get queued(): number {
    return this.#queued;
  }

  get parked(): number {
    return this.#count("parked");
  }

  /** @returns how many did not fit: what waits already has been waiting longer and goes first */
  add(events: readonly FleetEvent[], now: number): number {
    let dropped = 0;
    for (const event of events) {
      if (this.#sql.exec("SELECT 1 FROM deliveries WHERE id = ?", event.id).toArray().length > 0) continue;
      const text = JSON.stringify(event);
      if (this.#queued >= this.#bounds.queued || this.#chars + text.length > this.#bounds.queuedChars) {
        dropped += 1;
        continue;
      }
      const chargePoint = event.chargePointId?.toLowerCase() ?? "";
      const item = this.#newItem(event.id, chargePoint, text.length, now);
      this.#sql.exec(
        `INSERT INTO deliveries (id, position, charge_point, type, event, status, attempts, queued_at, next_at)
         VALUES (?, ?, ?, ?, ?, 'queued', 0, ?, ?)`,
        ...[item.id, item.position, chargePoint, event.type, text, now, now],
      );
      this.#enlist(item);
    }
    return dropped;
  }

  event(id: string): FleetEvent | undefined {
    const [row] = this.#sql.exec<{ event: string }>("SELECT event FROM deliveries WHERE id = ?", id).toArray();
    if (row === undefined) return undefined;
    // Written by add() alone, so its shape is ours.
    const event: FleetEvent = JSON.parse(row.event);
    return event;
  }

  delivered(item: Item, attempt: Attempt, now: number): void {
    this.#settle(item, "delivered", attempt, now, null);
    this.#sincePrune += 1;
    if (this.#sincePrune >= PRUNE_EVERY) this.#prune();
  }

  failed(item: Item, attempt: Attempt, now: number, nextAt: number): void {
    item.attempts += 1;
    item.nextAt = nextAt;
    this.#write(item, "queued", attempt, now, nextAt);
  }

  /** @returns how many that were given up long ago are forgotten for it */
  park(item: Item, error: string): number {
    this.#sql.exec(
      "UPDATE deliveries SET status = 'parked', next_at = NULL, error = coalesce(error, ?) WHERE id = ?",
      ...[error, item.id],
    );
    this.#leave(item);
    return this.#drop("parked", this.#bounds.parked);
  }

  /** Puts parked or delivered ones into the queue again, behind what waits. Without ids: all that are parked. */
  again(ids: readonly string[] | undefined, now: number): number {
    const rows = this.#sql
      .exec<DeliveryRow>("SELECT * FROM deliveries WHERE status <> 'queued' ORDER BY position")
      .toArray()
      .filter((row) => (ids === undefined ? row.status === "parked" : ids.includes(row.id)));
    for (const { id, charge_point: chargePoint, event } of rows) {
      const item = this.#newItem(id, chargePoint, event.length, now);
      this.#sql.exec(
        "UPDATE deliveries SET status = 'queued', position = ?, attempts = 0, queued_at = ?, next_at = ? WHERE id = ?",
        ...[item.position, now, now, id],
      );
      this.#enlist(item);
    }
    return rows.length;
  }

  /** Of what the memory holds: whoever calls this deletes the table, too. */
  forget(): void {
    this.#lanes.clear();
    this.#queued = 0;
    this.#chars = 0;
  }

  /** Newest first, from the one before `position`. */
  list(status: DeliveryStatus | undefined, position: number | undefined, limit: number): DeliveryRow[] {
    return this.#sql
      .exec<DeliveryRow>(
        "SELECT * FROM deliveries WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR position < ?2) ORDER BY position DESC LIMIT ?3",
        ...[status ?? null, position ?? null, limit],
      )
      .toArray();
  }

  #load(): void {
    const rows = this.#sql.exec<DeliveryRow & { size: number }>(
      "SELECT *, length(event) AS size FROM deliveries WHERE status = 'queued' ORDER BY position",
    );
    for (const row of rows) {
      const {
        id,
        position,
        charge_point: chargePoint,
        attempts,
        queued_at: queuedAt,
        next_at: nextAt,
        size: chars,
      } = row;
      this.#enlist({ id, position, chargePoint, attempts, queuedAt, nextAt: nextAt ?? queuedAt, chars });
    }
    const { last } = this.#sql.exec<{ last: number | null }>("SELECT max(position) AS last FROM deliveries").one();
    this.#position = last ?? 0;
  }

  #newItem(id: string, chargePoint: string, chars: number, now: number): Item {
    this.#position += 1;
    return { id, position: this.#position, chargePoint, attempts: 0, queuedAt: now, nextAt: now, chars };
  }

  #enlist(item: Item): void {
    const lane = this.#lanes.get(item.chargePoint);
    if (lane === undefined) this.#lanes.set(item.chargePoint, [item]);
    else lane.push(item);
    this.#queued += 1;
    this.#chars += item.chars;
  }

  #leave(item: Item): void {
    const lane = this.#lanes.get(item.chargePoint);
    // Only the first of a lane is ever delivered or given up.
    if (lane?.[0] !== item) throw new Error(`${item.id} is not the first of its lane`);
    lane.shift();
    if (lane.length === 0) this.#lanes.delete(item.chargePoint);
    this.#queued -= 1;
    this.#chars -= item.chars;
  }

  #settle(item: Item, status: DeliveryStatus, attempt: Attempt, now: number, nextAt: number | null): void {
    item.attempts += 1;
    this.#write(item, status, attempt, now, nextAt);
    this.#leave(item);
  }

  #write(item: Item, status: DeliveryStatus, attempt: Attempt, now: number, nextAt: number | null): void {
    this.#sql.exec(
      `UPDATE deliveries SET status = ?, attempts = ?, tried_at = ?, next_at = ?, status_code = ?, response = ?, error = ?
       WHERE id = ?`,
      ...[status, item.attempts, now, nextAt, attempt.statusCode, attempt.response, attempt.error, item.id],
    );
  }

  #prune(): void {
    this.#sincePrune = 0;
    this.#drop("delivered", this.#bounds.delivered);
  }

  #drop(status: DeliveryStatus, kept: number): number {
    return this.#sql.exec(
      `DELETE FROM deliveries WHERE status = ?1 AND position <=
         (SELECT position FROM deliveries WHERE status = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)`,
      ...[status, kept],
    ).rowsWritten;
  }

  #count(status: DeliveryStatus): number {
    return this.#sql.exec<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE status = ?", status).one().n;
  }
}
