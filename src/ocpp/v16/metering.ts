// MeterValues, OCPP 1.6 section 4.7. The values stay in the logged frame; only where they belong is decided here:
// to the transaction that is named, else to the one that is open on the connector.
import type { MeterValuesResponse } from "../generated/types-v16.ts";
import { finding, type Handlers } from "../handler.ts";
import { readMeterValues } from "../metering.ts";
import { integer, isDated, list, record } from "../read.ts";
import { namedTransaction } from "./transactions.ts";

export const metering: Handlers = {
  MeterValues: {
    summary: "the values are kept with their transaction, or with the connector where there is none",
    tolerance: "any",
    repetition: (payload, receivedAt) =>
      list(payload.meterValue).every((value) => isDated(record(value), receivedAt)) ? "ever" : "no",
    handle(station, payload) {
      const response: MeterValuesResponse = {};
      const connectorId = integer(payload.connectorId) ?? 0;
      const transactionId = integer(payload.transactionId) ?? 0;
      const transaction =
        namedTransaction(station, transactionId) ??
        station.openTransactions().find((tx) => tx.connectorId === connectorId);
      const stray = transactionId > 0 && transactionId !== Number(transaction?.ocppTransactionId);
      const empty = readMeterValues(payload, station.receivedAt).length === 0;
      return {
        response,
        facts: [
          {
            kind: "meterValues",
            transactionId: transaction?.id ?? "",
            evseId: transaction?.evseId ?? connectorId,
            connectorId: transaction?.connectorId ?? connectorId,
          },
          ...(stray
            ? [finding("unknown_transaction", `MeterValues for transaction ${transactionId}, which is not known`)]
            : []),
          ...(empty ? [finding("meter_values_empty", "MeterValues without a usable value")] : []),
        ],
      };
    },
  },
};
