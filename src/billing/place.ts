// Where a session or a reservation is: the location of its EVSE, and the connector whose tariffs count.
import { and, eq } from "drizzle-orm";
import { caseKey } from "../db/case-key.ts";
import type { Database } from "../db/client.ts";
import { chargePoints, locationEvses, locations } from "../db/schema.ts";
import { StoredLocation } from "./documents/location.ts";

export interface Place {
  evse: StoredLocation["evses"][number];
  connector: StoredLocation["evses"][number]["connectors"][number];
}

export interface FoundPlace {
  location: { id: string } & StoredLocation;
  place: Place;
  /** As first spelt. */
  chargePointId: string;
}

/** OCPP's numbers. In 1.6 both are the same. */
interface Position {
  evseId: number;
  connectorId: number;
}

/** The EVSE's connector by OCPP's number, else its first: in 1.6 both have the same number. */
export function placeOf(
  { evses }: StoredLocation,
  isChargePoint: (chargePointId: string) => boolean,
  { evseId, connectorId }: Position,
): Place | undefined {
  const evse = evses.find(({ chargePointId, ocppEvseId }) => isChargePoint(chargePointId) && ocppEvseId === evseId);
  const connector = evse?.connectors.find(({ id }) => id === String(connectorId)) ?? evse?.connectors[0];
  return evse === undefined || connector === undefined ? undefined : { evse, connector };
}

/**
 * @param chargePoint its key
 * @param position an EVSE of 0 is any of the charger's: the first one's price is as good as another's
 * @returns undefined: it is at no location
 */
export async function findPlace(
  db: Database,
  chargePoint: string,
  { evseId, connectorId }: Position,
): Promise<FoundPlace | undefined> {
  const [found] = await db
    .select({ row: locations, evseId: locationEvses.evseId, displayId: chargePoints.id })
    .from(locationEvses)
    .innerJoin(locations, eq(locations.id, locationEvses.locationId))
    .leftJoin(chargePoints, eq(chargePoints.key, locationEvses.chargePoint))
    .where(and(eq(locationEvses.chargePoint, chargePoint), evseId === 0 ? undefined : eq(locationEvses.evseId, evseId)))
    .orderBy(locationEvses.evseId)
    .limit(1);
  if (found === undefined) return undefined;
  const location = { id: found.row.id, ...StoredLocation.parse(JSON.parse(found.row.location)) };
  const place = placeOf(location, (id) => caseKey(id) === chargePoint, { evseId: found.evseId, connectorId });
  return place && { location, place, chargePointId: found.displayId ?? chargePoint };
}
