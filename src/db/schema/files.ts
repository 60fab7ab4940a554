// Files: what R2 holds, what is on its way into it, and what is on its way out. Every object of the bucket is named by
// the id of exactly one row in `files`, `uploads` or `removals`, so that a crash leaves nothing that nobody knows of.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const FILE_KINDS = ["log", "diagnostics", "firmware", "upload"] as const;

/** What a file is called and whose it is; an upload has it before there is a file. */
const described = () => ({
  /** A UUID; the object is `files/<id>`. */
  id: text().primaryKey(),
  /** The key of a charge point; empty: the shared folder, for no identity is empty. */
  owner: text().notNull(),
  /** `a/b`; empty: the owner's root. */
  folder: text().notNull(),
  name: text().notNull(),
  kind: text({ enum: FILE_KINDS }).notNull(),
  contentType: text("content_type").notNull(),
  /** `charger:<id>`, `user:<name>`, `api-key:<name>`, `ftp:<account>`. */
  uploadedBy: text("uploaded_by").notNull(),
  jobId: text("job_id"),
  commandId: text("command_id"),
  createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
});

/** Whole files: a row is written only after R2 holds the object and its digest is known. */
export const files = sqliteTable(
  "files",
  {
    ...described(),
    /** Bytes. */
    size: integer().notNull(),
    /** Hexadecimal. */
    sha256: text().notNull(),
    /** When the owner's actor took notice; null: it has yet to. */
    announcedAt: integer("announced_at", { mode: "timestamp_ms" }),
  },
  (t) => [
    uniqueIndex("files_path").on(t.owner, t.folder, t.name),
    index("files_created").on(t.createdAt, t.id),
    // The size is for the quota: it is added up without touching a row.
    index("files_owner").on(t.owner, t.createdAt, t.id, t.size),
    index("files_kind").on(t.kind, t.createdAt, t.id),
    index("files_unannounced").on(t.createdAt).where(sql`${t.announcedAt} is null`),
  ],
);

/** Folders, the empty ones too: FTP clients make them before they fill them. */
export const folders = sqliteTable(
  "folders",
  {
    owner: text().notNull(),
    /** The folder that it is in. */
    folder: text().notNull(),
    name: text().notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.owner, t.folder, t.name] })],
);

/** Files on their way in. What they will take counts against the quota until they expire. */
export const uploads = sqliteTable(
  "uploads",
  {
    ...described(),
    /** Bytes, as announced; null: unknown. */
    size: integer(),
    /** Hexadecimal, as announced; null: none was. */
    sha256: text(),
    /** Bytes of the quota. */
    reserved: integer().notNull(),
    /** A resumable one lives over many requests, any other dies with its request. */
    resumable: integer({ mode: "boolean" }).notNull(),
    /** R2's upload id; null: no multipart upload. */
    multipartId: text("multipart_id"),
    /** Bytes that R2 has. */
    offset: integer().notNull().default(0),
    /** Each attempt to send a part takes a number of its own, so that racing ones cannot touch each other's. */
    nextPart: integer("next_part").notNull().default(1),
    /** JSON: R2UploadedPart[]. */
    parts: text().notNull().default("[]"),
    /** State of the digest over the first `offset` bytes. */
    digestState: text("digest_state"),
    /** The one-time token it came with: its digest. */
    tokenDigest: text("token_digest"),
    tokenExpiresAt: integer("token_expires_at", { mode: "timestamp_ms" }),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("uploads_owner").on(t.owner, t.expiresAt, t.reserved), index("uploads_expires").on(t.expiresAt)],
);

/** Objects to be deleted from R2: written with what removes the file, taken out when R2 has done it. */
export const removals = sqliteTable("removals", {
  id: text().primaryKey(),
  multipartId: text("multipart_id"),
});

/** One-time tokens that were used, until they would have expired. */
export const usedUploadTokens = sqliteTable(
  "used_upload_tokens",
  {
    digest: text().primaryKey(),
    fileId: text("file_id").notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("used_upload_tokens_expires").on(t.expiresAt)],
);

/** How long files of a kind are kept; a kind without a row has its default. */
export const fileRetention = sqliteTable("file_retention", {
  kind: text({ enum: FILE_KINDS }).primaryKey(),
  /** Null: for ever. */
  days: integer(),
  updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
});
