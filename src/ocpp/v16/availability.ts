// StatusNotification, OCPP 1.6 section 4.9.
import type { StatusNotificationResponse } from "../generated/types-v16.ts";
import { finding, type Handlers } from "../handler.ts";
import { instant, integer, text } from "../read.ts";

export const availability: Handlers = {
  StatusNotification: {
    tolerance: "any",
    handle(station, payload) {
      const response: StatusNotificationResponse = {};
      const connectorId = integer(payload.connectorId);
      const status = text(payload.status);
      if (connectorId === undefined || status === undefined) {
        return { response, facts: [finding("status_unusable", "StatusNotification without connectorId or status")] };
      }
      const { at } = instant(payload.timestamp, station.receivedAt);
      return {
        response,
        facts: [
          {
            kind: "connectorStatus",
            status: {
              evseId: connectorId,
              connectorId,
              status,
              errorCode: text(payload.errorCode),
              info: text(payload.info),
              vendorId: text(payload.vendorId),
              vendorErrorCode: text(payload.vendorErrorCode),
              statusAt: at,
            },
          },
        ],
      };
    },
  },
};
