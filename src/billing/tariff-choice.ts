// Which tariff a session is billed with: of those of its connector, the first that was valid when it began.
// A driver accepts the price at the start; a tariff that changes meanwhile is the next session's.
import type { StoredLocation } from "./documents/location.ts";
import type { StoredTariff } from "./documents/tariff.ts";

export interface Place {
  evse: StoredLocation["evses"][number];
  connector: StoredLocation["evses"][number]["connectors"][number];
}

/** The EVSE's connector by OCPP's number, else its first: in 1.6 both have the same number. */
export function placeOf(
  { evses }: StoredLocation,
  isChargePoint: (chargePointId: string) => boolean,
  { evseId, connectorId }: { evseId: number; connectorId: number },
): Place | undefined {
  const evse = evses.find(({ chargePointId, ocppEvseId }) => isChargePoint(chargePointId) && ocppEvseId === evseId);
  const connector = evse?.connectors.find(({ id }) => id === String(connectorId)) ?? evse?.connectors[0];
  return evse === undefined || connector === undefined ? undefined : { evse, connector };
}

export interface Identified {
  id: string;
  tariff: StoredTariff;
}

/** @param tariffs in the connector's order */
export function tariffFor(tariffs: readonly Identified[], startedAt: number): Identified | undefined {
  return tariffs.find(({ tariff: { startDateTime, endDateTime, type } }) => {
    if (startDateTime !== undefined && Date.parse(startDateTime) > startedAt) return false;
    if (endDateTime !== undefined && Date.parse(endDateTime) <= startedAt) return false;
    return type === undefined || type === "REGULAR";
  });
}
