// Meter samples to D1: one row per transaction and shipment, not one per sample, because rows written are the cost.
// A chunk holds the frames as they came: making the values uniform is left to the few who read them.
import type { HistoryRow, Shipment } from "../durable-objects/history/batch.ts";
import { type Frame, parseFrame, readFrame } from "../ocpp/frame.ts";
import { type MeterValue, readMeterValues } from "../ocpp/metering.ts";
import { list, record } from "../ocpp/read.ts";
import { Thinning } from "../ocpp/thinning.ts";

/** A D1 value holds 2 MB; far below that, and small enough to page through. A single frame may be longer. */
const MAX_CHUNK_CHARS = 100_000;
/** What thinning leaves of one frame is larger than the frame: beyond this, what was sent literally is left out. */
const MAX_ENTRY_CHARS = 1_500_000;

interface Chunk {
  transactionId: string;
  evseId: number;
  connectorId: number;
  firstSeq: number;
  lastSeq: number;
  /** JSON: [received at in epoch milliseconds, frame], or a MeterValue where the frame was thinned. */
  entries: string[];
  chars: number;
}

/**
 * A chunk is named by its first entry, and a longer one swallows the shorter ones inside it: a shipment that is
 * repeated, with more entries or cut differently, leaves every value once.
 */
export function meterChunks(
  db: D1Database,
  { chargePoint, rows, sampleInterval = 0 }: Omit<Shipment, "identity">,
): D1PreparedStatement[] {
  return chunksOf(rows, sampleInterval).flatMap((chunk) => [
    db
      .prepare(
        `DELETE FROM meter_chunks WHERE transaction_id = ? AND charge_point = ? AND evse_id = ? AND connector_id = ?
         AND first_seq > ? AND first_seq <= ?`,
      )
      .bind(...[chunk.transactionId, chargePoint, chunk.evseId, chunk.connectorId, chunk.firstSeq, chunk.lastSeq]),
    db
      .prepare(
        `INSERT OR REPLACE INTO meter_chunks (charge_point, transaction_id, evse_id, connector_id, first_seq, last_seq, meter_values)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(
        ...[chargePoint, chunk.transactionId, chunk.evseId, chunk.connectorId],
        ...[chunk.firstSeq, chunk.lastSeq, `[${chunk.entries.join(",")}]`],
      ),
  ]);
}

function chunksOf(rows: readonly HistoryRow[], sampleInterval: number): Chunk[] {
  const thinning = new Thinning(sampleInterval);
  const open = new Map<string, Chunk>();
  const chunks: Chunk[] = [];
  for (const row of rows) {
    for (const fact of row.facts) {
      if (fact.kind !== "meterValues") continue;
      const { transactionId, evseId, connectorId } = fact;
      const key = `${transactionId}/${evseId}/${connectorId}`;
      // Only what could be parsed has facts: a frame is JSON.
      const entry = sampleInterval > 0 ? spell(thinning.of(key, meterValuesOf(row))) : `[${row.at},${row.frame}]`;
      if (entry === "") continue;
      let chunk = open.get(key);
      if (chunk === undefined || chunk.chars + entry.length > MAX_CHUNK_CHARS) {
        chunk = { transactionId, evseId, connectorId, firstSeq: row.seq, lastSeq: row.seq, entries: [], chars: 0 };
        chunks.push(chunk);
        open.set(key, chunk);
      }
      chunk.entries.push(entry);
      chunk.chars += entry.length;
      chunk.lastSeq = row.seq;
    }
  }
  return chunks;
}

/** Comma-separated; the log still has what is left out. */
function spell(values: readonly MeterValue[]): string {
  const whole = JSON.stringify(values).slice(1, -1);
  if (whole.length <= MAX_ENTRY_CHARS) return whole;
  return JSON.stringify(values, (key, value) => (key === "raw" ? undefined : value)).slice(1, -1);
}

/** The values in a chunk's column, in order of receipt. */
export function readChunk(column: string): MeterValue[] {
  const entries: unknown[] = JSON.parse(column);
  return entries.flatMap((entry) => {
    if (isValue(entry)) return [entry];
    const [at, frame] = list(entry);
    return typeof at === "number" ? valuesIn(readFrame(frame), at) : [];
  });
}

/** Chunks written by earlier versions hold nothing else. */
const isValue = (entry: unknown): entry is MeterValue =>
  typeof entry === "object" && entry !== null && "sampledValue" in entry;

/** The values in a logged frame. */
export const meterValuesOf = ({ frame, at }: Pick<HistoryRow, "frame" | "at">): MeterValue[] =>
  valuesIn(parseFrame(frame), at);

const valuesIn = (frame: Frame, at: number): MeterValue[] =>
  frame.kind === "call" ? readMeterValues(record(frame.payload), at) : [];
