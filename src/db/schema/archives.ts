// Old meter samples that moved to R2, and where each transaction's lie.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Written before its object, so that a crash leaves none that nobody knows of. */
export const archives = sqliteTable(
  "archives",
  {
    /** A UUID; the object is `archive/<id>.ndjson.gz`. */
    id: text().primaryKey(),
    /** Null: it is being written, or that was cut off. */
    finishedAt: integer("finished_at", { mode: "timestamp_ms" }),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    transactions: integer().notNull(),
    chunks: integer().notNull(),
    /** Of the object. */
    bytes: integer().notNull(),
    /** Of the last transaction that was looked at: the next archive begins behind it. */
    lastStartedAt: integer("last_started_at", { mode: "timestamp_ms" }).notNull(),
    lastId: text("last_id").notNull(),
  },
  (t) => [index("archives_created").on(t.createdAt, t.id), index("archives_last").on(t.lastStartedAt, t.lastId)],
);

/** WITHOUT ROWID in the migration. */
export const archivedTransactions = sqliteTable(
  "archived_transactions",
  {
    transactionId: text("transaction_id").notNull(),
    archiveId: text("archive_id").notNull(),
    /** Bytes: a gzip member of its own, with a line for each chunk. */
    offset: integer().notNull(),
    length: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.transactionId, t.archiveId] })],
);
