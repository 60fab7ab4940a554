// What operators register about a charger, and what chargers have told about themselves.
// The second half is written only by the history projections, guarded by `historySeq`.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const chargePoints = sqliteTable(
  "charge_points",
  {
    /** The identity in lower case: what every other table refers to. */
    key: text().primaryKey(),
    /** The identity as the operator or the charger first spelt it. */
    id: text().notNull(),
    registration: text({ enum: ["accepted", "pending", "rejected"] }).notNull(),
    /** OCPP security profile: 0 none, 1 Basic over ws, 2 Basic over wss. */
    securityProfile: integer("security_profile").notNull().default(0),
    /** HMAC-SHA-256 digests of the accepted spellings of the Basic password; null: none was set. */
    credentialHash: text("credential_hash"),
    /** A Basic user name that differs from the identity. */
    credentialUsername: text("credential_username"),
    pinnedVersion: text("pinned_version", { enum: ["1.6", "2.0.1", "2.1"] }),
    policy: text({ enum: ["tolerant", "strict"] })
      .notNull()
      .default("tolerant"),
    /** Seconds; null: the deployment's default. */
    heartbeatInterval: integer("heartbeat_interval"),
    /** JSON: what of the tuning table differs from its defaults, see src/ocpp/tuning.ts. */
    tuning: text(),
    /** By which it moves files to and from here; null: by what it says that it supports. */
    fileTransfer: text("file_transfer", { enum: ["http", "ftp"] }),
    note: text(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),

    historySeq: integer("history_seq").notNull().default(0),
    connected: integer({ mode: "boolean" }).notNull().default(false),
    ocppVersion: text("ocpp_version"),
    status: text(),
    lastSeenAt: integer("last_seen_at", { mode: "timestamp_ms" }),
    lastBootAt: integer("last_boot_at", { mode: "timestamp_ms" }),
    vendor: text(),
    model: text(),
    serialNumber: text("serial_number"),
    firmwareVersion: text("firmware_version"),
    firmwareStatus: text("firmware_status"),
    diagnosticsStatus: text("diagnostics_status"),
    iccid: text(),
    imsi: text(),
    meterType: text("meter_type"),
    meterSerialNumber: text("meter_serial_number"),
  },
  (t) => [
    index("charge_points_connected").on(t.connected, t.key),
    index("charge_points_status").on(t.status, t.key),
    index("charge_points_registration").on(t.registration, t.key),
    index("charge_points_vendor").on(t.vendor, t.key),
    index("charge_points_version").on(t.ocppVersion, t.key),
    index("charge_points_credential_username").on(sql`lower(${t.credentialUsername})`),
  ],
);

export const connectors = sqliteTable(
  "connectors",
  {
    chargePoint: text("charge_point").notNull(),
    /** 1.6 has no evses: there it equals the connector id. */
    evseId: integer("evse_id").notNull(),
    connectorId: integer("connector_id").notNull(),
    status: text().notNull(),
    errorCode: text("error_code"),
    info: text(),
    vendorId: text("vendor_id"),
    vendorErrorCode: text("vendor_error_code"),
    /** The charger's own time of the change, or the time of receipt where that is missing or insane. */
    statusAt: integer("status_at", { mode: "timestamp_ms" }).notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chargePoint, t.evseId, t.connectorId] }),
    // Of few rows: it is written when a fault comes and when it goes.
    index("connectors_faulted").on(t.statusAt).where(sql`status = 'Faulted'`),
  ],
);

/** Every StatusNotification, in the order of receipt. */
export const connectorStatuses = sqliteTable(
  "connector_statuses",
  {
    chargePoint: text("charge_point").notNull(),
    evseId: integer("evse_id").notNull(),
    connectorId: integer("connector_id").notNull(),
    seq: integer().notNull(),
    status: text().notNull(),
    errorCode: text("error_code"),
    info: text(),
    vendorId: text("vendor_id"),
    vendorErrorCode: text("vendor_error_code"),
    statusAt: integer("status_at", { mode: "timestamp_ms" }).notNull(),
    receivedAt: integer("received_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.evseId, t.connectorId, t.seq] })],
);

/** What a charger does against the specification, one row a kind, counted. */
export const findings = sqliteTable(
  "findings",
  {
    chargePoint: text("charge_point").notNull(),
    code: text().notNull(),
    detail: text().notNull(),
    count: integer().notNull(),
    firstAt: integer("first_at", { mode: "timestamp_ms" }).notNull(),
    lastAt: integer("last_at", { mode: "timestamp_ms" }).notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chargePoint, t.code] }),
    // Of what never changes: a finding that is only counted costs no more for it.
    index("findings_first").on(t.firstAt),
  ],
);

/** Handshakes that were refused, one row a charger and reason, counted. */
export const connectionAttempts = sqliteTable(
  "connection_attempts",
  {
    id: text().primaryKey(),
    chargePoint: text("charge_point").notNull(),
    identity: text().notNull(),
    reason: text().notNull(),
    detail: text().notNull(),
    ip: text(),
    userAgent: text("user_agent"),
    subprotocols: text(),
    count: integer().notNull(),
    firstAt: integer("first_at", { mode: "timestamp_ms" }).notNull(),
    lastAt: integer("last_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    index("connection_attempts_last").on(t.lastAt, t.id),
    index("connection_attempts_charge_point").on(t.chargePoint, t.lastAt, t.id),
    index("connection_attempts_reason").on(t.reason, t.lastAt, t.id),
  ],
);
