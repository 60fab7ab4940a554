// That samples are thinned is said on the charger's page: once a day, for it is said of every one of them.
import { meterValuesOf } from "../../db/meter-chunks.ts";
import { finding } from "../../ocpp/handler.ts";
import { Thinning } from "../../ocpp/thinning.ts";
import type { HistoryRow } from "../history/batch.ts";
import type { Journal } from "./journal.ts";
import type { State } from "./state.ts";

const DAY_MS = 24 * 3_600_000;

interface Parts {
  state: State;
  journal: Journal;
}

export function noteThinning({ state, journal }: Parts, rows: readonly HistoryRow[], interval: number, now: number) {
  if (now - state.thinnedAt < DAY_MS || !isThinned(rows, interval)) return;
  state.thinnedAt = now;
  const detail = `it sends samples more often than every ${interval} s: those in between are kept in its message log alone`;
  journal.event(now, { event: "samples_thinned", interval }, [finding("samples_thinned", detail)]);
}

function isThinned(rows: readonly HistoryRow[], interval: number): boolean {
  const thinning = new Thinning(interval);
  return rows.some((row) =>
    row.facts.some((fact) => {
      if (fact.kind !== "meterValues") return false;
      const values = meterValuesOf(row);
      const kept = thinning.of(`${fact.transactionId}/${fact.evseId}/${fact.connectorId}`, values);
      return samplesIn(kept) < samplesIn(values);
    }),
  );
}

const samplesIn = (values: ReturnType<typeof meterValuesOf>): number =>
  values.reduce((count, { sampledValue }) => count + sampledValue.length, 0);
