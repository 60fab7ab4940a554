// A bound statement with a charger's log entry as its source.
import type { HistoryRow } from "../durable-objects/history/batch.ts";

type Value = string | number | null | undefined;

export interface Source {
  db: D1Database;
  chargePoint: string;
  row: HistoryRow;
}

/** What is undefined is stored as NULL. */
export const run = (db: D1Database, sql: string, ...values: Value[]): D1PreparedStatement =>
  db.prepare(sql).bind(...values.map((value) => value ?? null));

/** Conditions and their values, joined by AND; those without a value are left out. */
export function conditions(parts: readonly (readonly [sql: string, ...values: Value[]] | undefined)[]) {
  const given = parts.filter((part) => part !== undefined);
  return { sql: given.map(([sql]) => sql).join(" AND "), values: given.flatMap(([, ...values]) => values) };
}
