// Latencies in microseconds, kept in Node's own HDR histogram: three significant digits from a microsecond to minutes in
// a few kilobytes, recorded in native code. Nothing to install, and one process needs no merging over the wire.
import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

export interface Quantiles {
  count: number;
  /** Milliseconds, as all below. */
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

const HIGHEST_US = 10 * 60_000_000;
const ms = (us: number) => Math.round(us) / 1000;

export class Latency {
  #histogram: RecordableHistogram = create();

  record(milliseconds: number): void {
    this.#histogram.record(Math.min(HIGHEST_US, Math.max(1, Math.round(milliseconds * 1000))));
  }

  reset(): void {
    this.#histogram = create();
  }

  quantiles(): Quantiles {
    const histogram = this.#histogram;
    if (histogram.count === 0) return { count: 0, mean: 0, p50: 0, p95: 0, p99: 0, p999: 0, max: 0 };
    return {
      count: histogram.count,
      mean: ms(histogram.mean),
      p50: ms(histogram.percentile(50)),
      p95: ms(histogram.percentile(95)),
      p99: ms(histogram.percentile(99)),
      p999: ms(histogram.percentile(99.9)),
      max: ms(histogram.max),
    };
  }
}

const create = () => createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 });
