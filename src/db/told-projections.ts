// Jobs and events to D1. Like every projection: guarded or idempotent.
import type { HistoryRow } from "../durable-objects/history/batch.ts";
import { parseFrame } from "../ocpp/frame.ts";
import type { Job } from "../ocpp/job.ts";
import { record } from "../ocpp/read.ts";
import { readEvents } from "../ocpp/station-events.ts";

interface Source {
  db: D1Database;
  chargePoint: string;
  row: HistoryRow;
}

export const upsertJob = ({ db, chargePoint, row }: Source, job: Job): D1PreparedStatement =>
  db
    .prepare(
      `INSERT INTO jobs (id, charge_point, kind, state, created_at, job, history_seq) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, job = excluded.job, history_seq = excluded.history_seq
       WHERE excluded.history_seq >= jobs.history_seq`,
    )
    .bind(job.id, chargePoint, job.kind, job.state, job.createdAt, JSON.stringify(job), row.seq);

export function insertEvents({ db, chargePoint, row }: Source): D1PreparedStatement[] {
  const frame = parseFrame(row.frame);
  if (frame.kind !== "call" && frame.kind !== "send") return [];
  return readEvents(record(frame.payload), row.at).map((event, item) =>
    db
      .prepare(
        `INSERT INTO station_events (charge_point, seq, item, component, variable, event, received_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .bind(
        ...[chargePoint, row.seq, item, event.component.toLowerCase(), event.variable.toLowerCase()],
        ...[JSON.stringify(event), row.at],
      ),
  );
}
