// Reservations as chargers have taken, refused, used and lost them.
import { customType, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const caselessText = customType<{ data: string }>({ dataType: () => "text collate nocase" });

export const RESERVATION_STATUSES = ["active", "used", "cancelled", "expired", "removed", "rejected"] as const;

export const reservations = sqliteTable(
  "reservations",
  {
    /** Ours: a UUID. */
    id: text().primaryKey(),
    chargePoint: text("charge_point").notNull(),
    /** OCPP's, unique per charger. */
    reservationId: integer("reservation_id").notNull(),
    /** 0: any. In 1.6 it equals the connector. */
    evseId: integer("evse_id").notNull(),
    connectorId: integer("connector_id").notNull(),
    connectorType: text("connector_type"),
    idToken: caselessText("id_token").notNull(),
    groupId: text("group_id"),
    status: text({ enum: RESERVATION_STATUSES }).notNull(),
    reason: text(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }).notNull(),
    endedAt: integer("ended_at", { mode: "timestamp_ms" }),
    commandId: text("command_id").notNull(),
    requestedBy: text("requested_by"),
    /** The transaction that used it: our id. */
    transactionId: text("transaction_id"),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    index("reservations_created").on(t.createdAt, t.id),
    index("reservations_charge_point").on(t.chargePoint, t.createdAt, t.id),
    index("reservations_status").on(t.status, t.createdAt, t.id),
    index("reservations_id_token").on(t.idToken, t.createdAt, t.id),
  ],
);
