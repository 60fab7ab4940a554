// A charger's whole state, to be taken elsewhere: all tables of its actor, and the end of its log. What the log holds of
// late goes along so that history at the other end catches up with it, whenever the database was copied: it is told
// again from there, which changes nothing that is there already.
import { fail, ok, type Result } from "../../result.ts";
import type { Log, LogRow } from "./log.ts";
import type { Storage } from "./storage.ts";
import { isTable } from "./tables.ts";

type Value = string | number | null;

export interface Dump {
  tables: Record<string, Record<string, Value>[]>;
  /** The first sequence number ever given: numbering goes on where it was. */
  logBase: number;
  /** Oldest first. */
  log: LogRow[];
}

/** For what is looked up in the log: repetitions, and the last reading of a session. */
const USUAL_ROWS = 100;
const MAX_ROWS = 5_000;
/** Made anew where it arrives. */
const OWN_KEYS: readonly unknown[] = ["schema", "cursor", "logBase"];

const STATE_TABLES = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'log_*'
  AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' ORDER BY name`;

interface Source {
  storage: Storage;
  log: Log;
  history: { cursor: number };
}

interface Restored extends Omit<Source, "history"> {
  history: { restart(): void };
}

/** @param since epoch milliseconds: everything from then on goes along, and everything that history lacks */
export function dumpOf({ storage, log, history }: Source, since: number): Result<Dump, "too_much"> {
  const entries: LogRow[] = [];
  for (const table of log.tables) {
    const left = MAX_ROWS + 1 - entries.length;
    entries.push(
      ...log.read(`SELECT seq, at, direction, frame, answer, facts FROM ${table} ORDER BY seq DESC LIMIT ?`, left),
    );
    if (entries.length > MAX_ROWS) break;
  }
  const isNeeded = ({ seq, at }: LogRow, index: number) => index < USUAL_ROWS || at >= since || seq > history.cursor;
  const count = entries.findLastIndex(isNeeded) + 1;
  if (count > MAX_ROWS) return fail("too_much");
  const names = storage.log.exec<{ name: string }>(STATE_TABLES).toArray();
  const logBase = storage.get("logBase");
  return ok({
    tables: Object.fromEntries(
      names.map(({ name }) => [name, storage.log.exec<Record<string, Value>>(`SELECT * FROM "${name}"`).toArray()]),
    ),
    logBase: typeof logBase === "number" ? logBase : 0,
    log: entries.slice(0, count).reverse(),
  });
}

/** Into an actor that has nothing yet. */
export function restore({ storage, log, history }: Restored, dump: Dump): Result<null, "not_empty" | "not_ours"> {
  if (!storage.isEmpty) return fail("not_empty");
  if (!isOurs(dump)) return fail("not_ours");
  storage.prepare();
  storage.transaction(() => {
    for (const [table, rows] of Object.entries(dump.tables)) for (const row of rows) insert(storage, table, row);
    const [first] = dump.log;
    if (first === undefined) return;
    storage.set("logBase", dump.logBase);
    storage.set("cursor", first.seq - 1);
    log.restore(dump.logBase, dump.log);
  });
  // The memory was made of nothing.
  storage.reload();
  history.restart();
  return ok(null);
}

/** Names become part of statements: those of tables are known, and those of columns are words. */
function isOurs({ tables }: Dump): boolean {
  return Object.entries(tables).every(
    ([table, rows]) => isTable(table) && rows.every((row) => Object.keys(row).every((name) => /^\w+$/.test(name))),
  );
}

function insert(storage: Storage, table: string, row: Record<string, Value>): void {
  if (table === "meta" && OWN_KEYS.includes(row.key)) return;
  const columns = Object.keys(row);
  const names = columns.map((name) => `"${name}"`).join(", ");
  const marks = columns.map(() => "?").join(", ");
  storage.sql.exec(`INSERT OR REPLACE INTO ${table} (${names}) VALUES (${marks})`, ...Object.values(row));
}
