// A quantile out of a histogram: the bound below which so many of what was observed lie. Pure.
import type { Histogram } from "./histogram.ts";

/** Null: nothing was observed, or it lies above the last bound. */
export function quantile({ counts }: Histogram, bounds: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [index, bound] of bounds.entries()) {
    below += counts[index] ?? 0;
    if (total > 0 && below >= total * share) return bound;
  }
  return null;
}
