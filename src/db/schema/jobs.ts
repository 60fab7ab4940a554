// What chargers do over several messages because they were asked to: firmware, logs, settings.
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const JOB_STATES = ["requested", "running", "finished", "failed", "cancelled", "timedOut"] as const;
export const JOB_KINDS = [
  ...["firmware", "publishFirmware", "unpublishFirmware", "log", "diagnostics"],
  ...["getVariables", "setVariables", "template"],
] as const;

export const jobs = sqliteTable(
  "jobs",
  {
    /** A UUID. */
    id: text().primaryKey(),
    chargePoint: text("charge_point").notNull(),
    kind: text().notNull(),
    state: text({ enum: JOB_STATES }).notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    /** JSON: the whole Job of src/ocpp/job.ts. */
    job: text().notNull(),
    historySeq: integer("history_seq").notNull(),
  },
  (t) => [
    index("jobs_created").on(t.createdAt, t.id),
    index("jobs_charge_point").on(t.chargePoint, t.createdAt, t.id),
    index("jobs_state").on(t.state, t.createdAt, t.id),
    index("jobs_kind").on(t.kind, t.createdAt, t.id),
  ],
);
