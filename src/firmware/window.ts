// Maintenance windows: a local time of day to a local time of day, in the time zone of the chargers, through the night
// and through changes of daylight saving time. Pure.
import { Temporal } from "temporal-polyfill";

export interface Window {
  /** IANA, e.g. Europe/Berlin. */
  timeZone: string;
  /** HH:MM. */
  start: string;
  /** HH:MM; not after `start`: on the next day. */
  end: string;
  /** Days on which it begins, 1 Monday to 7 Sunday; undefined: all. */
  days?: number[] | undefined;
}

export interface Opening {
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

/** The window that is open, or the next one. */
export function openingAt(window: Window, now: number): Opening {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(window.timeZone).toPlainDate();
  // The one of yesterday may still be open; within a week comes each day that is wanted.
  for (let offset = -1; offset <= 8; offset += 1) {
    const day = today.add({ days: offset });
    if (window.days !== undefined && !window.days.includes(day.dayOfWeek)) continue;
    const opening = openingOn(window, day);
    if (opening.to > now) return opening;
  }
  throw new Error("the window has no day");
}

export const isOpen = ({ from, to }: Opening, now: number): boolean => from <= now && now < to;

function openingOn({ timeZone, start, end }: Window, day: Temporal.PlainDate): Opening {
  const lastDay = end > start ? day : day.add({ days: 1 });
  return { from: at(day, start, timeZone), to: at(lastDay, end, timeZone) };
}

const at = (day: Temporal.PlainDate, time: string, timeZone: string): number =>
  day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
