// MeterValues, OCPP 1.6 section 4.7. The values stay in the logged frame; only where they belong is decided here.
import type { MeterValuesResponse } from "../generated/types-v16.ts";
import { finding, type Handlers, type KnownTransaction, type Station } from "../handler.ts";
import { integer, isDated, list, record } from "../read.ts";

export const metering: Handlers = {
  MeterValues: {
    tolerance: "any",
    repeatable: (payload, receivedAt) => list(payload.meterValue).every((value) => isDated(record(value), receivedAt)),
    handle(station, payload) {
      const response: MeterValuesResponse = {};
      const connectorId = integer(payload.connectorId) ?? 0;
      const transactionId = integer(payload.transactionId);
      const transaction = transactionOf(station, transactionId, connectorId);
      const stray = transactionId !== undefined && transactionId !== Number(transaction?.ocppTransactionId);
      const empty = list(payload.meterValue).length === 0;
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
          ...(empty ? [finding("meter_values_empty", "MeterValues without values")] : []),
        ],
      };
    },
  },
};

/** By id; without a usable one, the transaction that is open on the connector. */
function transactionOf(
  station: Station,
  transactionId: number | undefined,
  connectorId: number,
): KnownTransaction | undefined {
  const named = transactionId === undefined ? undefined : station.transaction(String(transactionId));
  return named ?? station.openTransactions().find((tx) => tx.connectorId === connectorId);
}
