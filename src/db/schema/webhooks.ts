// Who is told of events by HTTP. What waits for delivery is with the webhook's own actor.
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const webhooks = sqliteTable(
  "webhooks",
  {
    /** A UUID. */
    id: text().primaryKey(),
    url: text().notNull(),
    description: text(),
    /** JSON: types and families of them; null: all but those that have to be named. */
    types: text(),
    /** JSON: identities as the operator spelt them; null: all. */
    chargePointIds: text("charge_point_ids"),
    active: integer({ mode: "boolean" }).notNull().default(true),
    /** JSON: sealed secrets, each with its end (epoch milliseconds) or null. */
    secrets: text().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("webhooks_created").on(t.createdAt, t.id)],
);
