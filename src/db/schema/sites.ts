// What a site's wires carry and how its power is shared, and what the grid asks of it.
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const sites = sqliteTable("sites", {
  /** The location's id: a location has one site at most. */
  id: text().primaryKey(),
  /** JSON: SiteConfig of src/energy/site.ts. */
  site: text().notNull(),
  /** W that its grid connection carries: its weight where several sites share a transformer. */
  power: integer().notNull(),
  updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
});

export const SIGNAL_TYPES = ["capacityLimit", "duosTariff"] as const;

export const dsoSignals = sqliteTable(
  "dso_signals",
  {
    id: text().primaryKey(),
    type: text({ enum: SIGNAL_TYPES }).notNull(),
    transformerId: text("transformer_id").notNull(),
    /** W, or a currency per kWh. */
    unit: text().notNull(),
    /** JSON: GridPeriod[] of src/energy/grid-signal.ts. */
    periods: text().notNull(),
    /** Of its first and its last period. */
    startsAt: integer("starts_at", { mode: "timestamp_ms" }).notNull(),
    endsAt: integer("ends_at", { mode: "timestamp_ms" }).notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    createdBy: text("created_by").notNull(),
    /** Taken back; its periods count no more from then on. */
    cancelledAt: integer("cancelled_at", { mode: "timestamp_ms" }),
  },
  (t) => [
    index("dso_signals_transformer").on(t.transformerId, t.endsAt),
    index("dso_signals_created").on(t.createdAt, t.id),
  ],
);
