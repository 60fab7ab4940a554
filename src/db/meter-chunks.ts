// Meter samples to D1: one row per transaction and shipment, not one per sample, because rows written are the cost.
import type { HistoryRow, Shipment } from "../durable-objects/history/batch.ts";
import { parseFrame } from "../ocpp/frame.ts";
import { type MeterValue, readMeterValues } from "../ocpp/metering.ts";
import { record } from "../ocpp/read.ts";
import { Thinning } from "../ocpp/thinning.ts";

/** A D1 value holds 2 MB; far below that, and small enough to page through. */
const MAX_CHUNK_VALUES = 250;
const MAX_CHUNK_CHARS = 1_500_000;

interface Chunk {
  transactionId: string;
  evseId: number;
  connectorId: number;
  firstSeq: number;
  lastSeq: number;
  values: MeterValue[];
}

/**
 * A chunk is named by its first entry, and a longer one swallows the shorter ones inside it: a shipment that is
 * repeated, with more entries or cut differently, leaves every value once.
 */
export function meterChunks(
  db: D1Database,
  { chargePoint, rows, sampleInterval = 0 }: Omit<Shipment, "identity">,
): D1PreparedStatement[] {
  return chunksOf(rows, new Thinning(sampleInterval)).flatMap((chunk) => [
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
        ...[chunk.firstSeq, chunk.lastSeq, spell(chunk.values)],
      ),
  ]);
}

/** What the charger sent literally is left out where a row would not hold it: the log still has it. */
function spell(values: readonly MeterValue[]): string {
  const whole = JSON.stringify(values);
  if (whole.length <= MAX_CHUNK_CHARS) return whole;
  return JSON.stringify(values, (key, value) => (key === "raw" ? undefined : value));
}

function chunksOf(rows: readonly HistoryRow[], thinning: Thinning): Chunk[] {
  const open = new Map<string, Chunk>();
  const chunks: Chunk[] = [];
  for (const { transactionId, evseId, connectorId, row, values: all } of readings(rows)) {
    const key = `${transactionId}/${evseId}/${connectorId}`;
    const values = thinning.of(key, all);
    if (values.length === 0) continue;
    let chunk = open.get(key);
    if (chunk === undefined || chunk.values.length + values.length > MAX_CHUNK_VALUES) {
      chunk = { transactionId, evseId, connectorId, firstSeq: row.seq, lastSeq: row.seq, values: [] };
      chunks.push(chunk);
      open.set(key, chunk);
    }
    chunk.values.push(...values);
    chunk.lastSeq = row.seq;
  }
  return chunks;
}

function* readings(rows: readonly HistoryRow[]) {
  for (const row of rows) {
    for (const fact of row.facts) {
      if (fact.kind !== "meterValues") continue;
      const values = meterValuesOf(row);
      if (values.length > 0) yield { ...fact, row, values };
    }
  }
}

/** The values in a logged frame. */
export function meterValuesOf(row: Pick<HistoryRow, "frame" | "at">): MeterValue[] {
  const frame = parseFrame(row.frame);
  return frame.kind === "call" ? readMeterValues(record(frame.payload), row.at) : [];
}
