// Reservations, OCPP 2.0.1 part 2, block H.
import type { ReservationStatusUpdateResponse } from "../generated/types-v201.ts";
import { type Effects, effect, finding, type Handlers } from "../handler.ts";
import { integer, record, text } from "../read.ts";
import { answered, ended } from "../reservations.ts";

export const reservations: Handlers = {
  ReservationStatusUpdate: {
    summary: "the reservation has expired, or the charger has given it up",
    tolerance: "values",
    handle(station, payload) {
      const response: ReservationStatusUpdateResponse = {};
      const reservationId = integer(payload.reservationId) ?? 0;
      const told = text(payload.reservationUpdateStatus) ?? "";
      if (station.reservation(reservationId) === undefined) {
        const detail = `ReservationStatusUpdate ${told} for reservation ${reservationId}, which is not known`;
        return { response, facts: [finding("unknown_reservation", detail)] };
      }
      const facts =
        told === "Expired" ? ended(station, reservationId, "expired") : ended(station, reservationId, "removed", told);
      return { response, facts };
    },
  },
};

export const reservationEffects: Effects = {
  ReserveNow: effect("keeps the reservation, or that it was refused", (request, response, context) => {
    const reservationId = integer(request.id);
    const idToken = text(record(request.idToken).idToken);
    if (reservationId === undefined || idToken === undefined) return [];
    const expiresAt = Date.parse(text(request.expiryDateTime) ?? "");
    const groupId = text(record(request.groupIdToken).idToken);
    const place = { evseId: integer(request.evseId) ?? 0, connectorId: 0, connectorType: text(request.connectorType) };
    const wish = { reservationId, ...place, idToken, groupId, expiresAt };
    return answered(wish, text(response.status) ?? "", context);
  }),

  // Rejected means that the charger does not hold it: whatever we believed, it is gone.
  CancelReservation: effect("the reservation is cancelled, or gone", (request, response, context) =>
    ended(context, integer(request.reservationId) ?? 0, response.status === "Accepted" ? "cancelled" : "removed"),
  ),
};
