// Security: events that chargers told, their certificates and the requests for them, the roots that operators manage,
// and the deployment's own certificate authority.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const securityEvents = sqliteTable(
  "security_events",
  {
    chargePoint: text("charge_point").notNull(),
    seq: integer().notNull(),
    type: text().notNull(),
    critical: integer({ mode: "boolean" }).notNull(),
    techInfo: text("tech_info"),
    /** The charger's own time, or the receipt where that is missing or insane. */
    occurredAt: integer("occurred_at", { mode: "timestamp_ms" }).notNull(),
    receivedAt: integer("received_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chargePoint, t.seq] }),
    index("security_events_occurred").on(t.occurredAt, t.chargePoint, t.seq),
    index("security_events_type").on(t.type, t.occurredAt, t.chargePoint, t.seq),
    index("security_events_critical").on(t.critical, t.occurredAt, t.chargePoint, t.seq),
    index("security_events_charge_point").on(t.chargePoint, t.occurredAt, t.seq),
  ],
);

export const CERTIFICATE_REQUEST_STATUSES = [
  "requested",
  "issued",
  "installed",
  "rejected",
  "refused",
  "superseded",
  "undelivered",
] as const;

export const certificateRequests = sqliteTable(
  "certificate_requests",
  {
    /** A UUID. */
    id: text().primaryKey(),
    chargePoint: text("charge_point").notNull(),
    /** Null: for everything that the charger does. */
    certificateType: text("certificate_type"),
    status: text({ enum: CERTIFICATE_REQUEST_STATUSES }).notNull(),
    detail: text(),
    /** PEM. */
    csr: text().notNull(),
    /** PEM, leaf first; null: not issued. */
    certificateChain: text("certificate_chain"),
    commandId: text("command_id"),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    index("certificate_requests_created").on(t.createdAt, t.id),
    index("certificate_requests_charge_point").on(t.chargePoint, t.createdAt, t.id),
    index("certificate_requests_status").on(t.status, t.createdAt, t.id),
  ],
);

/** What chargers told that they have installed. */
export const stationCertificates = sqliteTable(
  "station_certificates",
  {
    chargePoint: text("charge_point").notNull(),
    certificateType: text("certificate_type").notNull(),
    /** The hash data in one text, whatever its spelling. */
    key: text().notNull(),
    /** JSON: CertificateHashData as the charger spelt it. */
    hashData: text("hash_data").notNull(),
    /** The key of the certificate whose chain it is a part of. */
    parentKey: text("parent_key"),
    toldAt: integer("told_at", { mode: "timestamp_ms" }).notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [primaryKey({ columns: [t.chargePoint, t.certificateType, t.key] })],
);

export const CERTIFICATE_TYPES = [
  "CSMSRootCertificate",
  "ManufacturerRootCertificate",
  "V2GRootCertificate",
  "MORootCertificate",
  "OEMRootCertificate",
] as const;

/** Roots that operators manage: to be installed in chargers, and to check contracts against. */
export const certificates = sqliteTable(
  "certificates",
  {
    /** A UUID. */
    id: text().primaryKey(),
    type: text({ enum: CERTIFICATE_TYPES }).notNull(),
    name: text().notNull(),
    /** PEM, one certificate. */
    certificate: text().notNull(),
    /** SHA-256, hexadecimal. */
    fingerprint: text().notNull().unique(),
    /** The key of its hash data: how it is found in what chargers tell. */
    key: text().notNull(),
    subject: text().notNull(),
    issuer: text().notNull(),
    serialNumber: text("serial_number").notNull(),
    notBefore: integer("not_before", { mode: "timestamp_ms" }).notNull(),
    notAfter: integer("not_after", { mode: "timestamp_ms" }).notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    index("certificates_created").on(t.createdAt, t.id),
    index("certificates_type").on(t.type, t.createdAt, t.id),
    index("certificates_key").on(t.key),
  ],
);

/** One row: the deployment's own authority. */
export const certificateAuthorities = sqliteTable("certificate_authorities", {
  id: text().primaryKey(),
  /** PEM. */
  certificate: text().notNull(),
  /** PKCS #8, sealed under CREDENTIALS_KEY. */
  sealedKey: text("sealed_key").notNull(),
  createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
});
