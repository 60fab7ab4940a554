// What a charger itself lives through.
import { setTimeout as wait } from "node:timers/promises";
import type { Rack } from "../rack.ts";

const HOUR_MS = 3_600_000;
/** A clock that is a day off counts as broken, and its times as unknown: an offline visit may add four hours. */
const MAX_SKEW_HOURS = 15;
/** workerd puts an actor to sleep after ten seconds without an event. */
const ASLEEP_MS = [10_500, 13_000] as const;

export async function shuffledMessages(rack: Rack): Promise<void> {
  for (const { mood } of rack.some(0.5)) mood.shuffledVisits += rack.random.between(1, 2);
  await rack.pass(1, 3);
}

export async function hoursOffline(rack: Rack): Promise<void> {
  for (const { charger, mood } of rack.some(0.4)) {
    mood.offlineVisits += rack.random.between(2, 8);
    charger.leaveUntil(wait(rack.random.between(200, 2000)));
  }
  await rack.pass(1, 3);
}

export async function wrongClocks(rack: Rack): Promise<void> {
  for (const { charger } of rack.some(0.5)) {
    const isRight = rack.random.chance(0.3);
    charger.skewMs = isRight ? 0 : rack.random.between(-MAX_SKEW_HOURS * HOUR_MS, MAX_SKEW_HOURS * HOUR_MS);
  }
  await rack.pass(1, 3);
}

/** Goes on while other faults strike. */
export async function silence(rack: Rack): Promise<void> {
  for (const { mood } of rack.some(0.3)) mood.silentUntil = Date.now() + rack.random.between(...ASLEEP_MS);
}
