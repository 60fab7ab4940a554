// TransactionEvent, OCPP 2.0.1 part 2, block E. Never refused, whatever is missing or out of order:
// a transaction that was not seen to start is made from the first event that names it.
import type { Fact } from "../facts/fact.ts";
import type { Transaction, TransactionChanges, TransactionStop } from "../facts/transaction.ts";
import type { TransactionEventResponse } from "../generated/types-v201.ts";
import {
  type Effects,
  effect,
  finding,
  type Handlers,
  type KnownTransaction,
  type Outcome,
  type Station,
  type Verdict,
} from "../handler.ts";
import { readMeterValues } from "../metering.ts";
import { implausible } from "../plausible.ts";
import { isDated, list, type Payload, record, text } from "../read.ts";
import { refused } from "../refused.ts";
import { followRegister, readingsOf, withLast } from "../register.ts";
import { used } from "../reservations.ts";
import { supersede } from "../supersede.ts";
import { askedTokens, idTokenInfo, verdictOn } from "./authorization.ts";
import {
  beginnings,
  given,
  lastRegister,
  loggedEvents,
  missingBetween,
  orderOf,
  present,
  readEvent,
  type TransactionEvent,
} from "./transaction-events.ts";

export const transactions: Handlers = {
  TransactionEvent: {
    summary:
      "begins, follows and ends a transaction in the charger's own order; answers for its token, and at the end what it costs",
    tolerance: "any",
    repetition: (payload, receivedAt) => (isDated(payload, receivedAt) ? "ever" : "no"),
    idTokens: askedTokens,
    ending: (payload) =>
      payload.eventType === "Ended" ? text(record(payload.transactionInfo).transactionId) : undefined,
    handle: transactionEvent,
  },
};

function transactionEvent(station: Station, payload: Payload): Outcome {
  const event = readEvent({ payload, receivedAt: station.receivedAt });
  const ocppTransactionId = text(record(payload.transactionInfo).transactionId);
  const named = ocppTransactionId === undefined ? undefined : station.transaction(ocppTransactionId);
  const isAnother = named !== undefined && isReused(named, event);
  const known = isAnother ? undefined : named;
  const verdict = verdictOn(payload, judgeOf(station, event, known));
  const answered: TransactionEventResponse = verdict === undefined ? {} : { idTokenInfo: idTokenInfo(verdict) };
  if (ocppTransactionId === undefined) {
    return {
      response: answered,
      facts: [finding("event_without_transaction", "TransactionEvent without transactionId")],
    };
  }
  const { remoteStartId } = event;
  const evseId = event.evseId ?? known?.evseId ?? 0;
  const commandId = remoteStartId === undefined ? undefined : station.remoteStartOf(String(remoteStartId), evseId);
  const told = { ...event, authorization: verdict?.status, verdict, commandId };
  const facts =
    known === undefined ? begun(station, ocppTransactionId, told, payload) : followed(station, known, told, payload);
  const totalCost = known === undefined ? undefined : costOf(station, known, facts, payload);
  const response = totalCost === undefined ? answered : { ...answered, totalCost };
  const detail = `transaction ${ocppTransactionId} started again after it had ended`;
  return { response, facts: isAnother ? [finding("transaction_id_reused", detail), ...facts] : facts };
}

/** It is known with the end alone, and where there is a price. */
function costOf(
  station: Station,
  known: KnownTransaction,
  facts: readonly Fact[],
  payload: Payload,
): number | undefined {
  const changes = facts.flatMap((fact) => (fact.kind === "transactionUpdated" ? fact.changes : []));
  const [stop] = facts.flatMap((fact) =>
    fact.kind === "transactionStopped" && fact.stop.id === known.id ? fact.stop : [],
  );
  if (stop === undefined) return undefined;
  return station.finalCost(() => {
    const { startedAt, meterStart, reservationId }: Transaction = Object.assign({}, known, ...changes);
    const events = [...station.eventsOf(known.id), { payload, receivedAt: station.receivedAt }];
    const values = events.flatMap((event) => readMeterValues(event.payload, event.receivedAt));
    return { startedAt, stoppedAt: stop.stoppedAt, meterStart, meterStop: stop.meterStop, values, reservationId };
  });
}

type Told = TransactionEvent & {
  authorization: string | undefined;
  verdict: Verdict | undefined;
  commandId: string | undefined;
};

/** A charger that forgot its counter names a new transaction like an old one. */
const isReused = ({ stop, isStartMissing }: KnownTransaction, event: TransactionEvent): boolean =>
  event.type === "Started" && stop !== undefined && isStartMissing !== true && event.at > stop.stoppedAt;

/** Whoever stops a transaction needs no leave to start one. */
function judgeOf(station: Station, event: TransactionEvent, known: KnownTransaction | undefined) {
  const { idToken } = known ?? {};
  const isOther = idToken !== undefined && idToken.toLowerCase() !== event.idToken?.toLowerCase();
  const stops = event.type === "Ended" || event.triggerReason === "StopAuthorized" || isOther;
  const evseId = known?.evseId || (event.evseId ?? 0);
  return (token: string, type: string | undefined) =>
    stops ? station.authorize(token, type) : station.authorizeStart(token, evseId, type);
}

function begun(station: Station, ocppTransactionId: string, told: Told, payload: Payload): Fact[] {
  const { evseId = 0, connectorId, at: startedAt, authorization, commandId, reservationId } = told;
  const hasEnded = told.type === "Ended";
  const { idTokenType, seqNo, chargingState, triggerReason, operationMode, timeSpentCharging } = told;
  const { numberOfPhasesUsed, cableMaxCurrent } = told;
  const now = { seqNo, chargingState, triggerReason, operationMode, timeSpentCharging, lastEventAt: startedAt };
  const transaction: Transaction = {
    id: station.newId(),
    ocppTransactionId,
    evseId,
    connectorId: connectorId ?? (evseId === 0 ? 0 : 1),
    idToken: told.idToken,
    authorization,
    startedAt,
    meterStart: told.meterBegin ?? (hasEnded ? undefined : told.meterFirst),
    ...given({ reservationId, commandId, idTokenType, ...now, numberOfPhasesUsed, cableMaxCurrent }),
    ...(told.type === "Started" ? {} : { isStartMissing: true }),
  };
  const detail = `${told.type} for transaction ${ocppTransactionId}, whose start never came`;
  return [
    ...(evseId === 0 ? [] : supersede(station, evseId, startedAt)),
    ...(transaction.isStartMissing === true ? [finding("missing_start", detail)] : []),
    { kind: "transactionStarted", transaction },
    ...refused(station, transaction, told.verdict),
    ...used(station, reservationId, transaction.id, startedAt),
    ...brought(transaction, told, payload),
    ...implausible(told.values),
    ...(hasEnded ? [stopped(transaction, told, told.meterLast)] : []),
  ];
}

function followed(station: Station, known: KnownTransaction, told: Told, payload: Payload): Fact[] {
  // What we had only guessed (superseded, closed by hand) is corrected by the charger's word.
  const isOver = known.stop !== undefined && known.stop.closedBy === undefined;
  const hasEnded = told.type === "Ended" && !isOver;
  const now = present(told, known);
  const opened = beginnings(told, known, told.commandId);
  let cache: TransactionEvent[] | undefined;
  const events = () => (cache ??= loggedEvents(station, known.id));
  const saysNew = hasEnded || Object.keys(now).length > 0;
  const order = orderOf(told, known, saysNew, events);
  if (order === "repeated") return [];
  const missing = hasEnded || isOver ? missingBetween([...events(), told], known.stop?.seqNo ?? told.seqNo) : [];
  const changes: TransactionChanges = {
    ...(order === "newest" && !isOver ? now : {}),
    ...opened,
    ...("idToken" in opened ? given({ authorization: told.authorization }) : {}),
    ...(String(known.missingEvents ?? []) === String(missing) ? {} : { missingEvents: missing }),
  };
  const meterStop = hasEnded ? (told.meterLast ?? lastRegister(events())) : undefined;
  const { evseId = known.evseId, connectorId = known.connectorId } = changes;
  const transaction = { ...known, evseId, connectorId };
  const detail = `transaction ${known.ocppTransactionId} ended, and its events ${missing.join(", ")} have not come`;
  return [
    ...(Object.keys(changes).length === 0
      ? []
      : [{ kind: "transactionUpdated", id: known.id, changes } satisfies Fact]),
    ...("idToken" in opened ? refused(station, known, told.verdict) : []),
    ...used(station, told.reservationId, known.id, told.at),
    ...brought(transaction, told, payload),
    ...(order === "newest" ? followRegister(known, station.lastReading(known.id), readingsOf(told.values)) : []),
    ...implausible(told.values),
    ...(hasEnded ? [stopped(transaction, told, meterStop)] : []),
    ...(hasEnded && missing.length > 0 ? [finding("missing_events", detail)] : []),
    ...(isOver ? betterEnd(known.stop, [...events(), told]) : []),
  ];
}

const stopped = ({ id }: Transaction, event: TransactionEvent, meterStop: number | undefined): Fact => ({
  kind: "transactionStopped",
  stop: {
    id,
    stoppedAt: event.at,
    meterStop,
    stopReason: event.stoppedReason ?? "Local",
    ...given({ idToken: event.idToken, seqNo: event.seqNo }),
    ...(event.meterLast === undefined ? { isMeterGuessed: true } : {}),
  },
});

/** The end came without a reading, and a late event brings a better one than was known. */
function betterEnd(stop: TransactionStop | undefined, events: readonly TransactionEvent[]): Fact[] {
  if (stop?.isMeterGuessed !== true) return [];
  const meterStop = lastRegister(events);
  return meterStop === undefined || meterStop === stop.meterStop
    ? []
    : [{ kind: "transactionStopped", stop: { ...stop, meterStop } }];
}

/** Its readings stay in the frame. */
const brought = ({ id, evseId, connectorId }: Transaction, { values }: TransactionEvent, payload: Payload): Fact[] =>
  list(payload.meterValue).length > 0
    ? [{ kind: "meterValues", transactionId: id, evseId, connectorId, ...withLast(readingsOf(values)) }]
    : [];

export const transactionEffects: Effects = {
  GetTransactionStatus: effect(
    "ends a transaction that is over at the charger and has nothing more to tell",
    (request, response, context) => {
      const ocppTransactionId = text(request.transactionId);
      const known = ocppTransactionId === undefined ? undefined : context.transaction(ocppTransactionId);
      const isOver = response.ongoingIndicator === false && response.messagesInQueue === false;
      if (known === undefined || known.stop !== undefined || !isOver) return [];
      const meterStop = lastRegister(loggedEvents(context, known.id)) ?? known.meterStart;
      const stop = { id: known.id, stoppedAt: context.answeredAt, meterStop, closedBy: "GetTransactionStatus" };
      return [{ kind: "transactionStopped", stop }];
    },
  ),

  RequestStartTransaction: effect(
    "ties the command to the transaction that had begun with the cable",
    (_request, response, context) => {
      const ocppTransactionId = text(response.transactionId);
      const known = ocppTransactionId === undefined ? undefined : context.transaction(ocppTransactionId);
      if (response.status !== "Accepted" || known === undefined || known.commandId !== undefined) return [];
      return [{ kind: "transactionUpdated", id: known.id, changes: { commandId: context.commandId } }];
    },
  ),
};
