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
  const exported = growthOf(exportPoints(session, endedAt));
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

/**
 * Nothing but readings tells where this register stood: the first one is often a moment older than the event that it
 * came with, the last one a moment younger. The nearest of them stand for the session's ends.
 */
function exportPoints({ startedAt, readings }: MeteredSession, endedAt: number): Point[] {
  const all = readings.flatMap(({ at, exportWh }) => point(at, exportWh)).toSorted((a, b) => a.at - b.at);
  const before = all.findLast(({ at }) => at < startedAt);
  const after = all.find(({ at }) => at > endedAt);
  return [
    ...(before === undefined ? [] : [{ ...before, at: startedAt }]),
    ...all.filter(({ at }) => at >= startedAt && at <= endedAt),
    ...(after === undefined ? [] : [{ ...after, at: endedAt }]),
  ];
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
    for (const { at, wh } of run) {
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

/** The most readings that grow one after another, from this start on and up to this end. The others are misfits. */
function believed(run: readonly Point[], start: Amount, end?: Amount): Point[] {
  const within = run.filter(({ wh }) => wh.compare(start) >= 0 && (end === undefined || wh.compare(end) <= 0));
  // Patience sorting: of all sequences of a length, the one that ends lowest leaves most room for what comes.
  const lowest: number[] = [];
  const before: number[] = [];
  for (const [index, { wh }] of within.entries()) {
    const higher = lowest.findIndex((last) => (within[last]?.wh ?? ZERO).compare(wh) > 0);
    const length = higher < 0 ? lowest.length : higher;
    before[index] = lowest[length - 1] ?? -1;
    lowest[length] = index;
  }
  const chosen: Point[] = [];
  for (let index = lowest.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const one = within[index];
    if (one !== undefined) chosen.unshift(one);
  }
  return chosen;
}

/** One run, or two where the register began anew, each with the readings of it that can be believed. */
function runsOf(points: readonly Point[]): Point[][] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const whole = believed(points, first.wh, last.wh);
  const reset = resetIn(points, first, last);
  if (reset === undefined) return [whole];
  const parts = [believed(points.slice(0, reset), first.wh), believed(points.slice(reset), ZERO, last.wh)];
  const misfits = points.length - whole.length;
  const misfitsThen = points.length - parts.flat().length;
  // One reading that does not fit is a glitch; several say that the register began anew.
  return last.wh.compare(first.wh) < 0 || (misfits > 1 && misfitsThen < misfits) ? parts : [whole];
}

/**
 * Where the register fell deepest, if it may have begun anew there: then it shows less than when the session began, and
 * never comes back to where it was. Anything else is a dip.
 */
function resetIn(points: readonly Point[], first: Point, last: Point): number | undefined {
  const falls = points.map(({ wh }, index) => wh.sub(points[index - 1]?.wh ?? wh).valueOf());
  const reset = falls.indexOf(Math.min(...falls));
  const [top, bottom] = [points[reset - 1], points[reset]];
  if (top === undefined || bottom === undefined) return undefined;
  return bottom.wh.compare(first.wh) < 0 && last.wh.compare(top.wh) < 0 ? reset : undefined;
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
