// What the rack's chargers say in each OCPP version, and what each message claims in history. A table, so that nothing
// else asks for a version. Every reading, status and start holds a value that its charger never says again.
import type { Version } from "../../load/dialects.ts";
import { CLAIM, type Claim } from "../judge/claims.ts";

export type Payload = Record<string, unknown>;

export interface Message {
  action: string;
  payload: Payload;
  claims: Claim[];
  /** What the answer itself promises. */
  promised?: (answer: Payload) => Claim[];
}

/** One visit of a driver. */
export interface Visit {
  evseId: number;
  token: string;
  /** Given by the CSMS in 1.6, made by the charger later. */
  transactionId: string;
  seqNo: number;
}

/** A moment of the charger's own clock, in milliseconds, and its meter in Wh. */
export interface Reading {
  at: number;
  meter: number;
}

export interface Dialect {
  version: Version;
  subprotocol: string;
  boot: Message;
  heartbeat: Message;
  authorize(token: string): Message;
  /** @param isBusy what the connector is to be */
  status(evseId: number, isBusy: boolean, at: number, mark: string): Message;
  security(at: number, mark: string): Message;
  start(visit: Visit, reading: Reading): Message;
  sample(visit: Visit, reading: Reading): Message;
  stop(visit: Visit, reading: Reading): Message;
  /** The visit's id after its start was answered. */
  transactionOf(visit: Visit, answer: Payload): string;
}

const iso = (at: number) => new Date(at).toISOString();
const REGISTER = "Energy.Active.Import.Register";
const heartbeat: Message = { action: "Heartbeat", payload: {}, claims: [] };

const v16: Dialect = {
  version: "1.6",
  subprotocol: "ocpp1.6",
  heartbeat,
  boot: { action: "BootNotification", payload: { chargePointVendor: "Rack", chargePointModel: "T1" }, claims: [] },
  authorize: (idTag) => ({ action: "Authorize", payload: { idTag }, claims: [] }),
  status(connectorId, isBusy, at, info) {
    const status = isBusy ? "Charging" : "Available";
    return {
      action: "StatusNotification",
      payload: { connectorId, status, errorCode: "NoError", info, timestamp: iso(at) },
      claims: [CLAIM.status(connectorId, connectorId, status, at, info)],
    };
  },
  security: (at, techInfo) => ({
    action: "SecurityEventNotification",
    payload: { type: "ReconfigurationOfSecurityParameters", timestamp: iso(at), techInfo },
    claims: [CLAIM.security("ReconfigurationOfSecurityParameters", techInfo)],
  }),
  start: ({ evseId: connectorId, token: idTag }, { at, meter: meterStart }) => ({
    action: "StartTransaction",
    payload: { connectorId, idTag, meterStart, timestamp: iso(at) },
    claims: [CLAIM.start({ evseId: connectorId, connectorId }, idTag, meterStart, at)],
    promised: ({ transactionId }) => [CLAIM.transaction(String(transactionId))],
  }),
  sample: ({ evseId: connectorId, transactionId }, { at, meter }) => ({
    action: "MeterValues",
    payload: { connectorId, transactionId: Number(transactionId), meterValue: [value16(at, meter)] },
    claims: [CLAIM.sample(transactionId, at, meter)],
  }),
  stop: ({ token: idTag, transactionId }, { at, meter }) => ({
    action: "StopTransaction",
    payload: {
      ...{ transactionId: Number(transactionId), idTag, meterStop: meter, timestamp: iso(at), reason: "Local" },
      transactionData: [value16(at, meter)],
    },
    claims: [CLAIM.stop(transactionId, meter, at, "Local"), CLAIM.sample(transactionId, at, meter)],
  }),
  transactionOf: (_visit, { transactionId }) => String(transactionId),
};

const value16 = (at: number, meter: number) => ({
  timestamp: iso(at),
  sampledValue: [{ value: String(meter), measurand: REGISTER, unit: "Wh" }],
});

function event(type: "Started" | "Updated" | "Ended", visit: Visit, { at, meter }: Reading): Message {
  const { evseId, token, transactionId } = visit;
  const isUpdate = type === "Updated";
  const context = { Started: "Transaction.Begin", Updated: "Sample.Periodic", Ended: "Transaction.End" }[type];
  const edge = {
    Started: [CLAIM.transaction(transactionId), CLAIM.start({ evseId, connectorId: 1 }, token, meter, at)],
    Updated: [],
    Ended: [CLAIM.stop(transactionId, meter, at, "Local")],
  }[type];
  visit.seqNo += 1;
  return {
    action: "TransactionEvent",
    payload: {
      eventType: type,
      timestamp: iso(at),
      triggerReason: { Started: "Authorized", Updated: "MeterValuePeriodic", Ended: "StopAuthorized" }[type],
      seqNo: visit.seqNo,
      transactionInfo: { transactionId, ...(type === "Ended" ? { stoppedReason: "Local" } : {}) },
      evse: { id: evseId, connectorId: 1 },
      ...(isUpdate ? {} : { idToken: { idToken: token, type: "ISO14443" } }),
      meterValue: [{ timestamp: iso(at), sampledValue: [{ value: meter, measurand: REGISTER, context }] }],
    },
    claims: [...edge, CLAIM.sample(transactionId, at, meter)],
  };
}

const v2x = (version: Version): Dialect => ({
  version,
  subprotocol: `ocpp${version}`,
  heartbeat,
  boot: {
    action: "BootNotification",
    payload: { reason: "PowerUp", chargingStation: { vendorName: "Rack", model: "T2" } },
    claims: [],
  },
  authorize: (idToken) => ({
    action: "Authorize",
    payload: { idToken: { idToken, type: "ISO14443" } },
    claims: [],
  }),
  status(evseId, isBusy, at) {
    const connectorStatus = isBusy ? "Occupied" : "Available";
    return {
      action: "StatusNotification",
      payload: { timestamp: iso(at), connectorStatus, evseId, connectorId: 1 },
      claims: [CLAIM.status(evseId, 1, connectorStatus, at, null)],
    };
  },
  security: (at, techInfo) => ({
    action: "SecurityEventNotification",
    payload: { type: "SettingSystemTime", timestamp: iso(at), techInfo },
    claims: [CLAIM.security("SettingSystemTime", techInfo)],
  }),
  start: (visit, reading) => event("Started", visit, reading),
  sample: (visit, reading) => event("Updated", visit, reading),
  stop: (visit, reading) => event("Ended", visit, reading),
  transactionOf: ({ transactionId }) => transactionId,
});

export const DIALECTS: readonly Dialect[] = [v16, v2x("2.0.1"), v2x("2.1")];
