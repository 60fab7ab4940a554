// A session cut wherever its price may change: at readings, at times of the clock, at amounts of energy and of time.
import Fraction from "fraction.js";
import { type Amount, ZERO } from "./amounts.ts";
import { clockBoundaries, wallClock } from "./local-time.ts";
import { type Circumstances, type Thresholds, thresholdsOf } from "./restrictions.ts";
import type { TariffElement } from "./tariff.ts";

/** What a session did between two readings. Intervals follow each other without gap or overlap. */
export interface Interval {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  /** Taken from the grid, Wh. */
  importedWh: Amount;
  /** Given back, Wh. */
  exportedWh: Amount;
  /** Whether energy flowed: its time is charging time, all other is parking. */
  charging: boolean;
  /** Over all phases, A. */
  current?: number | undefined;
}

/** A part of a session in which nothing changes that a tariff looks at. */
export interface Slice extends Circumstances {
  from: number;
  to: number;
  importedKwh: Amount;
  exportedKwh: Amount;
  charging: boolean;
}

const HOUR_MS = 3_600_000;
const ONE: Amount = new Fraction(1);

export const seconds = ({ from, to }: Pick<Slice, "from" | "to">): Amount => new Fraction(to - from, 1000);

export function slicesOf(
  intervals: readonly Interval[],
  elements: readonly TariffElement[],
  timeZone: string,
  /** Other moments at which a price changes, epoch milliseconds. */
  moments: readonly number[] = [],
): Slice[] {
  const thresholds = thresholdsOf(elements);
  const start = intervals[0]?.from ?? 0;
  const slices: Slice[] = [];
  let usedKwh = ZERO;
  for (const interval of intervals) {
    const kwh = interval.importedWh.div(1000);
    const exported = interval.exportedWh.div(1000);
    const cuts = cutsOf(interval, { start, usedKwh, kwh, thresholds, timeZone, moments });
    for (const [index, { at, share }] of cuts.entries()) {
      const next = cuts[index + 1];
      if (next === undefined) continue;
      const part = next.share.sub(share);
      slices.push({
        from: at,
        to: next.at,
        charging: interval.charging,
        importedKwh: kwh.mul(part),
        exportedKwh: exported.mul(part),
        usedKwh: usedKwh.add(kwh.mul(share)),
        elapsedSeconds: new Fraction(at - start, 1000),
        clock: wallClock(at, timeZone),
        current: interval.current,
        power: powerOf(interval),
      });
    }
    usedKwh = usedKwh.add(kwh);
  }
  return slices;
}

/** The mean over the interval, kW. */
const powerOf = ({ from, to, importedWh }: Interval): number | undefined =>
  to > from
    ? importedWh
        .mul(HOUR_MS)
        .div(1000)
        .div(to - from)
        .valueOf()
    : undefined;

interface Cut {
  /** Epoch milliseconds. */
  at: number;
  /** How much of the interval lies before it: energy is taken to flow evenly between two readings. */
  share: Amount;
}

interface CutContext {
  start: number;
  usedKwh: Amount;
  kwh: Amount;
  thresholds: Thresholds;
  timeZone: string;
  moments: readonly number[];
}

/** In order, from the beginning of the interval to its end. */
function cutsOf({ from, to }: Interval, { start, usedKwh, kwh, thresholds, timeZone, moments }: CutContext): Cut[] {
  const first = { at: from, share: ZERO };
  const last = { at: to, share: ONE };
  if (to <= from) return [first, last];
  const atTimes = [
    ...clockBoundaries(from, to, thresholds.times, timeZone),
    ...thresholds.seconds.map((seconds) => start + seconds * 1000),
    ...moments,
  ].map((at) => ({ at, share: new Fraction(at - from, to - from) }));
  // The share is exact where the millisecond is not: no Wh goes to the wrong side of a threshold.
  const atAmounts = kwh.equals(0) ? [] : thresholds.kwh.map((threshold) => threshold.sub(usedKwh).div(kwh));
  const inside = [
    ...atTimes,
    ...atAmounts.map((share) => ({
      at:
        from +
        share
          .mul(to - from)
          .round(0)
          .valueOf(),
      share,
    })),
  ]
    .filter(({ share }) => share.compare(0) > 0 && share.compare(1) < 0)
    .sort((a, b) => a.share.compare(b.share));
  const cuts = [first];
  for (const cut of [...inside, last]) if (!cuts.at(-1)?.share.equals(cut.share)) cuts.push(cut);
  return cuts;
}
