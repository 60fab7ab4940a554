/** ReserveNow and CancelReservation; expiry and consumption are the station's own business. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import type { Connector } from "../connector.ts";
import type { Context } from "./context.ts";
import { connectorId, idTag, timestamp } from "./types.ts";

export function reservationCommands({ station, timers }: Context): Commands {
  const reserve = z.object({
    connectorId,
    expiryDate: timestamp,
    idTag,
    parentIdTag: idTag.optional(),
    reservationId: z.int(),
  });
  const cancel = z.object({ reservationId: z.int() });
  const holder = (id: number) => station.connectors.find(({ reservation }) => reservation?.id === id);

  return {
    ReserveNow: command(reserve, ({ connectorId: id, expiryDate, idTag: tag, parentIdTag, reservationId }) => {
      const connector = station.find(id);
      if (!connector || expiryDate <= timers.now()) return { response: { status: "Rejected" } };
      const status = reservability(connector, reservationId);
      const earlier = holder(reservationId);
      const apply = () =>
        station.change(() => {
          if (earlier) earlier.reservation = undefined;
          connector.reservation = { id: reservationId, idToken: tag, groupId: parentIdTag, expiresAt: expiryDate };
        });
      return { response: { status }, ...(status === "Accepted" && { after: apply }) };
    }),
    CancelReservation: command(cancel, ({ reservationId }) => {
      const connector = holder(reservationId);
      if (!connector) return { response: { status: "Rejected" } };
      return {
        response: { status: "Accepted" },
        after: () => station.change(() => (connector.reservation = undefined)),
      };
    }),
  };
}

function reservability(connector: Connector, reservationId: number): string {
  if (connector.faultCode) return "Faulted";
  if (!connector.operative) return "Unavailable";
  const taken = connector.transaction || connector.awaitedToken || connector.plugged;
  const reservedByOther = connector.reservation && connector.reservation.id !== reservationId;
  return taken || reservedByOther ? "Occupied" : "Accepted";
}
