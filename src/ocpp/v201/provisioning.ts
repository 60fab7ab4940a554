// BootNotification and Heartbeat, OCPP 2.0.1 part 2, block B.
import type { BootNotificationResponse, HeartbeatResponse } from "../generated/types-v201.ts";
import type { Handlers } from "../handler.ts";
import { record, text, wholeSeconds } from "../read.ts";

const STATUS = { accepted: "Accepted", pending: "Pending", rejected: "Rejected" } as const;

export const provisioning: Handlers = {
  BootNotification: {
    tolerance: "values",
    handle(station, payload) {
      const sent = record(payload.chargingStation);
      const modem = record(sent.modem);
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
              vendor: text(sent.vendorName),
              model: text(sent.model),
              serialNumber: text(sent.serialNumber),
              firmwareVersion: text(sent.firmwareVersion),
              iccid: text(modem.iccid),
              imsi: text(modem.imsi),
            },
          },
        ],
      };
    },
  },

  Heartbeat: {
    tolerance: "any",
    unlogged: true,
    handle(station) {
      const response: HeartbeatResponse = { currentTime: wholeSeconds(station.receivedAt) };
      return { response, facts: [] };
    },
  },
};
