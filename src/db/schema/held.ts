// What chargers hold, by our order or by their own word, and what is kept beside transactions.
// Rows that are gone stay, marked: a late repetition of an older shipment must not bring them back.
// All are WITHOUT ROWID in the migration: the key is the table, so that a write costs one row.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const chargingProfiles = sqliteTable(
  "charging_profiles",
  {
    chargePoint: text("charge_point").notNull(),
    /** The charger's: unique within it. */
    profileId: integer("profile_id").notNull(),
    /** 0: the whole charger. In 1.6 the connector. */
    evseId: integer("evse_id").notNull(),
    purpose: text().notNull(),
    stackLevel: integer("stack_level").notNull(),
    /** The charger's name of the transaction. */
    transactionId: text("transaction_id"),
    source: text().notNull(),
    /** JSON, as OCPP spells it. */
    profile: text().notNull(),
    /** When it was accepted or last reported. */
    at: integer({ mode: "timestamp_ms" }).notNull(),
    removedAt: integer("removed_at", { mode: "timestamp_ms" }),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chargePoint, t.profileId] }),
    index("charging_profiles_purpose").on(t.purpose, t.chargePoint, t.profileId),
    index("charging_profiles_transaction").on(t.transactionId, t.chargePoint, t.profileId),
  ],
);

/** One row a thing; `kind` and what `data` holds: see src/ocpp/held.ts. */
export const holdings = sqliteTable(
  "holdings",
  {
    chargePoint: text("charge_point").notNull(),
    kind: text().notNull(),
    key: text().notNull(),
    evseId: integer("evse_id").notNull(),
    /** JSON. */
    data: text().notNull(),
    at: integer({ mode: "timestamp_ms" }).notNull(),
    removedAt: integer("removed_at", { mode: "timestamp_ms" }),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.kind, t.key] })],
);

/** The latest word of each detail of a transaction. An empty transaction id: of the one that is about to begin there. */
export const transactionDetails = sqliteTable(
  "transaction_details",
  {
    transactionId: text("transaction_id").notNull(),
    chargePoint: text("charge_point").notNull(),
    /** 0 where the transaction is known. */
    evseId: integer("evse_id").notNull(),
    detail: text().notNull(),
    /** JSON, as OCPP spells it. */
    data: text().notNull(),
    at: integer({ mode: "timestamp_ms" }).notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.transactionId, t.chargePoint, t.evseId, t.detail] })],
);

/** Values of periodic event streams, one row a stream and shipment. */
export const streamChunks = sqliteTable(
  "stream_chunks",
  {
    chargePoint: text("charge_point").notNull(),
    streamId: integer("stream_id").notNull(),
    firstSeq: integer("first_seq").notNull(),
    lastSeq: integer("last_seq").notNull(),
    /** JSON: StreamValue[] of src/ocpp/stream-values.ts, in order of receipt. */
    streamValues: text("stream_values").notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.streamId, t.firstSeq] })],
);
