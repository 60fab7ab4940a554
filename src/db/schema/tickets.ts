// Short-lived credentials for what cannot send a header: a browser's WebSocket or EventSource.
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Few at any time: one is deleted when it is used, and the hourly sweep takes the rest. */
export const tickets = sqliteTable("tickets", {
  /** SHA-256 of the ticket: it is random, so a plain digest is enough. */
  digest: text().primaryKey(),
  kind: text({ enum: ["user", "api-key"] }).notNull(),
  /** Of the user or the API key. */
  principalId: text("principal_id").notNull(),
  expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
});
