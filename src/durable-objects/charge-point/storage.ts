// The actor's own SQLite: its tables, what was changed about them, and a small key-value table for single facts about the
// charger. Nothing here knows OCPP. Tables that hold the log are made by log.ts, one per segment.
import { Tables } from "./tables.ts";

interface Change {
  id: number;
  table: string;
  sql: string;
}

/**
 * What became of tables after they were made. Append only, and put the new shape into tables.ts, too: an actor that slept
 * for a year runs the missing ones when it wakes, on the tables that it has.
 */
const CHANGES: readonly Change[] = [
  {
    // What is parked must outlive the log, so that it can be told when D1 takes it after all.
    id: 6,
    table: "parked",
    sql: "ALTER TABLE parked ADD COLUMN at INTEGER; ALTER TABLE parked ADD COLUMN frame TEXT",
  },
];
const NEWEST = CHANGES.at(-1)?.id ?? 0;

export class Storage {
  /** For statements about one table of tables.ts. */
  readonly sql: Tables;
  /** For the log, which makes its tables itself. */
  readonly log: SqlStorage;
  readonly #storage: DurableObjectStorage;
  readonly #meta = new Map<string, unknown>();
  readonly #caches: (() => void)[] = [];

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.log = storage.sql;
    this.sql = new Tables(storage.sql);
    // An actor that is asked about an unknown charger must leave nothing behind: tables are made on the first write.
    if (this.isEmpty) return;
    this.#load();
    this.#migrate();
  }

  /** Whether anything was ever stored about this charger. */
  get isEmpty(): boolean {
    return !this.sql.has("meta");
  }

  /** Call before the first write. */
  prepare(): void {
    if (this.isEmpty) this.transaction(() => this.set("schema", NEWEST));
  }

  /** Whoever keeps in memory what is on the disk says here how to forget it. */
  onRollback(forget: () => void): void {
    this.#caches.push(forget);
  }

  /** One SQLite transaction: all of it is written, or, if `work` throws, nothing. */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      // The disk forgot what the memory still holds.
      this.reload();
      throw error;
    }
  }

  /** Forgets what the memory holds: the disk says something else. */
  reload(): void {
    this.sql.reload();
    this.#load();
    for (const forget of this.#caches) forget();
  }

  get(key: string): unknown {
    return this.#meta.get(key);
  }

  set(key: string, value: unknown): void {
    this.sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, JSON.stringify(value));
    this.#meta.set(key, value);
  }

  #load(): void {
    this.#meta.clear();
    for (const row of this.sql.exec<{ key: string; value: string }>("SELECT key, value FROM meta")) {
      this.#meta.set(row.key, JSON.parse(row.value));
    }
  }

  #migrate(): void {
    const schema = this.#meta.get("schema");
    const done = typeof schema === "number" ? schema : 0;
    if (done >= NEWEST) return;
    this.transaction(() => {
      for (const { id, table, sql } of CHANGES) if (id > done && this.sql.has(table)) this.log.exec(sql);
      this.set("schema", NEWEST);
    });
  }
}
