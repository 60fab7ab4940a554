// Where chargers stand, what charging costs there, and what was charged for. Shapes of OCPI 2.2.1, kept as documents.
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const locations = sqliteTable(
  "locations",
  {
    id: text().primaryKey(),
    name: text(),
    /** The transformer that feeds it: grid signals name it. */
    substationId: text("substation_id"),
    /** JSON: Location of src/billing/documents/location.ts. */
    location: text().notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("locations_substation").on(t.substationId, t.id)],
);

/** Which location an EVSE belongs to: one at most. */
export const locationEvses = sqliteTable(
  "location_evses",
  {
    chargePoint: text("charge_point").notNull(),
    /** OCPP's; in 1.6 it equals the connector. */
    evseId: integer("evse_id").notNull(),
    locationId: text("location_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.evseId] }), index("location_evses_location").on(t.locationId)],
);

export const tariffs = sqliteTable("tariffs", {
  id: text().primaryKey(),
  currency: text().notNull(),
  /** JSON: Tariff of src/billing/documents/tariff.ts. */
  tariff: text().notNull(),
  updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
});

/** Charge detail records. Never changed: a wrong one is credited and followed by another. */
export const cdrs = sqliteTable(
  "cdrs",
  {
    id: text().primaryKey(),
    /** Of what is billed: a transaction, or a reservation that nobody used. */
    transactionId: text("transaction_id").notNull(),
    /** Counts the bills of one of these, from 0. A credit has the revision that it takes back. */
    revision: integer().notNull(),
    credit: integer({ mode: "boolean" }).notNull(),
    chargePoint: text("charge_point").notNull(),
    locationId: text("location_id").notNull(),
    idToken: text("id_token"),
    userId: text("user_id"),
    startedAt: integer("started_at", { mode: "timestamp_ms" }).notNull(),
    stoppedAt: integer("stopped_at", { mode: "timestamp_ms" }).notNull(),
    currency: text().notNull(),
    /** What was owed, in ten-thousandths of the currency's unit. */
    total: integer().notNull(),
    /** kWh */
    energy: real().notNull(),
    /** JSON: Cdr of src/billing/documents/cdr.ts. */
    cdr: text().notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    uniqueIndex("cdrs_transaction").on(t.transactionId, t.revision, t.credit),
    index("cdrs_created").on(t.createdAt, t.id),
    index("cdrs_charge_point").on(t.chargePoint, t.createdAt, t.id),
    index("cdrs_location").on(t.locationId, t.createdAt, t.id),
    index("cdrs_user").on(t.userId, t.createdAt, t.id),
  ],
);

/** A driver's account: what was paid in and what was charged. The balance is their sum. */
export const creditEntries = sqliteTable(
  "credit_entries",
  {
    /** The CDR's id, where one stands behind it: that is what makes it happen once. */
    id: text().primaryKey(),
    userId: text("user_id").notNull(),
    at: integer({ mode: "timestamp_ms" }).notNull(),
    currency: text().notNull(),
    /** Ten-thousandths of the currency's unit; negative: a debit. */
    amount: integer().notNull(),
    cdrId: text("cdr_id"),
    note: text(),
    /** Who entered it; null: the bill itself. */
    enteredBy: text("entered_by"),
  },
  (t) => [index("credit_entries_user").on(t.userId, t.at, t.id)],
);
