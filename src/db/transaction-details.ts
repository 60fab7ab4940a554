// Details of transactions to D1: over a whole shipment only the last word of each is written, because rows are the cost.
import type { HistoryRow } from "../durable-objects/history/batch.ts";
import type { Fact } from "../ocpp/facts/fact.ts";
import { run } from "./statement.ts";

/** An EV tells its needs while it is plugged in; the transaction begins at some later step, but not much later. */
const PLUGGED_IN_MS = 15 * 60_000;

type Detail = Fact<"transactionDetail">;

export function transactionDetails(
  db: D1Database,
  chargePoint: string,
  rows: readonly HistoryRow[],
): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = [];
  const latest = new Map<string, { fact: Detail; row: HistoryRow }>();
  const flush = () => {
    statements.push(...[...latest.values()].map(({ fact, row }) => upsert(db, chargePoint, row, fact)));
    latest.clear();
  };
  for (const row of rows) {
    for (const fact of row.facts) {
      if (fact.kind === "transactionDetail") {
        latest.set(JSON.stringify([fact.ocppTransactionId, fact.evseId, fact.detail]), { fact, row });
      } else if (fact.kind === "transactionStarted") {
        flush();
        statements.push(adopt(db, chargePoint, row, fact));
      }
    }
  }
  flush();
  return statements;
}

function upsert(db: D1Database, chargePoint: string, row: HistoryRow, fact: Detail): D1PreparedStatement {
  const { ocppTransactionId, evseId, detail, data } = fact;
  const onConflict = `ON CONFLICT (transaction_id, charge_point, evse_id, detail) DO UPDATE SET data = excluded.data,
    at = excluded.at, history_seq = excluded.history_seq WHERE excluded.history_seq >= transaction_details.history_seq`;
  const into = "INSERT INTO transaction_details (transaction_id, charge_point, evse_id, detail, data, at, history_seq)";
  const values = [detail, JSON.stringify(data), row.at, row.seq];
  if (ocppTransactionId === "") {
    return run(db, `${into} VALUES ('', ?, ?, ?, ?, ?, ?) ${onConflict}`, chargePoint, evseId, ...values);
  }
  return run(
    db,
    `${into} SELECT id, charge_point, 0, ?, ?, ?, ? FROM transactions WHERE id = (SELECT id FROM transactions
       WHERE charge_point = ? AND ocpp_transaction_id = ? ORDER BY started_at DESC LIMIT 1) ${onConflict}`,
    ...[...values, chargePoint, ocppTransactionId],
  );
}

/** What was told on this EVSE before the transaction began is its own. */
const adopt = (
  db: D1Database,
  chargePoint: string,
  row: HistoryRow,
  { transaction }: Fact<"transactionStarted">,
): D1PreparedStatement =>
  run(
    db,
    `UPDATE OR REPLACE transaction_details SET transaction_id = ?, evse_id = 0
     WHERE transaction_id = '' AND charge_point = ? AND evse_id = ? AND at BETWEEN ? AND ?`,
    ...[transaction.id, chargePoint, transaction.evseId, row.at - PLUGGED_IN_MS, row.at],
  );
