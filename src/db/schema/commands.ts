// What operators asked of chargers, and what came of it.
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const COMMAND_STATUSES = ["queued", "sent", "accepted", "error", "unknown", "expired", "cancelled"] as const;

export const commands = sqliteTable(
  "commands",
  {
    /** A UUID; also the OCPP message id of the CALL. */
    id: text().primaryKey(),
    chargePoint: text("charge_point").notNull(),
    ocppVersion: text("ocpp_version").notNull(),
    action: text().notNull(),
    /** JSON, members in the operator's order. */
    payload: text().notNull(),
    status: text({ enum: COMMAND_STATUSES }).notNull(),
    /** JSON: the CALLRESULT's payload. */
    response: text(),
    /** JSON: { code, description, details? } of a CALLERROR, or our own reason. */
    error: text(),
    /** JSON: what was odd about the answer, e.g. that it breaks the schema or came late. */
    remarks: text(),
    requestedBy: text("requested_by"),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    sentAt: integer("sent_at", { mode: "timestamp_ms" }),
    finishedAt: integer("finished_at", { mode: "timestamp_ms" }),
    expiresAt: integer("expires_at", { mode: "timestamp_ms" }),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    index("commands_created").on(t.createdAt, t.id),
    index("commands_charge_point").on(t.chargePoint, t.createdAt, t.id),
    index("commands_status").on(t.status, t.createdAt, t.id),
    index("commands_action").on(t.action, t.createdAt, t.id),
  ],
);
