// Who may do what: people, machines, drivers' tokens, and what was done.
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const ROLES = ["admin", "operator", "viewer", "driver"] as const;

export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    /** Lower case: names that differ only in case are one name. */
    username: text().notNull(),
    /** scrypt, in PHC string form. */
    passwordHash: text("password_hash").notNull(),
    role: text({ enum: ROLES }).notNull(),
    name: text(),
    email: text(),
    /** When its holder showed that they read it, or an admin vouched for it. Null: nothing secret is sent there. */
    emailVerifiedAt: integer("email_verified_at", { mode: "timestamp_ms" }),
    firstName: text("first_name"),
    lastName: text("last_name"),
    phone: text(),
    /** RFC 5646. */
    language: text(),
    /** Of the IANA. */
    timeZone: text("time_zone"),
    active: integer({ mode: "boolean" }).notNull().default(true),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    uniqueIndex("users_username").on(t.username),
    index("users_role").on(t.role, t.username),
    index("users_email").on(sql`lower(${t.email})`),
  ],
);

/** One row per issued refresh token; a family is a sign-in. Only digests are stored. */
export const refreshTokens = sqliteTable(
  "refresh_tokens",
  {
    digest: text().primaryKey(),
    family: text().notNull(),
    userId: text("user_id").notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
    /** Set when it was exchanged: a second use revokes the family. */
    usedAt: integer("used_at", { mode: "timestamp_ms" }),
    revokedAt: integer("revoked_at", { mode: "timestamp_ms" }),
    /** Of whoever got it, to tell one's sessions apart. */
    userAgent: text("user_agent"),
    address: text(),
  },
  (t) => [
    index("refresh_tokens_family").on(t.family),
    index("refresh_tokens_user").on(t.userId),
    index("refresh_tokens_expires").on(t.expiresAt),
  ],
);

export const ONE_TIME_PURPOSES = ["signUp", "verifyEmail", "resetPassword", "invitation"] as const;

/** What is sent by mail and good for one use: deleted by it. Only digests are stored. */
export const oneTimeTokens = sqliteTable(
  "one_time_tokens",
  {
    digest: text().primaryKey(),
    /** To refer to an invitation. */
    id: text().notNull(),
    purpose: text({ enum: ONE_TIME_PURPOSES }).notNull(),
    /** Whose; null: nobody's yet. */
    userId: text("user_id"),
    /** Where it was sent. */
    email: text().notNull(),
    /** JSON: what it will do, see src/workers/account/. */
    data: text().notNull(),
    createdBy: text("created_by"),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    index("one_time_tokens_purpose").on(t.purpose, t.createdAt, t.id),
    index("one_time_tokens_user").on(t.userId),
    index("one_time_tokens_expires").on(t.expiresAt),
  ],
);

export const apiKeys = sqliteTable(
  "api_keys",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** SHA-256 of the key: keys are random, so a plain digest is enough. */
    digest: text().notNull(),
    /** The first characters, to tell keys apart. */
    prefix: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }),
    revokedAt: integer("revoked_at", { mode: "timestamp_ms" }),
  },
  (t) => [uniqueIndex("api_keys_digest").on(t.digest)],
);

/** Failed sign-ins per subject (user name with address, or address) in the current window. */
export const signInFailures = sqliteTable(
  "sign_in_failures",
  {
    subject: text().primaryKey(),
    count: integer().notNull(),
    windowEndsAt: integer("window_ends_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [index("sign_in_failures_window").on(t.windowEndsAt)],
);

export const auditLog = sqliteTable(
  "audit_log",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer({ mode: "timestamp_ms" }).notNull(),
    /** User name or "api-key:<name>". */
    subject: text().notNull(),
    method: text().notNull(),
    path: text().notNull(),
    status: integer().notNull(),
    ip: text(),
  },
  (t) => [index("audit_log_subject").on(t.subject, t.id)],
);

/** Those of OCPP 2.0.1 and 2.1 that name a token. */
export const ID_TOKEN_TYPES = [
  "Central",
  "DirectPayment",
  "eMAID",
  "EVCCID",
  "ISO14443",
  "ISO15693",
  "KeyCode",
  "Local",
  "MacAddress",
  "VIN",
] as const;

export const idTokens = sqliteTable(
  "id_tokens",
  {
    /** The token in lower case: OCPP compares case-insensitively. */
    key: text().primaryKey(),
    idToken: text("id_token").notNull(),
    status: text({ enum: ["accepted", "blocked"] }).notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }),
    /** OCPP 1.6 parentIdTag, 2.x groupIdToken. */
    groupId: text("group_id"),
    /** OCPP 2.x IdTokenEnum; null: whatever a charger says it is. */
    type: text({ enum: ID_TOKEN_TYPES }),
    /** Shown to the driver by the charger, OCPP 2.x. */
    personalMessage: text("personal_message"),
    /** RFC 5646; the driver's languages, the preferred one first. */
    language: text(),
    language2: text("language_2"),
    /** The driver it belongs to. */
    userId: text("user_id"),
    /** What its driver asked for: `add` waits for an operator, `remove` has blocked it. */
    driverWish: text("driver_wish", { enum: ["add", "remove"] }),
    note: text(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    index("id_tokens_status").on(t.status, t.key),
    index("id_tokens_group").on(t.groupId, t.key),
    index("id_tokens_user").on(t.userId, t.key),
  ],
);
