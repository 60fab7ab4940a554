// What moved to R2 because it is old, and where each transaction's and each charger's part of it lies.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const ARCHIVE_KINDS = ["meterValues", "records", "audit"] as const;

/** Written before its object, so that a crash leaves none that nobody knows of. */
export const archives = sqliteTable(
  "archives",
  {
    /** A UUID; the object is `archive/<id>.ndjson.gz`. */
    id: text().primaryKey(),
    /** Null: it is being written, or that was cut off. */
    finishedAt: integer("finished_at", { mode: "timestamp_ms" }),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    kind: text({ enum: ARCHIVE_KINDS }).notNull().default("meterValues"),
    /** 0 where it is not of meter values. */
    transactions: integer().notNull(),
    /** Of the file. */
    lines: integer("chunks").notNull(),
    /** Of the object. */
    bytes: integer().notNull(),
    /** Of the last transaction that was looked at: the next archive begins behind it. 0 and "" where it has none. */
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

export const CHARGER_RECORD_KINDS = ["statuses", "commands", "securityEvents", "stationEvents", "notices"] as const;
const RECORD_KINDS = [...CHARGER_RECORD_KINDS, "auditEntries"] as const;

/**
 * A charger's records of a kind in an archive. The key has the first record and not the archive: two runs that archive the
 * same ones at once cannot both end. WITHOUT ROWID in the migration.
 */
export const archivedRecords = sqliteTable(
  "archived_records",
  {
    /** Empty: the deployment's own. */
    chargePoint: text("charge_point").notNull(),
    kind: text({ enum: RECORD_KINDS }).notNull(),
    firstAt: integer("first_at", { mode: "timestamp_ms" }).notNull(),
    /** JSON: the key that the first record had in its table. */
    firstKey: text("first_key").notNull(),
    lastAt: integer("last_at", { mode: "timestamp_ms" }).notNull(),
    archiveId: text("archive_id").notNull(),
    /** Bytes: a gzip member of its own, with a line for each record, oldest first. */
    offset: integer().notNull(),
    length: integer().notNull(),
    lines: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.kind, t.firstAt, t.firstKey] })],
);

/** How far round the fleet the archiving of records has come: one row. */
export const archiveProgress = sqliteTable("archive_progress", {
  id: integer().primaryKey(),
  /** The key of the last charger whose records were looked at. */
  chargePoint: text("charge_point").notNull(),
});
