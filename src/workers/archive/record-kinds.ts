// What else becomes old, besides meter samples: a row a kind. To archive a kind more is to add one.
import type { archivedRecords } from "../../db/schema.ts";

export type RecordKind = (typeof archivedRecords.$inferSelect)["kind"];

export interface RecordTable {
  kind: RecordKind;
  table: string;
  /** What tells two of its rows apart: deleted is by this. What changes with a row belongs to it, so that one that changed meanwhile stays. */
  key: readonly string[];
  /** The column with the time that makes it old, epoch milliseconds. */
  at: string;
  /** What has to hold besides. */
  only?: string;
  /** Columns that hold JSON. */
  json?: readonly string[];
  /** How many are taken at once: a charger's message may be large, and a Worker has 128 MB. */
  limit: number;
}

export const CHARGER_RECORDS: readonly RecordTable[] = [
  {
    kind: "statuses",
    table: "connector_statuses",
    key: ["charge_point", "evse_id", "connector_id", "seq"],
    at: "received_at",
    limit: 1000,
  },
  {
    kind: "commands",
    table: "commands",
    key: ["id", "history_seq"],
    at: "created_at",
    only: "status NOT IN ('queued', 'sent')",
    json: ["payload", "response", "error", "remarks"],
    limit: 250,
  },
  {
    kind: "securityEvents",
    table: "security_events",
    key: ["charge_point", "seq"],
    at: "received_at",
    limit: 1000,
  },
  {
    kind: "stationEvents",
    table: "station_events",
    key: ["charge_point", "seq", "item"],
    at: "received_at",
    json: ["event"],
    limit: 1000,
  },
  {
    kind: "notices",
    table: "notices",
    key: ["charge_point", "seq"],
    at: "received_at",
    json: ["payload"],
    limit: 250,
  },
];

/** Of the deployment, not of one charger. */
export const AUDIT_RECORDS: RecordTable = {
  kind: "auditEntries",
  table: "audit_log",
  key: ["id"],
  at: "at",
  limit: 1000,
};
