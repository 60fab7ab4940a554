// Reservations, OCPP 1.6 sections 5.2 and 5.13. The charger never tells what became of one: a start with its id, its
// connector that is no longer Reserved, and the time do. See availability.ts and transactions.ts.
import { type Effects, effect, type Station } from "../handler.ts";
import { integer, text } from "../read.ts";
import { answered, ended } from "../reservations.ts";

export const reservationEffects: Effects = {
  ReserveNow: effect("keeps the reservation, or that it was refused", (request, response, context) => {
    const reservationId = integer(request.reservationId);
    const idToken = text(request.idTag);
    const connectorId = integer(request.connectorId) ?? 0;
    if (reservationId === undefined || idToken === undefined) return [];
    const expiresAt = Date.parse(text(request.expiryDate) ?? "");
    const place = { evseId: connectorId, connectorId };
    const wish = { reservationId, ...place, idToken, groupId: text(request.parentIdTag), expiresAt };
    return answered(wish, text(response.status) ?? "", context);
  }),

  // Rejected means that the charger does not hold it: whatever we believed, it is gone.
  CancelReservation: effect("the reservation is cancelled, or gone", (request, response, context) =>
    ended(context, integer(request.reservationId) ?? 0, response.status === "Accepted" ? "cancelled" : "removed"),
  ),
};

/** States in which a connector that was Reserved is no longer held for anybody. In all others someone may be coming. */
const FREED: ReadonlySet<string> = new Set(["Available", "Unavailable", "Faulted"]);
/** The charger's clock may be a little ahead of ours. */
const SLACK_MS = 60_000;

/** A connector that stops being Reserved without a start has lost its reservation. */
export function freed(station: Station, connectorId: number, status: string) {
  const before = station.connectors().find((connector) => connector.connectorId === connectorId)?.status;
  if (before !== "Reserved" || !FREED.has(status)) return [];
  return station
    .activeReservations()
    .filter((reservation) => reservation.connectorId === connectorId)
    .flatMap(({ reservationId, expiresAt }) =>
      ended(station, reservationId, station.receivedAt + SLACK_MS >= expiresAt ? "expired" : "removed"),
    );
}
