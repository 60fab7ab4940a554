// The newest events of the fleet, bounded: one row per batch that history told. Cut into tables, so that the oldest go
// by DROP TABLE, which writes no rows.
import type { FleetEvent } from "../../events/event.ts";

const SEGMENT_ROWS = 1024;
const KEPT_SEGMENTS = 32;

export interface Batch {
  /** Grows by one with each batch; never repeated, also if the log begins anew. */
  position: number;
  events: FleetEvent[];
}

type Row = { position: number; events: string };

export class FeedLog {
  readonly #storage: DurableObjectStorage;
  #segments: number[];
  #last: number;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#segments = storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'feed_*'")
      .toArray()
      .map(({ name }) => Number(name.slice("feed_".length)))
      .sort((a, b) => a - b);
    const newest = this.#segments.at(-1);
    this.#last =
      newest === undefined
        ? 0
        : (storage.sql.exec<{ position: number | null }>(`SELECT max(position) AS position FROM feed_${newest}`).one()
            .position ?? newest * SEGMENT_ROWS - 1);
  }

  /** The position of the newest batch; 0: nothing ever happened. */
  get cursor(): number {
    return this.#last;
  }

  /** Below this nothing is kept. */
  get oldest(): number {
    const [first] = this.#segments;
    if (first === undefined) return this.#last + 1;
    return this.#storage.sql.exec<{ position: number }>(`SELECT min(position) AS position FROM feed_${first}`).one()
      .position;
  }

  append(events: readonly FleetEvent[], now: number): number {
    // Time-based: whoever resumes from a log that is no more is told so.
    const position = this.#last === 0 ? now * 1000 : this.#last + 1;
    const segment = Math.floor(position / SEGMENT_ROWS);
    this.#storage.transactionSync(() => {
      if (this.#segments.at(-1) !== segment) {
        this.#storage.sql.exec(`CREATE TABLE feed_${segment} (position INTEGER PRIMARY KEY, events TEXT NOT NULL)`);
        const old = this.#segments.length >= KEPT_SEGMENTS ? this.#segments[0] : undefined;
        if (old !== undefined) this.#storage.sql.exec(`DROP TABLE feed_${old}`);
        this.#segments = [...this.#segments.filter((one) => one !== old), segment];
      }
      const text = JSON.stringify(events);
      this.#storage.sql.exec(`INSERT INTO feed_${segment} (position, events) VALUES (?, ?)`, position, text);
    });
    this.#last = position;
    return position;
  }

  /** Oldest first. */
  after(position: number, limit: number): Batch[] {
    const rows: Row[] = [];
    for (const segment of this.#segments) {
      if (rows.length >= limit) break;
      if ((segment + 1) * SEGMENT_ROWS <= position) continue;
      const query = `SELECT position, events FROM feed_${segment} WHERE position > ? ORDER BY position LIMIT ?`;
      rows.push(...this.#storage.sql.exec<Row>(query, position, limit - rows.length));
    }
    return rows.map(parse);
  }

  /** The newest events, oldest first: of as many batches as it takes. */
  newest(count: number): FleetEvent[] {
    const events: FleetEvent[] = [];
    for (const segment of this.#segments.toReversed()) {
      const query = `SELECT position, events FROM feed_${segment} ORDER BY position DESC LIMIT ?`;
      for (const row of this.#storage.sql.exec<Row>(query, count)) {
        events.unshift(...parse(row).events);
        if (events.length >= count) return events;
      }
    }
    return events;
  }

  /** The batch that an event was in. A look at every row: ask seldom. */
  positionOf(eventId: string): number | undefined {
    const needle = `"id":${JSON.stringify(eventId)}`;
    for (const segment of this.#segments.toReversed()) {
      const query = `SELECT position FROM feed_${segment} WHERE instr(events, ?) > 0 ORDER BY position DESC LIMIT 1`;
      const [row] = this.#storage.sql.exec<{ position: number }>(query, needle).toArray();
      if (row !== undefined) return row.position;
    }
    return undefined;
  }
}

/** The column is written by append() alone, so its shape is ours. */
function parse({ position, events }: Row): Batch {
  const parsed: FleetEvent[] = JSON.parse(events);
  return { position, events: parsed };
}
