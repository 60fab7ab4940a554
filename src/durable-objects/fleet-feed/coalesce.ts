// What is told of many events that happened within a moment. Pure.
import type { FleetEvent } from "../../events/event.ts";

/** Types of which only the latest of a thing says anything, and what that thing is. */
const STATES: Readonly<Record<string, (event: FleetEvent) => string>> = {
  "connector.status": ({ data: { evseId, connectorId } }) => `${evseId}/${connectorId}`,
};

/** In the order in which they came; a state that was replaced at once is left out. */
export function coalesced(events: readonly FleetEvent[]): FleetEvent[] {
  const told = new Set<string>();
  return events
    .toReversed()
    .filter((event) => {
      const thing = STATES[event.type]?.(event);
      if (thing === undefined) return true;
      const key = JSON.stringify([event.chargePointId, event.type, thing]);
      if (told.has(key)) return false;
      told.add(key);
      return true;
    })
    .reverse();
}
