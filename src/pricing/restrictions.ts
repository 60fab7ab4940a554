// Whether an element of a tariff is active, and at which points of a session that may change.
// Source: OCPI 2.2.1, mod_tariffs, TariffRestrictions.
import { type Amount, exact } from "./amounts.ts";
import type { WallClock } from "./local-time.ts";
import type { Restrictions, TariffElement } from "./tariff.ts";

/** What is so throughout a slice of a session. */
export interface Circumstances {
  clock: WallClock;
  /** kWh used before the slice. */
  usedKwh: Amount;
  /** Seconds since the session began. */
  elapsedSeconds: Amount;
  /** A over all phases; undefined: unknown. */
  current?: number | undefined;
  /** kW; undefined: unknown. */
  power?: number | undefined;
}

/** Restrictions on the reservation are the caller's: they choose among elements, not among moments. */
export function isActive({ restrictions = {} }: TariffElement, circumstances: Circumstances): boolean {
  return CHECKS.every((holds) => holds(restrictions, circumstances));
}

const CHECKS: readonly ((r: Restrictions, c: Circumstances) => boolean)[] = [
  ({ startTime, endTime }, { clock }) => isWithin(clock.time, startTime, endTime),
  ({ startDate }, { clock }) => startDate === undefined || clock.date >= startDate,
  ({ endDate }, { clock }) => endDate === undefined || clock.date < endDate,
  ({ dayOfWeek }, { clock }) => dayOfWeek === undefined || dayOfWeek.length === 0 || dayOfWeek.includes(clock.day),
  ({ minKwh }, { usedKwh }) => minKwh === undefined || usedKwh.compare(exact(minKwh)) >= 0,
  ({ maxKwh }, { usedKwh }) => maxKwh === undefined || usedKwh.compare(exact(maxKwh)) < 0,
  ({ minDuration }, { elapsedSeconds }) => minDuration === undefined || elapsedSeconds.compare(minDuration) >= 0,
  ({ maxDuration }, { elapsedSeconds }) => maxDuration === undefined || elapsedSeconds.compare(maxDuration) < 0,
  // What is not known holds no restriction: a price that depends on it is not charged on a guess.
  ({ minCurrent }, { current }) => minCurrent === undefined || (current !== undefined && current >= minCurrent),
  ({ maxCurrent }, { current }) => maxCurrent === undefined || (current !== undefined && current < maxCurrent),
  ({ minPower }, { power }) => minPower === undefined || (power !== undefined && power >= minPower),
  ({ maxPower }, { power }) => maxPower === undefined || (power !== undefined && power < maxPower),
];

/** `end` before `start`: the window reaches into the next day. 00:00 as the end is the end of the day. */
function isWithin(time: string, start = "00:00", end = "00:00"): boolean {
  if (start === end) return true;
  return start < end ? time >= start && time < end : time >= start || time < end;
}

/** Points of a session at which an element may become active or inactive. */
export interface Thresholds {
  /** HH:MM */
  times: Set<string>;
  kwh: Amount[];
  /** Seconds since the session began. */
  seconds: number[];
}

export function thresholdsOf(elements: readonly TariffElement[]): Thresholds {
  const all = elements.flatMap(({ restrictions }) => (restrictions === undefined ? [] : [restrictions]));
  const given = <T>(values: (T | undefined)[]): T[] => values.filter((value): value is T => value !== undefined);
  return {
    times: new Set(given(all.flatMap(({ startTime, endTime }) => [startTime, endTime]))),
    kwh: given(all.flatMap(({ minKwh, maxKwh }) => [minKwh, maxKwh])).map(exact),
    seconds: given(all.flatMap(({ minDuration, maxDuration }) => [minDuration, maxDuration])),
  };
}
