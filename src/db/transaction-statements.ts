// Charging sessions to D1: begun, changed, ended. Guarded, so that shipping the same entries again changes nothing.
import type { Transaction, TransactionChanges, TransactionStop } from "../ocpp/facts/transaction.ts";
import { run, type Source } from "./statement.ts";

/** What the members of a transaction are called in D1. Those that only its actor needs are left out. */
const COLUMNS: Readonly<Record<keyof Omit<TransactionChanges, "seqNo" | "isStartMissing" | "fellFrom">, string>> = {
  evseId: "evse_id",
  connectorId: "connector_id",
  idToken: "id_token",
  authorization: '"authorization"',
  startedAt: "started_at",
  meterStart: "meter_start",
  meterOffset: "meter_offset",
  reservationId: "reservation_id",
  commandId: "command_id",
  idTokenType: "id_token_type",
  chargingState: "charging_state",
  triggerReason: "trigger_reason",
  lastEventAt: "last_event_at",
  numberOfPhasesUsed: "number_of_phases_used",
  cableMaxCurrent: "cable_max_current",
  timeSpentCharging: "time_spent_charging",
  operationMode: "operation_mode",
  missingEvents: "missing_events",
};

/** The columns that these members go into, with their values. */
function columnsOf(changes: TransactionChanges): [column: string, value: string | number | null][] {
  return Object.entries(COLUMNS).flatMap(([member, column]) => {
    const value: unknown = Reflect.get(changes, member);
    if (value === undefined) return [];
    return [[column, typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value)]];
  });
}

export function insertTransaction(source: Source, tx: Transaction, status: string): D1PreparedStatement {
  const columns = columnsOf(tx);
  const names = columns.map(([column]) => `, ${column}`).join("");
  return run(
    source.db,
    `INSERT INTO transactions (id, charge_point, ocpp_version, ocpp_transaction_id, status, history_seq${names})
     SELECT ?, ?, coalesce((SELECT ocpp_version FROM charge_points WHERE key = ?), '1.6'), ?, ?, ?${", ?".repeat(columns.length)}
     WHERE true ON CONFLICT (id) DO NOTHING`,
    ...[tx.id, source.chargePoint, source.chargePoint, tx.ocppTransactionId, status, source.row.seq],
    ...columns.map(([, value]) => value),
  );
}

export function updateTransaction(source: Source, id: string, changes: TransactionChanges): D1PreparedStatement {
  const columns = columnsOf(changes);
  return run(
    source.db,
    `UPDATE transactions SET ${[...columns.map(([column]) => `${column} = ?`), "history_seq = ?"].join(", ")}
     WHERE id = ? AND history_seq <= ?`,
    ...columns.map(([, value]) => value),
    ...[source.row.seq, id, source.row.seq],
  );
}

export const stopTransaction = (source: Source, stop: TransactionStop, status: string): D1PreparedStatement =>
  run(
    source.db,
    `UPDATE transactions SET status = ?, stopped_at = ?, meter_stop = ?, stop_reason = ?, closed_by = ?, stop_id_token = ?,
       history_seq = ? WHERE id = ? AND history_seq <= ?`,
    ...[status, stop.stoppedAt, stop.meterStop, stop.stopReason, stop.closedBy, stop.idToken],
    ...[source.row.seq, stop.id, source.row.seq],
  );
