// What a site's wires carry and how its power is shared, and what the grid asks of it.
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const sites = sqliteTable("sites", {
  /** The location's id: a location has one site at most. */
  id: text().primaryKey(),
  /** JSON: SiteConfig of src/energy/site.ts. */
  site: text().notNull(),
  /** W that its grid connection carries: its weight where several sites share a transformer. */
  power: integer().notNull(),
  updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  /** JSON: PriceCurve of src/energy/site.ts; null: nobody told one. */
  prices: text(),
});

/** What a driver, or an operator for it, wants of a session; what the car tells itself is among the transaction's details. */
export const chargingNeeds = sqliteTable("charging_needs", {
  transactionId: text("transaction_id").primaryKey(),
  /** JSON: Needs of src/energy/needs.ts. */
  needs: text().notNull(),
  /** From when its energies count. */
  at: integer({ mode: "timestamp_ms" }).notNull(),
  toldBy: text("told_by").notNull(),
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

/** What an operator asks of many sites at once. */
export const setPoints = sqliteTable(
  "set_points",
  {
    id: text().primaryKey(),
    /** W that the cars shall draw together; below zero: give back. */
    power: real().notNull(),
    /** Who is asked: cars that can give back, or all that charge as well. */
    takesPart: text("takes_part", { enum: ["givingBack", "all"] }).notNull(),
    /** JSON: { transformerId } or { siteIds }; empty: every site. */
    scope: text().notNull(),
    startsAt: integer("starts_at", { mode: "timestamp_ms" }).notNull(),
    endsAt: integer("ends_at", { mode: "timestamp_ms" }).notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    createdBy: text("created_by").notNull(),
    cancelledAt: integer("cancelled_at", { mode: "timestamp_ms" }),
  },
  (t) => [index("set_points_created").on(t.createdAt, t.id)],
);

/** How much of it falls to a site. */
export const setPointShares = sqliteTable(
  "set_point_shares",
  {
    siteId: text("site_id").notNull(),
    setPointId: text("set_point_id").notNull(),
    /** W at the site's grid connection. */
    watts: real().notNull(),
    /** W that its cars drew when it was asked first. */
    before: real().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.setPointId] }), index("set_point_shares_set_point").on(t.setPointId)],
);
