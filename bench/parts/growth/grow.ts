// History made by SQL as the projections would have made it: driving 100,000 sessions through sockets would take longer
// than anyone waits. A kind of row is a row here.
import type { Server } from "../../server/launch.ts";

export const CHARGERS = 200;
/** Readings of each transaction. */
export const SAMPLES = 10;
const BEGIN_MS = 1_700_000_000_000;

const VALUES = JSON.stringify(
  Array.from({ length: SAMPLES }, (_, index) => ({
    sampledAt: "2026-01-01T00:00:00.000Z",
    receivedAt: "2026-01-01T00:00:00.000Z",
    sampledValue: [
      {
        value: index * 184,
        measurand: "Energy.Active.Import.Register",
        unit: "Wh",
        context: "Sample.Periodic",
        location: "Outlet",
      },
    ],
  })),
);

const CHARGER = `'grown-' || (i % ${CHARGERS})`;
const ID = "'grown-' || printf('%08d', i)";
const AT = `${BEGIN_MS} + i * 1000`;

/** Table, columns, and the values of row `i`. */
const ROWS: readonly (readonly [table: string, columns: string, values: string])[] = [
  [
    "transactions",
    "id, charge_point, ocpp_version, ocpp_transaction_id, evse_id, connector_id, id_token, status, started_at, meter_start, history_seq",
    `${ID}, ${CHARGER}, '1.6', i, 1, 1, 'BENCH', iif(i % 50 = 0, 'active', 'completed'), ${AT}, 0, 1`,
  ],
  [
    "meter_chunks",
    "charge_point, transaction_id, evse_id, connector_id, first_seq, last_seq, meter_values",
    `${CHARGER}, ${ID}, 1, 1, 1, 2, '${VALUES}'`,
  ],
  [
    "connector_statuses",
    "charge_point, evse_id, connector_id, seq, status, status_at, received_at",
    `${CHARGER}, 1, 1, i, 'Available', ${AT}, ${AT}`,
  ],
  [
    "commands",
    "id, charge_point, ocpp_version, action, payload, status, created_at, history_seq",
    `${ID}, ${CHARGER}, '1.6', 'Reset', '{}', 'accepted', ${AT}, 1`,
  ],
  [
    "security_events",
    "charge_point, seq, type, critical, occurred_at, received_at",
    `${CHARGER}, i, 'InvalidMessages', 0, ${AT}, ${AT}`,
  ],
  ["notices", "charge_point, seq, action, payload, received_at", `${CHARGER}, i, 'ClearedChargingLimit', '{}', ${AT}`],
  ["audit_log", "at, subject, method, path, status", `${AT}, 'user:grown', 'POST', '/api/x', 200`],
  ["id_tokens", "key, id_token, status, created_at, updated_at", `${ID}, ${ID}, 'accepted', ${AT}, ${AT}`],
  [
    "connection_attempts",
    "id, charge_point, identity, reason, detail, count, first_at, last_at",
    `${ID}, ${CHARGER}, 'GROWN', 'unknown', '', 1, ${AT}, ${AT}`,
  ],
];

/** Rows `from` up to `to` of everything. The chargers themselves do not grow in number. */
export async function grow(server: Server, from: number, to: number): Promise<void> {
  // D1 binds every number as a real one, and a charger would be called grown-7.0.
  const numbers =
    "WITH RECURSIVE n(i) AS (SELECT CAST(? AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(? AS INTEGER))";
  await server.sql(
    `${numbers} INSERT OR IGNORE INTO charge_points (key, id, registration, created_at, updated_at)
     SELECT 'grown-' || i, 'GROWN-' || i, 'accepted', 1, 1 FROM n`,
    0,
    CHARGERS,
  );
  for (const [table, columns, values] of ROWS)
    await server.sql(`${numbers} INSERT INTO ${table} (${columns}) SELECT ${values} FROM n`, from, to);
}
