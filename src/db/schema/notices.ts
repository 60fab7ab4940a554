// Messages of chargers that operators may want to find again: security events, monitoring, reports, limits, ...
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const notices = sqliteTable(
  "notices",
  {
    chargePoint: text("charge_point").notNull(),
    seq: integer().notNull(),
    action: text().notNull(),
    /** JSON, as the charger sent it. */
    payload: text().notNull(),
    receivedAt: integer("received_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chargePoint, t.seq] }),
    index("notices_action").on(t.action, t.receivedAt),
    index("notices_charge_point_action").on(t.chargePoint, t.action, t.seq),
  ],
);
