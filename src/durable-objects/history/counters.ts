// What a history writer counts of what it committed. Since it woke: whoever reads counters expects them to begin anew.
import { emptyHistogram, type Histogram, observe } from "../../metrics/histogram.ts";
import { isUrgent } from "../../ocpp/facts/fact.ts";
import { addCounted, type Counted, nothingCounted } from "../charge-point/meters.ts";
import type { Shipment } from "./batch.ts";

export const LAG_BOUNDS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800] as const;

export interface HistoryCounters {
  /** Epoch milliseconds: when it woke. */
  since: number;
  batches: number;
  /** Batches that D1 or the feed did not take. */
  failures: number;
  shipments: number;
  rowsWritten: number;
  /** Log entries with facts that reached D1. */
  entries: number;
  findings: number;
  /** By status: each change of a command's status counts. */
  commands: Record<string, number>;
  /** From the receipt of an entry that ships at once to its commit. */
  lagS: Histogram;
  /** What chargers' actors told of their own work. */
  actors: Counted;
  /** Shipments that wait for a batch now. */
  waiting: number;
  /** The last minutes in which anything was counted, oldest first. */
  minutes: Minute[];
}

/** What came in within a minute, by when it was shipped. */
export interface Minute {
  /** Epoch minutes. */
  minute: number;
  frames: number;
  refused: number;
  entries: number;
}

const KEPT_MINUTES = 15;

export const newCounters = (): HistoryCounters => ({
  since: Date.now(),
  ...{ batches: 0, failures: 0, shipments: 0, rowsWritten: 0, entries: 0, findings: 0, waiting: 0 },
  ...{ commands: {}, lagS: emptyHistogram(LAG_BOUNDS_S), actors: nothingCounted(), minutes: [] },
});

export function countCommitted(counters: HistoryCounters, shipments: readonly Shipment[], now: number): void {
  const minute = thisMinute(counters, now);
  for (const { rows, counted } of shipments) {
    minute.frames += counted?.frames ?? 0;
    minute.refused += counted?.refused ?? 0;
    minute.entries += rows.length;
    if (counted !== undefined) addCounted(counters.actors, counted);
    counters.entries += rows.length;
    for (const { at, facts } of rows) {
      if (facts.some(isUrgent)) observe(counters.lagS, LAG_BOUNDS_S, Math.max(0, now - at) / 1000);
      for (const fact of facts) {
        if (fact.kind === "finding") counters.findings += 1;
        if (fact.kind !== "command") continue;
        const { status } = fact.command;
        counters.commands[status] = (counters.commands[status] ?? 0) + 1;
      }
    }
  }
}

function thisMinute({ minutes }: HistoryCounters, now: number): Minute {
  const minute = Math.floor(now / 60_000);
  const last = minutes.at(-1);
  if (last?.minute === minute) return last;
  const fresh = { minute, frames: 0, refused: 0, entries: 0 };
  minutes.push(fresh);
  if (minutes.length > KEPT_MINUTES) minutes.shift();
  return fresh;
}
