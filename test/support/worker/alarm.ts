// Time passes for an actor: the clock is moved and its alarm rings.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, vi } from "vitest";
import { actorOf } from "./sessions.ts";

/** Moves the clock on and wakes the actor. The clock stays where it is until vi.useRealTimers(). */
export async function ring(charger: { id: string }, laterMs: number): Promise<void> {
  moveOn(laterMs);
  await runDurableObjectAlarm(actorOf(charger));
}

/** When it rings next, epoch milliseconds; null: never. */
export const alarmOf = (charger: { id: string }): Promise<number | null> =>
  runInDurableObject(actorOf(charger), (_instance, { storage }) => storage.getAlarm());

/** Resolves when one is set: what a charger tells when it comes sets none before it is shipped. */
export const alarmIsSet = (charger: { id: string }): Promise<void> =>
  vi.waitFor(async () => expect(await alarmOf(charger)).not.toBeNull(), { timeout: 10_000 });

export const moveOn = (laterMs: number): void => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
