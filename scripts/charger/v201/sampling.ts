/** When a transaction's meter is read: at intervals, and by the clock. What is done with a reading is not its business. */
import type { Transaction } from "../connector.ts";
import type { Context } from "./context.ts";

export interface Samples {
  periodic(transaction: Transaction): void;
  /** For the end of the transaction. */
  kept(transaction: Transaction): void;
  aligned(connectorId: number): void;
}

export interface Sampling {
  /** The answer ends it. */
  begin(transaction: Transaction): () => void;
  watchClock(): void;
}

const UPDATED = "SampledDataCtrlr.TxUpdatedInterval";
const ENDED = "SampledDataCtrlr.TxEndedInterval";
const ALIGNED = "AlignedDataCtrlr.Interval";

export function createSampling({ model, timers, station }: Context, samples: Samples): Sampling {
  const rescheduled = new Set<() => void>();
  let cancelClock = () => {};

  /** Begins anew when the interval is changed; an interval of 0 is never. */
  function every(variable: string, run: () => void): () => void {
    let cancel = () => {};
    function schedule(): void {
      cancel();
      const everyMs = model.flag("SampledDataCtrlr.Enabled") ? model.ms(variable) : 0;
      if (everyMs === 0) return;
      cancel = timers.after(everyMs, () => {
        run();
        schedule();
      });
    }
    rescheduled.add(schedule);
    schedule();
    return () => {
      cancel();
      rescheduled.delete(schedule);
    };
  }

  function watchClock(): void {
    cancelClock();
    const everyMs = model.flag("AlignedDataCtrlr.Enabled") ? model.ms(ALIGNED) : 0;
    if (everyMs === 0) return;
    cancelClock = timers.after(everyMs - (timers.now() % everyMs), () => {
      for (const { id } of station.connectors) samples.aligned(id);
      watchClock();
    });
  }

  for (const variable of [UPDATED, ENDED, "SampledDataCtrlr.Enabled"])
    model.onChange(variable, () => {
      for (const schedule of rescheduled) schedule();
    });
  for (const variable of [ALIGNED, "AlignedDataCtrlr.Enabled"]) model.onChange(variable, watchClock);

  return {
    watchClock,
    begin(transaction) {
      const ends = [every(UPDATED, () => samples.periodic(transaction)), every(ENDED, () => samples.kept(transaction))];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
