// TransactionEvent, OCPP 2.0.1 part 2, block E. Never refused, whatever is missing or out of order:
// a transaction that was not seen to start is made from the first event that names it.
import type { Fact, Transaction } from "../facts.ts";
import type { TransactionEventResponse } from "../generated/types-v201.ts";
import { finding, type Handlers, type Outcome, type Station } from "../handler.ts";
import { lastImportRegister, readMeterValues } from "../metering.ts";
import { instant, integer, isDated, list, type Payload, record, text } from "../read.ts";
import { idTokenInfo, idTokenOf } from "./authorization.ts";

export const transactions: Handlers = {
  TransactionEvent: {
    tolerance: "any",
    repeatable: isDated,
    idTokens: (payload) => [idTokenOf(payload) ?? ""].filter((token) => token !== ""),
    handle: transactionEvent,
  },
};

function transactionEvent(station: Station, payload: Payload): Outcome {
  const info = record(payload.transactionInfo);
  const ocppTransactionId = text(info.transactionId);
  const idToken = idTokenOf(payload);
  const verdict = idToken === undefined ? undefined : station.authorize(idToken);
  const response: TransactionEventResponse = verdict === undefined ? {} : { idTokenInfo: idTokenInfo(verdict) };
  if (ocppTransactionId === undefined) {
    return { response, facts: [finding("event_without_transaction", "TransactionEvent without transactionId")] };
  }

  const { at } = instant(payload.timestamp, station.receivedAt);
  const known = station.transaction(ocppTransactionId);
  const transaction = known ?? begin(station, payload, ocppTransactionId, at, idToken, verdict?.status);
  const facts: Fact[] = [];
  if (known === undefined) {
    if (payload.eventType !== "Started") {
      facts.push(
        finding(
          "missing_start",
          `${text(payload.eventType)} for transaction ${ocppTransactionId}, whose start never came`,
        ),
      );
    }
    facts.push({ kind: "transactionStarted", transaction });
  }
  if (list(payload.meterValue).length > 0) {
    const { id, evseId, connectorId } = transaction;
    facts.push({ kind: "meterValues", transactionId: id, evseId, connectorId });
  }
  if (payload.eventType === "Ended" && (known?.stop === undefined || known.stop.closedBy !== undefined)) {
    const meterStop =
      lastImportRegister(readMeterValues(payload, station.receivedAt)) ?? station.lastMeter(transaction.id);
    facts.push({
      kind: "transactionStopped",
      stop: { id: transaction.id, stoppedAt: at, meterStop, stopReason: text(info.stoppedReason) ?? "Local" },
    });
  }
  return { response, facts };
}

function begin(
  station: Station,
  payload: Payload,
  ocppTransactionId: string,
  startedAt: number,
  idToken: string | undefined,
  authorization: string | undefined,
): Transaction {
  const evse = record(payload.evse);
  const evseId = integer(evse.id) ?? 0;
  const remoteStartId = integer(record(payload.transactionInfo).remoteStartId);
  return {
    id: station.newId(),
    ocppTransactionId,
    evseId,
    connectorId: integer(evse.connectorId) ?? 1,
    idToken,
    authorization,
    startedAt,
    meterStart: lastImportRegister(readMeterValues(payload, station.receivedAt)),
    reservationId: integer(payload.reservationId),
    commandId: remoteStartId === undefined ? undefined : station.remoteStartOf(String(remoteStartId), evseId),
  };
}
