// Which events somebody wants to hear. Pure.
import type { FleetEvent } from "./event.ts";

/** Both conditions hold; one that is left out always does. */
export interface EventFilter {
  /** Types, or families of them: `transaction.*`. */
  types?: readonly string[] | undefined;
  /** Keys of chargers: identities in lower case. */
  chargePoints?: readonly string[] | undefined;
}

export function wants({ types, chargePoints }: EventFilter, { type, chargePointId }: FleetEvent): boolean {
  if (chargePoints !== undefined && !chargePoints.includes(chargePointId.toLowerCase())) return false;
  return types === undefined || types.some((pattern) => isOfType(type, pattern));
}

export function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
