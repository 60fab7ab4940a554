// Values of event streams to D1: one row per stream and shipment, not one per frame, because rows are the cost.
import type { HistoryRow } from "../durable-objects/history/batch.ts";
import { parseFrame } from "../ocpp/frame.ts";
import { record } from "../ocpp/read.ts";
import { readStreamValues, type StreamValue } from "../ocpp/stream-values.ts";
import { run } from "./statement.ts";

/** A D1 value holds 2 MB; far below that, and small enough to page through. */
const MAX_CHUNK_CHARS = 200_000;

interface Chunk {
  streamId: number;
  firstSeq: number;
  lastSeq: number;
  chars: number;
  values: StreamValue[];
}

/** As with meter values, a longer chunk swallows the shorter ones inside it, so that a repeated shipment is harmless. */
export function streamChunks(db: D1Database, chargePoint: string, rows: readonly HistoryRow[]): D1PreparedStatement[] {
  return chunksOf(rows).flatMap(({ streamId, firstSeq, lastSeq, values }) => [
    run(
      db,
      "DELETE FROM stream_chunks WHERE charge_point = ? AND stream_id = ? AND first_seq > ? AND first_seq <= ?",
      ...[chargePoint, streamId, firstSeq, lastSeq],
    ),
    run(
      db,
      "INSERT OR REPLACE INTO stream_chunks (charge_point, stream_id, first_seq, last_seq, stream_values) VALUES (?, ?, ?, ?, ?)",
      ...[chargePoint, streamId, firstSeq, lastSeq, JSON.stringify(values)],
    ),
  ]);
}

function chunksOf(rows: readonly HistoryRow[]): Chunk[] {
  const open = new Map<number, Chunk>();
  const chunks: Chunk[] = [];
  for (const row of rows) {
    for (const fact of row.facts) {
      if (fact.kind !== "streamValues") continue;
      let chunk = open.get(fact.streamId);
      if (chunk === undefined || chunk.chars + row.frame.length > MAX_CHUNK_CHARS) {
        chunk = { streamId: fact.streamId, firstSeq: row.seq, lastSeq: row.seq, chars: 0, values: [] };
        chunks.push(chunk);
        open.set(fact.streamId, chunk);
      }
      chunk.values.push(...valuesOf(row));
      chunk.chars += row.frame.length;
      chunk.lastSeq = row.seq;
    }
  }
  return chunks.filter(({ values }) => values.length > 0);
}

function valuesOf({ frame: text, at }: HistoryRow): StreamValue[] {
  const frame = parseFrame(text);
  return frame.kind === "send" || frame.kind === "call" ? readStreamValues(record(frame.payload), at) : [];
}
