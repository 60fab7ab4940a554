// BootNotification and Heartbeat, OCPP 1.6 sections 4.2 and 4.6.
import { firmwareBooted } from "../firmware-version.ts";
import type { BootNotificationResponse, HeartbeatResponse } from "../generated/types-v16.ts";
import type { Handlers } from "../handler.ts";
import { text, wholeSeconds } from "../read.ts";

const STATUS = { accepted: "Accepted", pending: "Pending", rejected: "Rejected" } as const;

export const provisioning: Handlers = {
  BootNotification: {
    summary: "tells the registration and the time; what the charger says of itself is shown on it",
    tolerance: "values",
    handle(station, payload) {
      const response: BootNotificationResponse = {
        status: STATUS[station.registration],
        currentTime: wholeSeconds(station.receivedAt),
        interval: station.heartbeatInterval,
      };
      return {
        response,
        facts: [
          {
            kind: "booted",
            registration: station.registration,
            station: {
              vendor: text(payload.chargePointVendor),
              model: text(payload.chargePointModel),
              serialNumber: text(payload.chargePointSerialNumber) ?? text(payload.chargeBoxSerialNumber),
              firmwareVersion: text(payload.firmwareVersion),
              iccid: text(payload.iccid),
              imsi: text(payload.imsi),
              meterType: text(payload.meterType),
              meterSerialNumber: text(payload.meterSerialNumber),
            },
          },
          ...firmwareBooted(station, text(payload.firmwareVersion)),
        ],
      };
    },
  },

  Heartbeat: {
    summary: "tells the time, and nothing is written; any traffic shows as lastSeenAt",
    tolerance: "any",
    unlogged: true,
    handle(station) {
      const response: HeartbeatResponse = { currentTime: wholeSeconds(station.receivedAt) };
      return { response, facts: [] };
    },
  },
};
