// MeterValues outside transactions, OCPP 2.0.1 part 2, block J.
import type { MeterValuesResponse } from "../generated/types-v201.ts";
import type { Handlers } from "../handler.ts";
import { readSamples } from "../metering.ts";
import { implausible } from "../plausible.ts";
import { integer, isDated, list, record } from "../read.ts";

export const metering: Handlers = {
  MeterValues: {
    summary: "the values are kept with their EVSE: those of a transaction come in its events",
    tolerance: "any",
    repetition: (payload, receivedAt) =>
      list(payload.meterValue).every((value) => isDated(record(value), receivedAt)) ? "ever" : "no",
    handle(station, payload) {
      const response: MeterValuesResponse = {};
      const evseId = integer(payload.evseId) ?? 0;
      return {
        response,
        facts: [
          { kind: "meterValues", transactionId: "", evseId, connectorId: 0 },
          ...implausible(readSamples(payload, station.receivedAt)),
        ],
      };
    },
  },
};
