// What chargers' monitors have noticed, one row an event.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const stationEvents = sqliteTable(
  "station_events",
  {
    chargePoint: text("charge_point").notNull(),
    /** The log entry that brought it, and its place in there. */
    seq: integer().notNull(),
    item: integer().notNull(),
    /** In lower case: names are compared without case. */
    component: text().notNull(),
    variable: text().notNull(),
    /** JSON: StationEvent of src/ocpp/station-events.ts. */
    event: text().notNull(),
    receivedAt: integer("received_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chargePoint, t.seq, t.item] }),
    index("station_events_component").on(t.chargePoint, t.component, t.variable, t.seq, t.item),
  ],
);
