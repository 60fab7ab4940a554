// What is known of a session, put together: what its charger can, what its car and driver want, what its meter shows.
import { chargeBounds, dischargeBound } from "../../energy/needs.ts";
import type { Session } from "../../energy/policies.ts";
import { loadId } from "../../energy/site.ts";
import type { Meters } from "./meters.ts";
import type { Opened } from "./observe.ts";

export function sessionOf(opened: Opened, meters: Meters): Session {
  const { connection, transactionId, since, rests, needs } = opened;
  const { node, phases, priority, maxDischarge = 0 } = connection;
  const load = { id: loadId(connection), node, phases };
  const { minCurrent, maxCurrent } = chargeBounds(
    load,
    { min: connection.minCurrent, max: connection.maxCurrent },
    needs,
  );
  // What it would not take is left to others; the minimum stays, so that it can come back.
  const demand = rests ? minCurrent : (meters.trackOf(load.id, transactionId)?.demand ?? maxCurrent);
  const taken = needs.energy === undefined && needs.minimumEnergy === undefined ? 0 : meters.takenSince(opened);
  return {
    ...load,
    ...{ since, minCurrent, priority, departure: needs.departure },
    maxCurrent: Math.min(maxCurrent, Math.max(minCurrent, demand)),
    neededEnergy: needs.energy === undefined ? undefined : Math.max(0, needs.energy - taken),
    maxDischarge: dischargeBound(load, maxDischarge, needs),
    spareEnergy: needs.minimumEnergy === undefined ? undefined : taken - needs.minimumEnergy,
  };
}
