// Which events somebody wants to hear. Pure.
import type { FleetEvent } from "./event.ts";
import { NEAR_TYPES } from "./table.ts";

/** Both conditions hold; one that is left out always does. */
export interface EventFilter {
  /** Types, or families of them: `transaction.*`. Undefined: all but those that have to be named. */
  types?: readonly string[] | undefined;
  /** Keys of chargers: identities in lower case. */
  chargePoints?: readonly string[] | undefined;
}

export function wants({ types, chargePoints }: EventFilter, { type, chargePointId }: FleetEvent): boolean {
  if (chargePoints !== undefined && !chargePoints.includes(chargePointId?.toLowerCase() ?? "")) return false;
  return types === undefined ? !NEAR_TYPES.has(type) : types.some((pattern) => isOfType(type, pattern));
}

export function isOfType(type: string, pattern: string): boolean {
  return pattern.endsWith(".*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** Whether it names what is told of each meter reading. */
export const namesNear = ({ types = [] }: EventFilter): boolean =>
  types.some((pattern) => [...NEAR_TYPES].some((type) => isOfType(type, pattern)));
