// What travels between a charger's actor and the history writer.
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { Counted } from "../charge-point/meters.ts";

/** One log entry with facts. `frame` is there because meter values are read from it. */
export interface HistoryRow {
  seq: number;
  /** Epoch milliseconds of receipt. */
  at: number;
  frame: string;
  facts: readonly Fact[];
}

export interface Shipment {
  /** The charger's key: its identity in lower case. */
  chargePoint: string;
  /** As it spells itself; events carry it. */
  identity: string;
  rows: HistoryRow[];
  /** Seconds: samples that come closer are thinned; 0 or absent: none. */
  sampleInterval?: number | undefined;
  /** What the charger's actor counted since it told last. */
  counted?: Counted | undefined;
}

/**
 * `unavailable`: try the same again later. `rejected`: all rows before `seq` are committed, and D1 refuses the row
 * `seq` itself while it is otherwise well.
 */
export type HistoryReply =
  | { ok: true }
  | { ok: false; reason: "unavailable"; detail: string }
  | { ok: false; reason: "rejected"; seq: number; detail: string };
