// Charging sessions and their meter samples.
import { customType, index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

const caselessText = customType<{ data: string }>({ dataType: () => "text collate nocase" });

export const transactions = sqliteTable(
  "transactions",
  {
    /** Ours: a UUID, made by the charger's actor when it first hears of the session. */
    id: text().primaryKey(),
    chargePoint: text("charge_point").notNull(),
    ocppVersion: text("ocpp_version").notNull(),
    /** The charger's (2.x) or the CSMS's (1.6) transaction id as text. */
    ocppTransactionId: text("ocpp_transaction_id").notNull(),
    evseId: integer("evse_id").notNull(),
    connectorId: integer("connector_id").notNull(),
    /** As the charger sent it; compared without case, as OCPP does. */
    idToken: caselessText("id_token"),
    /** What the charger was told about the token at the start: Accepted, Invalid, ... */
    authorization: text(),
    /** active; completed; orphan: a stop for a session that nobody knows. */
    status: text({ enum: ["active", "completed", "orphan"] }).notNull(),
    startedAt: integer("started_at", { mode: "timestamp_ms" }).notNull(),
    stoppedAt: integer("stopped_at", { mode: "timestamp_ms" }),
    /** Wh */
    meterStart: real("meter_start"),
    /** Wh */
    meterStop: real("meter_stop"),
    /** Wh that the register had counted when it started anew within the session. */
    meterOffset: real("meter_offset"),
    stopReason: text("stop_reason"),
    /** Who ended it when it was not the charger, e.g. "operator: <reason>" or "superseded". */
    closedBy: text("closed_by"),
    reservationId: integer("reservation_id"),
    /** The remote start that begot it. */
    commandId: text("command_id"),
    /** What follows is told by OCPP 2.x alone, except the token that ended it. */
    idTokenType: text("id_token_type"),
    stopIdToken: text("stop_id_token"),
    chargingState: text("charging_state"),
    /** Of the newest event that said something new. */
    triggerReason: text("trigger_reason"),
    lastEventAt: integer("last_event_at", { mode: "timestamp_ms" }),
    numberOfPhasesUsed: integer("number_of_phases_used"),
    /** A */
    cableMaxCurrent: integer("cable_max_current"),
    /** Seconds. */
    timeSpentCharging: integer("time_spent_charging"),
    operationMode: text("operation_mode"),
    /** JSON: the numbers of the events that never came. */
    missingEvents: text("missing_events"),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    index("transactions_started").on(t.startedAt, t.id),
    index("transactions_charge_point").on(t.chargePoint, t.startedAt, t.id),
    index("transactions_status").on(t.status, t.startedAt, t.id),
    index("transactions_id_token").on(t.idToken, t.startedAt, t.id),
    index("transactions_ocpp").on(t.ocppTransactionId, t.startedAt, t.id),
  ],
);

/**
 * Meter samples, one row per transaction and drain. `transactionId` is empty for readings outside any session.
 * The rowid-less key is the only index: one row written per drain.
 */
export const meterChunks = sqliteTable(
  "meter_chunks",
  {
    chargePoint: text("charge_point").notNull(),
    transactionId: text("transaction_id").notNull(),
    evseId: integer("evse_id").notNull(),
    connectorId: integer("connector_id").notNull(),
    firstSeq: integer("first_seq").notNull(),
    lastSeq: integer("last_seq").notNull(),
    /** JSON: the frames that brought the values, in order of receipt; to be read by readChunk alone. */
    meterValues: text("meter_values").notNull(),
  },
  (t) => [primaryKey({ columns: [t.transactionId, t.chargePoint, t.evseId, t.connectorId, t.firstSeq] })],
);
