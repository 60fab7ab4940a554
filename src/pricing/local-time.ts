// What the clock on the wall says at a location, and when it next says something else. Time zones are IANA names.
import { Temporal } from "temporal-polyfill";
import { DAYS, type Day } from "./tariff.ts";

export interface WallClock {
  /** YYYY-MM-DD */
  date: string;
  /** HH:MM */
  time: string;
  day: Day;
}

export function wallClock(at: number, timeZone: string): WallClock {
  const local = zoned(at, timeZone);
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString({ smallestUnit: "minute" }),
    day: DAYS[local.dayOfWeek - 1] ?? "MONDAY",
  };
}

/**
 * The instants after `from` and before `to` at which the wall clock shows one of these times (HH:MM), turns to another
 * day, or is put forward or back. Of a time that a change of the clock repeats, both are given.
 */
export function clockBoundaries(from: number, to: number, times: Iterable<string>, timeZone: string): number[] {
  const found = new Set<number>();
  const add = (at: number) => {
    if (at > from && at < to) found.add(at);
  };
  const wanted = new Set(["00:00", ...times]);
  const last = zoned(to, timeZone).toPlainDate();
  let date = zoned(from, timeZone).toPlainDate();
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const time of wanted) {
      const local = date.toPlainDateTime(Temporal.PlainTime.from(time));
      for (const disambiguation of ["earlier", "later"] as const) {
        add(local.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds);
      }
    }
  }
  for (let change = changeAfter(from, timeZone); change !== undefined && change < to; ) {
    add(change);
    change = changeAfter(change, timeZone);
  }
  return [...found].sort((a, b) => a - b);
}

/** Whether the platform knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    zoned(0, name);
    // An offset is no place: it knows no daylight saving.
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

const zoned = (at: number, timeZone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

const changeAfter = (at: number, timeZone: string): number | undefined =>
  zoned(at, timeZone).getTimeZoneTransition("next")?.epochMilliseconds;
