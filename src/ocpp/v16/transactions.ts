// StartTransaction and StopTransaction, OCPP 1.6 sections 4.8 and 4.10.
// A transaction message is never refused: a charger that gets an error repeats it for ever and blocks its queue.
import type { Fact } from "../facts/fact.ts";
import type { Transaction, TransactionStop } from "../facts/transaction.ts";
import type { StartTransactionResponse, StopTransactionResponse } from "../generated/types-v16.ts";
import { finding, type Handlers, type KnownTransaction, type Outcome, type Station } from "../handler.ts";
import { lastImportRegister, readSamples } from "../metering.ts";
import { implausible } from "../plausible.ts";
import { instant, integer, isDated, list, type Payload, text } from "../read.ts";
import { refused } from "../refused.ts";
import { followRegister, readingsOf } from "../register.ts";
import { used } from "../reservations.ts";
import { supersede } from "../supersede.ts";
import { idTagInfo } from "./authorization.ts";

export const transactions: Handlers = {
  StartTransaction: {
    summary: "begins a transaction, the same one when it is told twice; answers its id and for the token",
    tolerance: "any",
    repetition: (payload, receivedAt) => (isDated(payload, receivedAt) ? "ever" : "no"),
    idTokens: (payload) => [text(payload.idTag) ?? ""],
    handle: start,
  },
  StopTransaction: {
    summary: "ends the transaction with its last values; one that nobody knows is kept as an orphan",
    tolerance: "any",
    repetition: (payload, receivedAt) => (isDated(payload, receivedAt) ? "ever" : "no"),
    staleTokens: true,
    idTokens: (payload) => [text(payload.idTag) ?? ""].filter((token) => token !== ""),
    handle: stop,
  },
};

function start(station: Station, payload: Payload): Outcome {
  const connectorId = integer(payload.connectorId) ?? 0;
  const idToken = text(payload.idTag) ?? "";
  const meterStart = integer(payload.meterStart) ?? 0;
  const { at: startedAt, replaced } = instant(payload.timestamp, station.receivedAt);
  const verdict = station.authorizeStart(idToken, connectorId);

  // The confirmation got lost and the charger asks again: the same transaction, not a second one.
  const known = station.findStart({ connectorId, idToken, meterStart, startedAt, isDated: !replaced });
  if (known !== undefined) return { response: startResponse(known, verdict), facts: [] };

  const transaction: Transaction = {
    id: station.newId(),
    ocppTransactionId: String(station.nextTransactionId()),
    evseId: connectorId,
    connectorId,
    idToken,
    authorization: idTagInfo(verdict).status,
    startedAt,
    meterStart,
    reservationId: integer(payload.reservationId),
    commandId: station.remoteStartOf(idToken, connectorId),
  };
  return {
    response: startResponse(transaction, verdict),
    facts: [
      ...supersede(station, connectorId, startedAt),
      ...(replaced ? [finding("clock", `StartTransaction with timestamp ${JSON.stringify(payload.timestamp)}`)] : []),
      { kind: "transactionStarted", transaction },
      ...refused(station, transaction, verdict),
      ...used(station, transaction.reservationId, transaction.id, startedAt),
    ],
  };
}

const startResponse = (
  transaction: Transaction,
  verdict: ReturnType<Station["authorize"]>,
): StartTransactionResponse => ({
  transactionId: Number(transaction.ocppTransactionId),
  idTagInfo: idTagInfo(verdict),
});

function stop(station: Station, payload: Payload): Outcome {
  const ocppTransactionId = integer(payload.transactionId) ?? 0;
  const idToken = text(payload.idTag);
  const { at: stoppedAt, replaced } = instant(payload.timestamp, station.receivedAt);
  const meterStop = integer(payload.meterStop);
  const response: StopTransactionResponse =
    idToken === undefined ? {} : { idTagInfo: idTagInfo(station.authorize(idToken)) };
  const details: Omit<TransactionStop, "id"> = {
    stoppedAt,
    meterStop,
    stopReason: text(payload.reason) ?? "Local",
    idToken,
  };
  const clock = replaced
    ? [finding("clock", `StopTransaction with timestamp ${JSON.stringify(payload.timestamp)}`)]
    : [];

  const named = namedTransaction(station, ocppTransactionId);
  const transaction = named ?? guess(station, idToken, meterStop);
  if (transaction === undefined) {
    const orphan: Transaction = {
      id: station.newId(),
      ocppTransactionId: String(ocppTransactionId),
      evseId: 0,
      connectorId: 0,
      idToken,
      startedAt: stoppedAt,
    };
    return {
      response,
      facts: [
        finding("unknown_transaction", `StopTransaction for transaction ${ocppTransactionId}, which is not known`),
        { kind: "transactionOrphaned", transaction: orphan, stop: { id: orphan.id, ...details } },
        ...samples(payload, orphan),
        ...clock,
      ],
    };
  }
  // Told twice. But what we ourselves had only supposed (superseded, guessed, closed by hand) is corrected by its word.
  if (transaction.stop !== undefined && transaction.stop.closedBy === undefined) return { response, facts: [] };
  const values = readSamples(payload, station.receivedAt);
  const readings = [
    ...readingsOf(values),
    ...(meterStop === undefined ? [] : [{ at: stoppedAt, register: meterStop }]),
  ];
  const shrunk = meterStop !== undefined && meterStop < (transaction.meterStart ?? 0);
  return {
    response,
    facts: [
      ...samples(payload, transaction),
      ...followRegister(transaction, station.lastReading(transaction.id), readings),
      ...implausible(values),
      {
        kind: "transactionStopped",
        stop: {
          id: transaction.id,
          ...details,
          meterStop: meterStop ?? lastImportRegister(values) ?? station.lastMeter(transaction.id),
          ...(named === undefined ? { closedBy: "guessed" } : {}),
        },
      },
      ...(shrunk
        ? [finding("meter_reset", `meterStop ${meterStop} Wh is below meterStart ${transaction.meterStart} Wh`)]
        : []),
      ...(meterStop === undefined ? [finding("stop_without_meter", "StopTransaction without meterStop")] : []),
      ...clock,
    ],
  };
}

/** Some chargers stop with id 0 or -1: the one open transaction that fits by token and meter is meant. */
function guess(
  station: Station,
  idToken: string | undefined,
  meterStop: number | undefined,
): KnownTransaction | undefined {
  const fitting = station
    .openTransactions()
    .filter((tx) => meterStop === undefined || meterStop >= (tx.meterStart ?? 0))
    .filter((tx) => idToken === undefined || tx.idToken?.toLowerCase() === idToken.toLowerCase());
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** By an id of ours. Ids below 1 never are: chargers send them when they have none. */
export const namedTransaction = (station: Station, ocppTransactionId: number): KnownTransaction | undefined =>
  ocppTransactionId > 0 ? station.transaction(String(ocppTransactionId)) : undefined;

const samples = (payload: Payload, transaction: Transaction): Fact[] =>
  list(payload.transactionData).length === 0
    ? []
    : [
        {
          kind: "meterValues",
          transactionId: transaction.id,
          evseId: transaction.evseId,
          connectorId: transaction.connectorId,
        },
      ];
