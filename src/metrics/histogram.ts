// Counting how long things take, in few numbers. Pure.

export interface Histogram {
  /** One count for each bound, and one for what is above the last. */
  counts: number[];
  sum: number;
}

export const emptyHistogram = (bounds: readonly number[]): Histogram => ({
  counts: Array<number>(bounds.length + 1).fill(0),
  sum: 0,
});

export function observe(histogram: Histogram, bounds: readonly number[], value: number): void {
  const index = bounds.findIndex((bound) => value <= bound);
  const place = index === -1 ? bounds.length : index;
  histogram.counts[place] = (histogram.counts[place] ?? 0) + 1;
  histogram.sum += value;
}

export function merge(into: Histogram, from: Histogram): void {
  from.counts.forEach((count, index) => {
    into.counts[index] = (into.counts[index] ?? 0) + count;
  });
  into.sum += from.sum;
}
