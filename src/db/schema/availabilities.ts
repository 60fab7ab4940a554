// What chargers have answered to ChangeAvailability: per connector, per EVSE (connector 0) and as a whole (0, 0).
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const availabilities = sqliteTable(
  "availabilities",
  {
    chargePoint: text("charge_point").notNull(),
    evseId: integer("evse_id").notNull(),
    connectorId: integer("connector_id").notNull(),
    operative: integer({ mode: "boolean" }).notNull(),
    /** It waited for a transaction to end when the charger answered. */
    scheduled: integer({ mode: "boolean" }).notNull(),
    at: integer({ mode: "timestamp_ms" }).notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.evseId, t.connectorId] })],
);
