// StatusNotification, OCPP 1.6 section 4.9.

import type { Fact } from "../facts/fact.ts";
import type { StatusNotificationResponse } from "../generated/types-v16.ts";
import { type Effects, effect, finding, type Handlers, type Station } from "../handler.ts";
import { instant, integer, text } from "../read.ts";
import { repetitionOfStatus } from "../repetition.ts";
import { freed } from "./reservations.ts";

export const availability: Handlers = {
  StatusNotification: {
    summary: "the connector shows it, and every change is kept",
    tolerance: "any",
    repetition: repetitionOfStatus,
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
          ...freed(station, connectorId, status),
          ...doubted(station, connectorId, status, at),
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

/**
 * A connector that is Available has no session: one that is open there has ended without our hearing of it, or its stop
 * is on its way. Waiting for that is the actor's affair.
 */
function doubted(station: Station, connectorId: number, status: string, at: number): Fact[] {
  const isFree = status === "Available";
  return station
    .openTransactions()
    .filter((tx) => tx.connectorId === connectorId && at >= tx.startedAt && isFree !== (tx.doubt?.freeSince != null))
    .map(({ id }) => ({ kind: "transactionDoubted", id, doubt: { freeSince: isFree ? station.receivedAt : null } }));
}

export const availabilityEffects: Effects = {
  ChangeAvailability: effect("keeps what the connector, or the whole charger, was set to", (request, response) => {
    const connectorId = integer(request.connectorId);
    if (connectorId === undefined || (response.status !== "Accepted" && response.status !== "Scheduled")) return [];
    const place = { evseId: connectorId, connectorId };
    const operative = request.type === "Operative";
    return [
      { kind: "availability", availability: { ...place, operative, scheduled: response.status === "Scheduled" } },
    ];
  }),
};
