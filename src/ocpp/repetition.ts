// Whether an identical payload can only be the same message said again, because the time that it carries is credible.
import type { Repetition } from "./handler.ts";
import { instant, type Payload } from "./read.ts";

/** A clock that is further off than this may have started anew with the last boot. */
const RIGHT_CLOCK_MS = 24 * 3_600_000;

/**
 * A status comes again as it was only if the charger goes through the same states at the same times: which a clock
 * without a battery makes it do with every boot.
 */
export function repetitionOfStatus(payload: Payload, receivedAt: number): Repetition {
  const { at, replaced } = instant(payload.timestamp, receivedAt);
  if (replaced) return "no";
  return Math.abs(receivedAt - at) < RIGHT_CLOCK_MS ? "ever" : "sinceBoot";
}

/** Nobody sees the same thing happen twice at the same time, unless the clock began anew. */
export const repetitionOfEvent = (at: unknown, receivedAt: number): Repetition =>
  repetitionOfStatus({ timestamp: at }, receivedAt);
