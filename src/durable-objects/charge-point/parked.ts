// Log entries that D1 refused: kept until it takes them. Everything behind them has been told meanwhile, which does no
// harm, because what D1 is told is guarded by sequence.
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { HistoryRow } from "../history/batch.ts";
import type { Storage } from "./storage.ts";

/** Must run inside a storage transaction. */
export function park(storage: Storage, { seq, at, frame, facts }: HistoryRow, error: string): void {
  storage.sql.exec(
    "INSERT OR REPLACE INTO parked (seq, at, frame, facts, error) VALUES (?, ?, ?, ?, ?)",
    ...[seq, at, frame, JSON.stringify(facts), error],
  );
}

/** Oldest first. Those of earlier versions have no frame, and cannot be told. */
export function parkedRows(storage: Storage): HistoryRow[] {
  return storage.sql
    .exec<{ seq: number; at: number; frame: string; facts: string }>(
      "SELECT seq, at, frame, facts FROM parked WHERE frame IS NOT NULL ORDER BY seq",
    )
    .toArray()
    .map(({ facts, ...row }) => ({ ...row, facts: readFacts(facts) }));
}

/** Must run inside a storage transaction. */
export function unpark(storage: Storage, seq: number): void {
  storage.sql.exec("DELETE FROM parked WHERE seq = ?", seq);
}

/** The column is written by park() alone, so its shape is ours. */
function readFacts(column: string): Fact[] {
  const facts: Fact[] = JSON.parse(column);
  return facts;
}
