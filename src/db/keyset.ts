// Keyset conditions: the rows behind the last one of a page, as SQLite can seek them in an index.
import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

type KeyPart = string | number;

/** The values of the ordering columns of one row, as stored: times are epoch milliseconds. */
export type Key = readonly [KeyPart, ...KeyPart[]];

/** Rows behind the key in ascending order; without a key, all. */
export function after(columns: readonly SQLiteColumn[], key: Key | undefined): SQL | undefined {
  return compare(columns, sql`>`, key);
}

/** Rows behind the key in descending order; without a key, all. */
export function before(columns: readonly SQLiteColumn[], key: Key | undefined): SQL | undefined {
  return compare(columns, sql`<`, key);
}

// A row value, not `a < x or (a = x and b < y)`: SQLite scans for the latter.
function compare(columns: readonly SQLiteColumn[], operator: SQL, key: Key | undefined): SQL | undefined {
  if (key === undefined) return undefined;
  const values = key.map((part) => sql`${part}`);
  return sql`(${sql.join([...columns], sql`, `)}) ${operator} (${sql.join(values, sql`, `)})`;
}
