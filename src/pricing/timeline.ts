// What a session did, interval by interval, out of what its meter said. Registers jump, dip and start anew:
// energy is never made up, and a glitch is never billed.
import Fraction from "fraction.js";
import { type Amount, sum, ZERO } from "./amounts.ts";
import type { Interval } from "./slices.ts";

export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  /** Total registers, Wh. */
  importWh?: number | undefined;
  exportWh?: number | undefined;
  /** Over all phases, A. */
  current?: number | undefined;
}

export interface MeteredSession {
  startedAt: number;
  /** Now, while it goes on. */
  endedAt: number;
  /** Wh */
  meterStart?: number | undefined;
  meterStop?: number | undefined;
  /** In any order. */
  readings: readonly Reading[];
}

export function timelineOf(session: MeteredSession): Interval[] {
  const { startedAt } = session;
  // However short: its energy needs an interval to be in.
  const endedAt = Math.max(session.endedAt, startedAt + 1);
  const readings = session.readings
    .filter(({ at }) => at >= startedAt && at <= endedAt)
    .toSorted((a, b) => a.at - b.at);
  const imported = growthOf([
    ...point(startedAt, session.meterStart),
    ...readings.flatMap(({ at, importWh }) => point(at, importWh)),
    ...point(endedAt, session.meterStop),
  ]);
  const exported = growthOf(readings.flatMap(({ at, exportWh }) => point(at, exportWh)));
  const times = new Set([startedAt, ...imported.keys(), ...exported.keys(), endedAt]);
  const cuts = [...times].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index): Interval => {
    const from = cuts[index] ?? startedAt;
    const importedWh = between(imported, from, to);
    const exportedWh = between(exported, from, to);
    const current = readings.findLast(({ at, current }) => current !== undefined && at <= to)?.current;
    return { from, to, importedWh, exportedWh, charging: !sum([importedWh, exportedWh]).equals(0), current };
  });
}

interface Point {
  at: number;
  wh: Amount;
}

type Growth = ReadonlyMap<number, Amount>;

/** To a ten-thousandth of a Wh: what lies below is the noise of binary fractions, and would be rounded up to a step. */
const point = (at: number, wh: number | undefined): Point[] =>
  wh === undefined ? [] : [{ at, wh: new Fraction(Math.round(wh * 10_000), 10_000) }];

/** Wh since the first point, at each point that can be believed. */
function growthOf(points: readonly Point[]): Growth {
  const grown = new Map<number, Amount>();
  let total = ZERO;
  let before = points[0]?.wh ?? ZERO;
  for (const run of runsOf(points)) {
    for (const { at, wh } of believed(run, before)) {
      total = total.add(wh.sub(before));
      before = wh;
      // What grew within the first instant belongs to what follows it.
      if (at !== points[0]?.at || grown.size === 0) grown.set(at, grown.size === 0 ? ZERO : total);
    }
    // The next run begins with a register that was set to nothing.
    before = ZERO;
  }
  return grown;
}

/** Without what is above where the register came to in the end, or below what it had reached. */
function believed(run: readonly Point[], start: Amount): Point[] {
  const end = run.at(-1)?.wh ?? ZERO;
  let reached = start;
  return run.filter(({ wh }) => {
    if (wh.compare(end) > 0 || wh.compare(reached) < 0) return false;
    reached = wh;
    return true;
  });
}

/** One run, or two where the register was reset: where it fell deepest. */
function runsOf(points: readonly Point[]): (readonly Point[])[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  // One reading that does not fit is a glitch; several say that the register began anew.
  const misfits = points.length - believed(points, first.wh).length;
  if (last.wh.compare(first.wh) >= 0 && misfits <= 1) return [points];
  const falls = points.map(({ wh }, index) => wh.sub(points[index - 1]?.wh ?? wh).valueOf());
  const reset = falls.indexOf(Math.min(...falls));
  const runs = [points.slice(0, reset), points.slice(reset)];
  const misfitsThen = points.length - runs.flatMap((run, index) => believed(run, index === 0 ? first.wh : ZERO)).length;
  return last.wh.compare(first.wh) < 0 || misfitsThen < misfits ? runs : [points];
}

const between = (grown: Growth, from: number, to: number): Amount => valueAt(grown, to).sub(valueAt(grown, from));

/** Linear between the points that are known, and level beyond them. */
function valueAt(grown: Growth, at: number): Amount {
  let left: Point | undefined;
  for (const [time, wh] of grown) {
    if (time === at) return wh;
    if (time > at && left === undefined) return ZERO;
    if (time > at && left !== undefined) {
      return left.wh.add(wh.sub(left.wh).mul(new Fraction(at - left.at, time - left.at)));
    }
    left = { at: time, wh };
  }
  return left?.wh ?? ZERO;
}
