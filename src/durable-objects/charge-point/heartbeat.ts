// How often a charger is told to beat: what was set for it, else the deployment's interval, a little less for each
// charger by its identity, so that a fleet that was switched on at once does not beat at once; and less still where
// it hangs up when idle.
import { fittingHeartbeat } from "./contact.ts";
import { type Settings, tuningOf } from "./settings.ts";
import type { State } from "./state.ts";

export interface HeartbeatParts {
  state: State;
  settings: Settings;
  /** The deployment's, in seconds. */
  heartbeatInterval: number;
  /** A number that is the charger's own, for spreading. */
  spread: number;
}

/** Seconds. */
export function heartbeatOf({ state, settings, heartbeatInterval, spread }: HeartbeatParts): number {
  if (settings.heartbeatInterval !== null) return settings.heartbeatInterval;
  const { heartbeatJitter, learnHeartbeat } = tuningOf(settings);
  const interval = heartbeatJitter
    ? heartbeatInterval - (spread % (Math.floor(heartbeatInterval / 10) + 1))
    : heartbeatInterval;
  const fitting = learnHeartbeat ? fittingHeartbeat(state.contact) : undefined;
  return Math.min(interval, fitting ?? interval);
}
