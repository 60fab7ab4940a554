// What is told of charging: transactions, meter values, reservations, and what a charger holds for it.
import { z } from "@hono/zod-openapi";
import { meterValuesOf } from "../db/meter-chunks.ts";
import type { FactKind } from "../ocpp/facts/fact.ts";
import type { Transaction, TransactionChanges, TransactionStop } from "../ocpp/facts/transaction.ts";
import { Timestamp } from "../shapes.ts";
import { type Announcement, announce, iso, isoOrUndefined } from "./event.ts";

type ChargingKind =
  | "transactionStarted"
  | "transactionUpdated"
  | "transactionStopped"
  | "transactionDoubted"
  | "transactionOrphaned"
  | "transactionDetail"
  | "meterValues"
  | "streamValues"
  | "reservation"
  | "held"
  | "dropped"
  | "chargingProfile"
  | "chargingProfilesGone";

type Announcements = { [K in ChargingKind & FactKind]: Announcement<K> };

const text = z.string().optional();
const int = z.int().optional();
const number = z.number().optional();
const object = z.record(z.string(), z.unknown());

const changes = {
  evseId: int,
  connectorId: int,
  idToken: text,
  idTokenType: text,
  authorization: text,
  startedAt: Timestamp.optional(),
  meterStart: number,
  meterOffset: number,
  reservationId: int,
  commandId: text,
  chargingState: text,
  triggerReason: text,
  lastEventAt: Timestamp.optional(),
  numberOfPhasesUsed: int,
  cableMaxCurrent: number,
  timeSpentCharging: number,
  operationMode: text,
  missingEvents: z.array(z.int()).optional(),
};
const transactionId = z.string().openapi({ description: "Ours: unique over all chargers" });
const ocppTransactionId = z.string();
const stop = { stoppedAt: Timestamp, meterStop: number, stopReason: text, closedBy: text, stopIdToken: text };

/** Sequence numbers and guesses are our own bookkeeping. */
function shown({
  seqNo: _seqNo,
  isStartMissing: _isStartMissing,
  fellFrom: _fellFrom,
  startedAt,
  lastEventAt,
  ...rest
}: TransactionChanges) {
  return { ...rest, startedAt: isoOrUndefined(startedAt), lastEventAt: isoOrUndefined(lastEventAt) };
}

/** A transaction that goes on. */
export function begun({ id, ocppTransactionId, ...rest }: Transaction) {
  return { transactionId: id, ocppTransactionId, ...shown(rest) };
}

const ended = ({ stoppedAt, meterStop, stopReason, closedBy, idToken }: TransactionStop) => ({
  ...{ stoppedAt: iso(stoppedAt), meterStop, stopReason, closedBy, stopIdToken: idToken },
});

const SampledValue = z.object({
  value: z.number().nullable(),
  measurand: z.string(),
  unit: z.string(),
  context: z.string(),
  location: z.string(),
  phase: text,
  raw: object.optional(),
});

const MeterValue = z.object({ sampledAt: Timestamp, receivedAt: Timestamp, sampledValue: z.array(SampledValue) });

export const CHARGING_EVENTS: Announcements = {
  transactionStarted: announce(
    "transaction.started",
    "A transaction began.",
    z.object({ transactionId, ocppTransactionId, ...changes }),
    ({ transaction }) => begun(transaction),
  ),
  transactionUpdated: announce(
    "transaction.updated",
    "Something about a transaction changed: only what changed is there.",
    z.object({ transactionId, ...changes }),
    ({ id, changes }) => ({ transactionId: id, ...shown(changes) }),
  ),
  transactionStopped: announce(
    "transaction.ended",
    "A transaction ended; again, if the charger's own word comes after a guess.",
    z.object({ transactionId, ...stop }),
    ({ stop }) => ({ transactionId: stop.id, ...ended(stop) }),
  ),
  transactionOrphaned: announce(
    "transaction.orphaned",
    "The end of a transaction came whose beginning nobody knows.",
    z.object({ transactionId, ocppTransactionId, ...changes, ...stop }),
    ({ transaction, stop }) => ({ ...begun(transaction), ...ended(stop) }),
  ),
  transactionDetail: announce(
    "transaction.detail",
    "More became known of a transaction: `detail` says what, `data` is as OCPP spells it.",
    z.object({ detail: z.string(), ocppTransactionId, evseId: z.int(), data: object }),
    ({ detail, ocppTransactionId, evseId, data }) => ({ detail, ocppTransactionId, evseId, data }),
  ),
  meterValues: announce(
    "meter.values",
    "Meter values of a transaction came, one item per OCPP MeterValue.",
    z.object({ transactionId, evseId: z.int(), connectorId: z.int(), meterValue: z.array(MeterValue) }),
    ({ transactionId, evseId, connectorId }, { row }) => ({
      ...{ transactionId, evseId, connectorId },
      meterValue: meterValuesOf(row),
    }),
    "near",
  ),
  transactionDoubted: { silent: "what comes of it is told" },
  streamValues: { silent: "a stream is too much to tell value by value: its frame is in the charger's live feed" },
  reservation: announce(
    "reservation.changed",
    "A reservation was made, used, or ended.",
    z.object({
      id: z.string(),
      reservationId: z.int(),
      evseId: z.int(),
      connectorId: z.int(),
      connectorType: text,
      idToken: z.string(),
      groupId: text,
      status: z.string(),
      reason: text,
      createdAt: Timestamp,
      expiresAt: Timestamp,
      endedAt: Timestamp.optional(),
      commandId: z.string(),
      requestedBy: text,
      transactionId: text,
    }),
    ({ reservation: { createdAt, expiresAt, endedAt, ...reservation } }) => ({
      ...reservation,
      ...{ createdAt: iso(createdAt), expiresAt: iso(expiresAt), endedAt: isoOrUndefined(endedAt) },
    }),
  ),
  held: announce(
    "holding.changed",
    "A charger holds something new: a limit, control, tariff, stream or schedule. `data` is as OCPP spells it.",
    z.object({ kind: z.string(), key: z.string(), evseId: z.int(), data: object }),
    ({ holding: { kind, key, evseId, data } }) => ({ kind, key, evseId, data }),
  ),
  dropped: announce(
    "holding.dropped",
    "A charger no longer holds what fits these conditions.",
    z.object({
      kind: z.string(),
      keys: z.array(z.string()).optional(),
      except: z.array(z.string()).optional(),
      evseId: int,
    }),
    ({ gone: { kind, keys, except, evseId } }) => ({ kind, keys, except, evseId }),
  ),
  chargingProfile: announce(
    "charging-profile.set",
    "A charger holds this charging profile.",
    z.object({
      profileId: z.int(),
      evseId: z.int(),
      purpose: z.string(),
      stackLevel: z.int(),
      transactionId: text,
      source: z.string(),
      profile: object,
    }),
    ({ profile }) => ({ ...profile }),
  ),
  chargingProfilesGone: announce(
    "charging-profile.cleared",
    "A charger no longer holds the charging profiles that fit these conditions.",
    z.object({
      ids: z.array(z.int()).optional(),
      evseId: int,
      purpose: text,
      stackLevel: int,
      sources: z.array(z.string()).optional(),
    }),
    ({ criteria: { ids, evseId, purpose, stackLevel, sources } }) => ({ ids, evseId, purpose, stackLevel, sources }),
  ),
};
