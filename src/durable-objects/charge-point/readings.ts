// What the open sessions' meters said last, from the log's newest entries: for those who want to know the power now.
import { meterValuesOf } from "../../db/meter-chunks.ts";
import type { MeterValue } from "../../ocpp/metering.ts";
import type { Log } from "./log.ts";
import type { State } from "./state.ts";

/** A session in use tells its meter every few frames; what lies further back says nothing of now. */
const SCAN_ROWS = 64;
/** From two frames the power can be told even where it is not sampled. */
const FRAMES = 2;

export interface SessionReading {
  transactionId: string;
  /** Oldest first. */
  values: MeterValue[];
}

export function sessionReadings({ log, state }: { log: Log; state: State }): SessionReading[] {
  const frames = new Map(state.transactions.open().map(({ id }) => [id, [] as MeterValue[][]]));
  if (frames.size === 0) return [];
  for (const row of log.before(log.nextSeq, SCAN_ROWS)) {
    for (const fact of row.facts) {
      const found = fact.kind === "meterValues" ? frames.get(fact.transactionId) : undefined;
      if (found !== undefined && found.length < FRAMES) found.unshift(meterValuesOf(row));
    }
  }
  return [...frames].map(([transactionId, values]) => ({ transactionId, values: values.flat() }));
}
