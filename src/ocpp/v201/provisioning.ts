// Boot, heartbeat and the device model, OCPP 2.0.1 part 2, block B.

import { isSecret, readName, readReportData, type ToldVariable } from "../device-model.ts";
import type { Fact } from "../facts/fact.ts";
import type { StationData } from "../facts/station.ts";
import { firmwareBooted } from "../firmware-version.ts";
import type { BootNotificationResponse, HeartbeatResponse } from "../generated/types-v201.ts";
import { type Effects, effect, type Handlers } from "../handler.ts";
import { list, type Payload, record, text, wholeSeconds } from "../read.ts";
import { partOf, reportRequested } from "../reporting.ts";

const STATUS = { accepted: "Accepted", pending: "Pending", rejected: "Rejected" } as const;

export const provisioning: Handlers = {
  BootNotification: {
    summary: "tells the registration and the time; what the charger says of itself is shown on it",
    tolerance: "values",
    booting: readStation,
    handle(station, payload) {
      const told = readStation(payload);
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
            reason: text(payload.reason),
            station: told,
            ...(station.isSetup ? { isSetup: true } : {}),
          },
          ...firmwareBooted(station, told.firmwareVersion),
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

  NotifyReport: {
    summary:
      "its parts, in any order, become the device model; a complete full inventory removes what it does not name",
    tolerance: "any",
    handle: (_station, payload) => ({
      response: {},
      facts: [{ kind: "variables", variables: readReportData(payload.reportData) }, partOf("variables", payload)],
    }),
  },
};

export const provisioningEffects: Effects = {
  GetBaseReport: reportRequested("variables", { full: ({ reportBase }) => reportBase === "FullInventory" }),
  GetReport: reportRequested("variables", { full: false }),

  GetVariables: effect("the values that were told become part of the device model", (_request, response) =>
    told(list(response.getVariableResult).flatMap(readResult)),
  ),

  // What it took over is what we asked for: the results come in the order of the request, and name it again.
  SetVariables: effect("what it took over becomes part of the device model", (request, response) => {
    const asked = list(request.setVariableData).map(record);
    return told(list(response.setVariableResult).flatMap((sent, index) => readTaken(asked[index] ?? {}, record(sent))));
  }),
};

function readStation({ chargingStation }: Payload): StationData {
  const sent = record(chargingStation);
  const modem = record(sent.modem);
  return {
    vendor: text(sent.vendorName),
    model: text(sent.model),
    serialNumber: text(sent.serialNumber),
    firmwareVersion: text(sent.firmwareVersion),
    iccid: text(modem.iccid),
    imsi: text(modem.imsi),
  };
}

const told = (variables: ToldVariable[]): Fact[] => (variables.length === 0 ? [] : [{ kind: "variables", variables }]);

function readResult(sent: unknown): ToldVariable[] {
  const result = record(sent);
  const name = readName(result);
  if (result.attributeStatus !== "Accepted" || name === undefined || isSecret(name)) return [];
  const value = result.attributeValue === "" ? "" : text(result.attributeValue);
  return [{ ...name, attributes: [{ type: text(result.attributeType) ?? "Actual", value }] }];
}

function readTaken(asked: Payload, result: Payload): ToldVariable[] {
  const name = readName(asked);
  const isNow = result.attributeStatus === "Accepted";
  if (name === undefined || isSecret(name) || !(isNow || result.attributeStatus === "RebootRequired")) return [];
  const value = typeof asked.attributeValue === "string" ? asked.attributeValue : undefined;
  const type = text(asked.attributeType) ?? "Actual";
  return [{ ...name, attributes: [isNow ? { type, value } : { type, valueAfterReboot: value }] }];
}
