/** ReserveNow and CancelReservation; the CSMS is told of a reservation that ends without it. */
import type { Connector, Transaction } from "../connector.ts";
import { type Context, tell } from "./context.ts";
import type { Handlers, v201 } from "./messages.ts";
import { fromIdToken, reason } from "./types.ts";

export interface Reservations {
  handlers: Handlers;
  /** Used by the one it was made for. */
  consumed(transaction: Transaction): void;
  /** A connector that can serve nobody serves no reservation either. */
  watch(): void;
}

export function createReservations(context: Context): Reservations {
  const { station, timers } = context;
  /** Those that still stand, with what cancels the watch over their end. */
  const standing = new Map<number, () => void>();

  const holder = (id: number) => station.connectors.find(({ reservation }) => reservation?.id === id);

  function end(id: number, told?: v201.ReservationUpdateStatusEnumType): void {
    if (!standing.has(id)) return;
    standing.get(id)?.();
    standing.delete(id);
    const connector = holder(id);
    if (connector) station.change(() => (connector.reservation = undefined));
    if (told) void tell(context, "ReservationStatusUpdate", { reservationId: id, reservationUpdateStatus: told });
  }

  return {
    consumed({ reservationId }) {
      if (reservationId === undefined) return;
      standing.get(reservationId)?.();
      standing.delete(reservationId);
    },
    watch() {
      for (const { reservation, faultCode, operative } of station.connectors)
        if (reservation && (faultCode || !operative)) end(reservation.id, "Removed");
    },
    handlers: {
      ReserveNow({ id, evseId, expiryDateTime, idToken, groupIdToken }) {
        const expiresAt = Date.parse(expiryDateTime);
        if (evseId === undefined)
          return { response: { status: "Rejected", ...reason("NotSupported", "a reservation needs an EVSE here") } };
        const connector = station.find(evseId);
        if (!connector || expiresAt <= timers.now()) return { response: { status: "Rejected" } };
        const status = reservability(connector, id);
        if (status !== "Accepted") return { response: { status } };
        const after = () => {
          end(id);
          const cancel = timers.after(expiresAt - timers.now(), () => end(id, "Expired"));
          standing.set(id, cancel);
          const groupId = groupIdToken && fromIdToken(groupIdToken);
          station.change(() => (connector.reservation = { id, idToken: fromIdToken(idToken), groupId, expiresAt }));
        };
        return { response: { status }, after };
      },
      CancelReservation({ reservationId }) {
        if (!standing.has(reservationId)) return { response: { status: "Rejected" } };
        return { response: { status: "Accepted" }, after: () => end(reservationId) };
      },
    },
  };
}

function reservability(connector: Connector, id: number): v201.ReserveNowStatusEnumType {
  if (connector.faultCode) return "Faulted";
  if (!connector.operative) return "Unavailable";
  const taken = connector.transaction || connector.awaitedToken || connector.plugged;
  const reservedByOther = connector.reservation && connector.reservation.id !== id;
  return taken || reservedByOther ? "Occupied" : "Accepted";
}
