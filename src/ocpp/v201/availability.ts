// StatusNotification, OCPP 2.0.1 part 2, block G.
import type { StatusNotificationResponse } from "../generated/types-v201.ts";
import { type Effects, effect, finding, type Handlers } from "../handler.ts";
import { instant, integer, record, text } from "../read.ts";
import { repetitionOfStatus } from "../repetition.ts";

export const availability: Handlers = {
  StatusNotification: {
    summary: "the connector shows it, and every change is kept",
    tolerance: "any",
    repetition: repetitionOfStatus,
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

export const availabilityEffects: Effects = {
  ChangeAvailability: effect("keeps what the connector, EVSE or whole charger was set to", (request, response) => {
    if (response.status !== "Accepted" && response.status !== "Scheduled") return [];
    const evse = record(request.evse);
    const place = { evseId: integer(evse.id) ?? 0, connectorId: integer(evse.connectorId) ?? 0 };
    const operative = request.operationalStatus === "Operative";
    return [
      { kind: "availability", availability: { ...place, operative, scheduled: response.status === "Scheduled" } },
    ];
  }),
};
