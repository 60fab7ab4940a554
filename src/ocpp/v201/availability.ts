// StatusNotification, OCPP 2.0.1 part 2, block G.
import type { StatusNotificationResponse } from "../generated/types-v201.ts";
import { finding, type Handlers } from "../handler.ts";
import { instant, integer, text } from "../read.ts";

export const availability: Handlers = {
  StatusNotification: {
    tolerance: "any",
    handle(station, payload) {
      const response: StatusNotificationResponse = {};
      const evseId = integer(payload.evseId);
      const connectorId = integer(payload.connectorId) ?? 1;
      const status = text(payload.connectorStatus);
      if (evseId === undefined || status === undefined) {
        return {
          response,
          facts: [finding("status_unusable", "StatusNotification without evseId or connectorStatus")],
        };
      }
      const { at } = instant(payload.timestamp, station.receivedAt);
      return { response, facts: [{ kind: "connectorStatus", status: { evseId, connectorId, status, statusAt: at } }] };
    },
  },
};
