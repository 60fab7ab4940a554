// What TransactionEvents say of their transaction, whatever order they come in. The charger's own numbering decides
// what is newest, not the order of receipt; without usable numbers, its clock does. Pure.
import type { TransactionChanges } from "../facts/transaction.ts";
import type { KnownTransaction, LoggedEvent, Station } from "../handler.ts";
import { importRegisterAt, lastImportRegister, readSamples, type Sample } from "../metering.ts";
import { instant, integer, record, text } from "../read.ts";
import { idTokenOf, idTokenTypeOf } from "./authorization.ts";

/** Where an event stands among those of its transaction. */
interface Position {
  seqNo?: number | undefined;
  /** Epoch milliseconds. */
  at: number;
}

export interface TransactionEvent extends Position {
  type: string;
  evseId: number | undefined;
  connectorId: number | undefined;
  idToken: string | undefined;
  idTokenType: string | undefined;
  reservationId: number | undefined;
  remoteStartId: number | undefined;
  stoppedReason: string | undefined;
  chargingState: string | undefined;
  triggerReason: string | undefined;
  timeSpentCharging: number | undefined;
  operationMode: string | undefined;
  numberOfPhasesUsed: number | undefined;
  cableMaxCurrent: number | undefined;
  /** Import registers in Wh: of a reading at the start, the first, and the one for the end. */
  meterBegin: number | undefined;
  meterFirst: number | undefined;
  meterLast: number | undefined;
  values: Sample[];
}

export function readEvent({ payload, receivedAt }: LoggedEvent): TransactionEvent {
  const info = record(payload.transactionInfo);
  const evse = record(payload.evse);
  const values = readSamples(payload, receivedAt);
  return {
    type: text(payload.eventType) ?? "",
    at: instant(payload.timestamp, receivedAt).at,
    seqNo: integer(payload.seqNo),
    evseId: integer(evse.id),
    connectorId: integer(evse.connectorId),
    idToken: idTokenOf(payload),
    idTokenType: idTokenTypeOf(payload),
    reservationId: integer(payload.reservationId),
    remoteStartId: integer(info.remoteStartId),
    stoppedReason: text(info.stoppedReason),
    chargingState: text(info.chargingState),
    triggerReason: text(payload.triggerReason),
    timeSpentCharging: integer(info.timeSpentCharging),
    operationMode: text(info.operationMode),
    numberOfPhasesUsed: integer(payload.numberOfPhasesUsed),
    cableMaxCurrent: integer(payload.cableMaxCurrent),
    meterBegin: importRegisterAt(values, "Transaction.Begin"),
    meterFirst: importRegisterAt(values),
    meterLast: importRegisterAt(values, "Transaction.End") ?? lastImportRegister(values),
    values,
  };
}

export function isAfter(a: Position, b: Position): boolean {
  const bothNumbered = a.seqNo !== undefined && b.seqNo !== undefined && a.seqNo !== b.seqNo;
  return bothNumbered ? (a.seqNo ?? 0) > (b.seqNo ?? 0) : a.at > b.at;
}

/** A charger that never counts up is not repeating itself: time and kind have to agree, too. */
const isSame = (a: TransactionEvent, b: TransactionEvent): boolean =>
  a.seqNo === b.seqNo && a.at === b.at && a.type === b.type && a.triggerReason === b.triggerReason;

/** `newest`: its word is the last one. `late`: something newer is known. `repeated`: it was there before. */
export type Order = "newest" | "late" | "repeated";

/** @param events those that were logged; asked for only where the transaction itself cannot tell */
export function orderOf(
  event: TransactionEvent,
  known: KnownTransaction,
  saysNew: boolean,
  events: () => TransactionEvent[],
): Order {
  const isAhead = isAfter(event, { seqNo: known.seqNo, at: known.lastEventAt ?? known.startedAt });
  // Readings alone leave no trace in the transaction, so that the common case costs nothing.
  if (isAhead && !saysNew) return "newest";
  const others = events();
  if (others.some((other) => isSame(other, event))) return "repeated";
  return others.some((other) => isAfter(other, event)) ? "late" : "newest";
}

const READINGS: ReadonlySet<string | undefined> = new Set(["MeterValuePeriodic", "MeterValueClock"]);

/** What the newest event says of the present. Empty for a mere reading. */
export function present(event: TransactionEvent, known: KnownTransaction): TransactionChanges {
  const { evseId, connectorId, chargingState, operationMode, numberOfPhasesUsed, cableMaxCurrent } = event;
  const said: TransactionChanges = {
    ...(evseId === undefined
      ? {}
      : { evseId, connectorId: connectorId ?? (known.evseId === evseId ? known.connectorId : 1) }),
    chargingState,
    operationMode,
    numberOfPhasesUsed,
    cableMaxCurrent,
  };
  const isNew = (member: string) => {
    const value: unknown = Reflect.get(said, member);
    return value !== undefined && value !== Reflect.get(known, member);
  };
  const changes = Object.fromEntries(Object.entries(said).filter(([member]) => isNew(member)));
  if (Object.keys(changes).length === 0 && READINGS.has(event.triggerReason) && event.meterFirst !== undefined)
    return {};
  const { seqNo, at: lastEventAt, triggerReason, timeSpentCharging } = event;
  return { ...changes, ...given({ seqNo, lastEventAt, triggerReason, timeSpentCharging }) };
}

/** What was still open about the beginning, and what this event can say of it, however late it comes. */
export function beginnings(
  event: TransactionEvent,
  known: KnownTransaction,
  commandId: string | undefined,
): TransactionChanges {
  const { evseId, connectorId, idToken, idTokenType, reservationId, at: startedAt, meterFirst, meterBegin } = event;
  const hasEnded = event.type === "Ended";
  const isStart = event.type === "Started" && known.isStartMissing === true;
  // Nobody has seen the start: the earliest event that was told of is as near to it as we get.
  const isEarlier = known.isStartMissing === true && startedAt < known.startedAt;
  return {
    ...(known.evseId === 0 && evseId !== undefined ? { evseId, connectorId: connectorId ?? 1 } : {}),
    ...(known.idToken === undefined && idToken !== undefined && !hasEnded
      ? { idToken, ...given({ idTokenType }) }
      : {}),
    ...(known.reservationId === undefined ? given({ reservationId }) : {}),
    ...(known.commandId === undefined ? given({ commandId }) : {}),
    ...(isStart || isEarlier ? { startedAt, ...given({ meterStart: meterBegin ?? meterFirst }) } : {}),
    ...(isStart ? { isStartMissing: false } : {}),
    ...(known.meterStart === undefined ? given({ meterStart: meterBegin ?? (hasEnded ? undefined : meterFirst) }) : {}),
  };
}

/** The numbers between the first and the last event that are missing; a broken counter must not fill a row. */
const MAX_MISSING = 100;

export function missingBetween(events: readonly TransactionEvent[], last: number | undefined): number[] {
  const numbers = new Set(events.flatMap(({ seqNo }) => (seqNo === undefined ? [] : [seqNo])));
  if (last === undefined || numbers.size === 0) return [];
  const missing: number[] = [];
  for (let seqNo = Math.min(...numbers); seqNo < last && missing.length < MAX_MISSING; seqNo += 1) {
    if (!numbers.has(seqNo)) missing.push(seqNo);
  }
  return missing;
}

/** The reading of the newest event that brought one. */
export function lastRegister(events: readonly TransactionEvent[]): number | undefined {
  const withReading = events.filter(({ meterLast }) => meterLast !== undefined);
  return withReading.toSorted((a, b) => (isAfter(a, b) ? -1 : 1))[0]?.meterLast;
}

export const loggedEvents = (station: Station, transactionId: string): TransactionEvent[] =>
  station.eventsOf(transactionId).map(readEvent);

/** Without the members that nothing is known of. */
export function given<T extends object>(members: T): Partial<T> {
  const kept: Partial<T> = { ...members };
  for (const member of Object.keys(kept)) {
    if (Reflect.get(kept, member) === undefined) Reflect.deleteProperty(kept, member);
  }
  return kept;
}
