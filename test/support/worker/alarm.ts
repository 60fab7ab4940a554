// Time passes for an actor: the clock is moved and its alarm rings.
import { runDurableObjectAlarm } from "cloudflare:test";
import { vi } from "vitest";
import { actorOf } from "./sessions.ts";

/** Moves the clock on and wakes the actor. The clock stays where it is until vi.useRealTimers(). */
export async function ring(charger: { id: string }, laterMs: number): Promise<void> {
  moveOn(laterMs);
  await runDurableObjectAlarm(actorOf(charger));
}

export const moveOn = (laterMs: number): void => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
