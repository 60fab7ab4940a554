// What the scheduled handler does, and how it went the last time.
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const scheduledWork = sqliteTable("scheduled_work", {
  name: text().primaryKey(),
  startedAt: integer("started_at", { mode: "timestamp_ms" }).notNull(),
  /** Null: it is running, or died on the way. */
  finishedAt: integer("finished_at", { mode: "timestamp_ms" }),
  /** JSON: what it counted; null: it failed. */
  result: text(),
  /** Why it failed. */
  error: text(),
});
