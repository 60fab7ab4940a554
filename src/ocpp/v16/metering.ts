// MeterValues, OCPP 1.6 section 4.7. The values stay in the logged frame; only where they belong is decided here:
// to the transaction that is named, else to the one that is open on the connector.

import type { Fact } from "../facts/fact.ts";
import type { Transaction } from "../facts/transaction.ts";
import type { MeterValuesResponse } from "../generated/types-v16.ts";
import { finding, type Handlers, type Station } from "../handler.ts";
import { importRegisterAt, readSamples, type Sample } from "../metering.ts";
import { implausible } from "../plausible.ts";
import { integer, isDated, list, record } from "../read.ts";
import { followRegister, readingsOf, withLast } from "../register.ts";
import { namedTransaction } from "./transactions.ts";

/** In which a session goes on. */
const CHARGING = new Set(["Charging", "SuspendedEV", "SuspendedEVSE"]);
/** Older values are of a queue, and may be of a session that is over and forgotten. */
const RECENT_MS = 3_600_000;

/**
 * A session whose start never came: the charger names it, says that it charges, and measures it now. Without all of
 * that the values are the connector's.
 */
function madeOf(
  station: Station,
  connectorId: number,
  transactionId: number,
  values: readonly Sample[],
): Transaction | undefined {
  const [first] = values;
  if (transactionId <= 0 || first === undefined) return undefined;
  const startedAt = first.at;
  if (station.receivedAt - startedAt > RECENT_MS) return undefined;
  const status = station.connectors().find((one) => one.connectorId === connectorId)?.status ?? "";
  if (!CHARGING.has(status)) return undefined;
  return {
    ...{ id: station.newId(), ocppTransactionId: String(transactionId), evseId: connectorId, connectorId, startedAt },
    ...{ meterStart: importRegisterAt(values), isStartMissing: true },
  };
}

const begun = (transaction: Transaction): Fact[] => [
  finding("missing_start", `MeterValues of transaction ${transaction.ocppTransactionId}, whose start never came`),
  { kind: "transactionStarted", transaction },
];

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
      const values = readSamples(payload, station.receivedAt);
      const readings = readingsOf(values);
      const known =
        namedTransaction(station, transactionId) ??
        station.openTransactions().find((tx) => tx.connectorId === connectorId);
      const made = known === undefined ? madeOf(station, connectorId, transactionId, values) : undefined;
      const transaction = known ?? made;
      const stray = transactionId > 0 && transactionId !== Number(transaction?.ocppTransactionId);
      return {
        response,
        facts: [
          ...(made === undefined ? [] : begun(made)),
          {
            kind: "meterValues",
            transactionId: transaction?.id ?? "",
            evseId: transaction?.evseId ?? connectorId,
            connectorId: transaction?.connectorId ?? connectorId,
            ...withLast(readings),
          },
          ...(known === undefined ? [] : followRegister(known, station.lastReading(known.id), readings)),
          ...implausible(values),
          ...(stray
            ? [finding("unknown_transaction", `MeterValues for transaction ${transactionId}, which is not known`)]
            : []),
          ...(values.length === 0 ? [finding("meter_values_empty", "MeterValues without a usable value")] : []),
        ],
      };
    },
  },
};
