// What many sessions drew together over time, out of what each did between its readings. Pure.
import type { Interval } from "../pricing/slices.ts";

/** W on average from one moment (epoch milliseconds) to another, below zero where more was given back; one session's. */
function meanOf(intervals: readonly Interval[], from: number, to: number): number {
  const wh = intervals.reduce((sum, interval) => {
    const shared = Math.min(to, interval.to) - Math.max(from, interval.from);
    if (shared <= 0) return sum;
    const net = interval.importedWh.sub(interval.exportedWh).valueOf();
    return sum + (net * shared) / (interval.to - interval.from);
  }, 0);
  return (wh * 3_600_000) / (to - from);
}

/** W on average of all together. */
export const meanLoad = (sessions: readonly (readonly Interval[])[], from: number, to: number): number =>
  Math.round(sessions.reduce((sum, intervals) => sum + meanOf(intervals, from, to), 0));

export interface LoadStep {
  from: number;
  to: number;
  watts: number;
}

/** The same in steps of a length (ms). */
export function loadSteps(
  sessions: readonly (readonly Interval[])[],
  { from, to, step }: { from: number; to: number; step: number },
): LoadStep[] {
  const steps: LoadStep[] = [];
  for (let at = from; at < to; at += step) {
    const end = Math.min(at + step, to);
    steps.push({ from: at, to: end, watts: meanLoad(sessions, at, end) });
  }
  return steps;
}
