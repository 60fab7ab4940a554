// The actor's own SQLite: ordered migrations and a small key-value table for single facts about the charger.
// Nothing here knows OCPP. Tables that hold the log are made by log.ts, one per segment.

interface Migration {
  id: number;
  sql: string;
}

/** Append only: an actor that slept for a year runs the missing ones when it wakes. */
const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    sql: `
      CREATE TABLE connectors (
        evse_id INTEGER NOT NULL, connector_id INTEGER NOT NULL, status TEXT NOT NULL,
        PRIMARY KEY (evse_id, connector_id)
      ) WITHOUT ROWID;
      CREATE TABLE transactions (
        id TEXT PRIMARY KEY, ocpp_id TEXT NOT NULL, connector_id INTEGER NOT NULL,
        open INTEGER NOT NULL, first_seq INTEGER NOT NULL, data TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE commands (
        id TEXT PRIMARY KEY, status TEXT NOT NULL, created_at INTEGER NOT NULL, data TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE configuration (
        key TEXT PRIMARY KEY, value TEXT, readonly INTEGER NOT NULL, unknown INTEGER NOT NULL, at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE id_tokens (key TEXT PRIMARY KEY, data TEXT NOT NULL, fetched_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE parked (seq INTEGER PRIMARY KEY, facts TEXT NOT NULL, error TEXT NOT NULL);
    `,
  },
  {
    id: 2,
    sql: `
      CREATE TABLE components (key TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE display_messages (id INTEGER PRIMARY KEY, message TEXT NOT NULL, at INTEGER NOT NULL);
      CREATE TABLE jobs (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE reports (
        report TEXT NOT NULL, request_id INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (report, request_id)
      ) WITHOUT ROWID;
    `,
  },
  {
    id: 3,
    sql: `
      CREATE TABLE reservations (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE local_list (part INTEGER PRIMARY KEY, entries TEXT NOT NULL);
    `,
  },
  {
    id: 4,
    sql: "CREATE TABLE kept (kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
  },
  {
    id: 5,
    sql: "CREATE TABLE certificate_requests (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
  },
  {
    // What is parked must outlive the log, so that it can be told when D1 takes it after all.
    id: 6,
    sql: "ALTER TABLE parked ADD COLUMN at INTEGER; ALTER TABLE parked ADD COLUMN frame TEXT",
  },
];

export class Storage {
  readonly sql: SqlStorage;
  readonly #storage: DurableObjectStorage;
  readonly #meta = new Map<string, unknown>();
  readonly #caches: (() => void)[] = [];
  #tablesExist: boolean;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.sql = storage.sql;
    // An actor that is asked about an unknown charger must leave nothing behind: tables are made on the first write.
    this.#tablesExist = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'meta'").toArray().length > 0;
    if (this.#tablesExist) {
      this.#load();
      this.#migrate();
    }
  }

  /** Whether anything was ever stored about this charger. */
  get isEmpty(): boolean {
    return !this.#tablesExist;
  }

  /** Makes the tables if they are missing. Call before the first write. */
  prepare(): void {
    if (this.#tablesExist) return;
    this.#storage.transactionSync(() => {
      this.sql.exec("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
      this.#migrate();
    });
    this.#tablesExist = true;
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
      this.#load();
      for (const forget of this.#caches) forget();
      throw error;
    }
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
    const missing = MIGRATIONS.filter((migration) => migration.id > done);
    if (missing.length === 0) return;
    this.#storage.transactionSync(() => {
      for (const migration of missing) this.sql.exec(migration.sql);
      this.set("schema", missing.at(-1)?.id ?? done);
    });
  }
}
