// What a watcher is shown of an event.
import { shareOf } from "../../events/driver-share.ts";
import type { FleetEvent } from "../../events/event.ts";
import { isOfType, wants } from "../../events/filter.ts";
import type { Watcher } from "../watchers.ts";

export type Selection = Pick<Watcher, "types" | "chargePoints" | "driver">;

/** Undefined: nothing. A driver's view may learn by it, so ask about each event once and in order. */
export function shown({ types, chargePoints, driver }: Selection, event: FleetEvent): FleetEvent | undefined {
  if (driver === undefined) return wants({ types, chargePoints }, event) ? event : undefined;
  const share = shareOf(driver, event);
  return types === undefined || types.some((pattern) => isOfType(event.type, pattern)) ? share : undefined;
}
