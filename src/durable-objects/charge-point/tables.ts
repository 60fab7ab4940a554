// The actor's tables besides its log. Each comes into being with its first row: most chargers need few of them, and an
// empty one costs pages, memory and time at birth. Nothing here knows OCPP.

/** The newest shape of each. */
const TABLES: Readonly<Record<string, string>> = {
  meta: "(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
  connectors: `(
    evse_id INTEGER NOT NULL, connector_id INTEGER NOT NULL, status TEXT NOT NULL,
    PRIMARY KEY (evse_id, connector_id)
  ) WITHOUT ROWID`,
  transactions: `(
    id TEXT PRIMARY KEY, ocpp_id TEXT NOT NULL, connector_id INTEGER NOT NULL,
    open INTEGER NOT NULL, first_seq INTEGER NOT NULL, data TEXT NOT NULL
  ) WITHOUT ROWID`,
  commands:
    "(id TEXT PRIMARY KEY, status TEXT NOT NULL, created_at INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID",
  configuration: `(
    key TEXT PRIMARY KEY, value TEXT, readonly INTEGER NOT NULL, unknown INTEGER NOT NULL, at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  id_tokens: "(key TEXT PRIMARY KEY, data TEXT NOT NULL, fetched_at INTEGER NOT NULL) WITHOUT ROWID",
  parked: "(seq INTEGER PRIMARY KEY, facts TEXT NOT NULL, error TEXT NOT NULL, at INTEGER, frame TEXT)",
  components: "(key TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
  display_messages: "(id INTEGER PRIMARY KEY, message TEXT NOT NULL, at INTEGER NOT NULL)",
  jobs: "(id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID",
  reports: `(
    report TEXT NOT NULL, request_id INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (report, request_id)
  ) WITHOUT ROWID`,
  reservations: "(id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID",
  local_list: "(part INTEGER PRIMARY KEY, entries TEXT NOT NULL)",
  kept: "(kind TEXT NOT NULL, key TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
  certificate_requests: "(id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID",
};

export const isTable = (name: string): boolean => Object.hasOwn(TABLES, name);

/** What is left of the platform's cursor: enough for everyone, and there can be one of a table that is not there. */
export interface Rows<T> extends Iterable<T> {
  toArray(): T[];
}

const NONE: Rows<never> = { toArray: () => [], [Symbol.iterator]: () => [].values() };

/** The table that a query is about, by its text: there are few. */
const subjects = new Map<string, string>();
const SUBJECT = /\b(?:INTO|FROM|UPDATE)\s+(\w+)/;

export class Tables {
  readonly #sql: SqlStorage;
  #there: Set<string>;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#there = this.#names();
  }

  has(name: string): boolean {
    return this.#there.has(name);
  }

  /** Runs a statement about one table. One that is not there is empty, and is made for the first row. */
  exec<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: SqlStorageValue[]): Rows<T> {
    const table = subjectOf(query);
    if (!this.#there.has(table)) {
      if (!query.startsWith("INSERT")) return NONE;
      this.make(table);
    }
    return this.#sql.exec<T>(query, ...bindings);
  }

  make(table: string): void {
    const shape = TABLES[table];
    if (shape === undefined) throw new Error(`nobody has said what the table ${table} looks like`);
    this.#sql.exec(`CREATE TABLE ${table} ${shape}`);
    this.#there.add(table);
  }

  /** After a rollback: what was made in vain is not there. */
  reload(): void {
    this.#there = this.#names();
  }

  #names(): Set<string> {
    const rows = this.#sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    return new Set(rows.map(({ name }) => name));
  }
}

function subjectOf(query: string): string {
  const known = subjects.get(query);
  if (known !== undefined) return known;
  const [, table = ""] = SUBJECT.exec(query) ?? [];
  subjects.set(query, table);
  return table;
}
