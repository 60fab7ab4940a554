// An example of every kind of fact, as full as it may be.
import type { Command } from "../../../src/ocpp/facts/command.ts";
import type { Fact } from "../../../src/ocpp/facts/fact.ts";
import type { Reservation } from "../../../src/ocpp/facts/reservation.ts";
import type { Transaction, TransactionStop } from "../../../src/ocpp/facts/transaction.ts";
import type { Job } from "../../../src/ocpp/job.ts";

const transaction: Transaction = {
  ...{ id: "tx", ocppTransactionId: "7", evseId: 1, connectorId: 1, idToken: "T", authorization: "Accepted" },
  ...{
    startedAt: 1,
    meterStart: 2,
    meterOffset: 1,
    fellFrom: 3,
    reservationId: 3,
    commandId: "c",
    idTokenType: "Central",
    seqNo: 0,
  },
  ...{ chargingState: "Charging", triggerReason: "CablePluggedIn", lastEventAt: 4, isStartMissing: true },
  ...{ numberOfPhasesUsed: 3, cableMaxCurrent: 32, timeSpentCharging: 5, operationMode: "ChargingOnly" },
  missingEvents: [2],
};
const stop: TransactionStop = {
  ...{ id: "tx", stoppedAt: 9, meterStop: 10, stopReason: "Local", closedBy: "admin", idToken: "T", seqNo: 4 },
  isMeterGuessed: true,
};
const reservation: Reservation = {
  ...{ id: "r", reservationId: 1, evseId: 1, connectorId: 1, connectorType: "cCCS2", idToken: "T", groupId: "G" },
  ...{
    status: "used",
    reason: "Occupied",
    createdAt: 1,
    expiresAt: 2,
    endedAt: 3,
    commandId: "c",
    requestedBy: "admin",
  },
  transactionId: "tx",
};
const command = (status: Command["status"]): Command => ({
  ...{ id: "c", ocppVersion: "1.6", action: "Reset", payload: '{"type":"Soft"}', status, requestedBy: "admin" },
  ...{
    response: '{"status":"Accepted"}',
    error: { code: "E", description: "d", details: "{}" },
    remarks: ["late answer"],
  },
  ...{ createdAt: 1, sentAt: 2, finishedAt: 3, expiresAt: 4 },
});
const job: Job = {
  ...{ id: "j", kind: "setVariables", state: "running", requestId: 1, commandId: "c", requestedBy: "admin" },
  ...{
    createdAt: 1,
    updatedAt: 2,
    finishedAt: 3,
    patienceMs: 4,
    statuses: [{ status: "writing", at: 1, detail: "d" }],
  },
  ...{ reason: "r", fileName: "f", locations: ["l"], template: { id: "t", name: "n", version: 1 } },
  items: [{ setting: { key: "K" }, wanted: "1", found: "0", outcome: "written", detail: "d", tries: 1 }],
};
const hashData = { hashAlgorithm: "SHA256", issuerNameHash: "a", issuerKeyHash: "b", serialNumber: "c" } as const;
const certificate = { key: "k", certificateType: "CSMSRootCertificate", hashData, parentKey: "p" };

export const FACTS: readonly Fact[] = [
  { kind: "registered", identity: "CP", registration: "accepted" },
  { kind: "connected", connectionId: "x", version: "1.6", ip: "192.0.2.1" },
  { kind: "disconnected", connectionId: "x", reason: "closed" },
  { kind: "seen" },
  {
    kind: "booted",
    registration: "accepted",
    reason: "PowerUp",
    station: {
      ...{ vendor: "V", model: "M", serialNumber: "S", firmwareVersion: "1", iccid: "i", imsi: "s" },
      ...{ meterType: "t", meterSerialNumber: "n" },
    },
  },
  {
    kind: "connectorStatus",
    status: {
      ...{
        evseId: 1,
        connectorId: 1,
        status: "Faulted",
        errorCode: "E",
        info: "i",
        vendorId: "v",
        vendorErrorCode: "e",
      },
      statusAt: 1,
    },
  },
  { kind: "transactionStarted", transaction },
  { kind: "transactionUpdated", id: "tx", changes: { chargingState: "Idle", lastEventAt: 5, seqNo: 2 } },
  { kind: "transactionStopped", stop },
  { kind: "transactionOrphaned", transaction, stop },
  { kind: "transactionDoubted", id: "tx", doubt: { freeSince: 1, heardAt: 2, refusedAt: null } },
  { kind: "meterValues", transactionId: "tx", evseId: 1, connectorId: 1 },
  { kind: "reservation", reservation },
  { kind: "availability", availability: { evseId: 1, connectorId: 1, operative: false, scheduled: true } },
  { kind: "localList", change: { update: "version", version: 3 } },
  { kind: "firmwareStatus", status: "Installed" },
  { kind: "diagnosticsStatus", status: "Uploaded" },
  { kind: "command", command: command("queued") },
  { kind: "command", command: command("sent") },
  { kind: "command", command: command("unknown") },
  {
    kind: "configuration",
    keys: [{ key: "HeartbeatInterval", value: "1", readonly: false }],
    unknownKeys: ["U"],
    complete: true,
  },
  { kind: "securityEvent", event: { type: "ResetOrReboot", occurredAt: 1, techInfo: "t", critical: true } },
  {
    kind: "certificateRequest",
    request: {
      ...{ id: "r", use: "V2GCertificate", requestId: 1, csr: "pem", via: "message", status: "issued", detail: "d" },
      ...{ chain: "pem", commandId: "c", attempts: 1, nextAttemptAt: 2, createdAt: 1, updatedAt: 1 },
    },
  },
  { kind: "certificatesListed", types: null, certificates: [certificate] },
  { kind: "certificateInstalled", certificate },
  { kind: "certificateDeleted", key: "k" },
  { kind: "passwordPending", pending: { id: "p", hashes: ["h"], outcome: "sent", since: 1 } },
  { kind: "passwordAnswered", id: "p", outcome: "taken" },
  { kind: "passwordTaken", id: "p", hashes: ["h"], previous: ["g"] },
  { kind: "profileTargeted", profile: 2 },
  { kind: "profileReached", profile: 2, previous: 1 },
  { kind: "clock", clock: { offsetMs: 1, at: 1, isSure: true } },
  { kind: "finding", code: "odd", detail: "very" },
  { kind: "held", holding: { kind: "tariff", key: "k", evseId: 1, data: { a: 1 }, merge: true } },
  {
    kind: "dropped",
    gone: { kind: "tariff", keys: ["k"], except: ["l"], evseId: 1, match: { a: 1 }, before: 2 },
  },
  {
    kind: "chargingProfile",
    profile: {
      ...{ profileId: 1, evseId: 1, purpose: "TxProfile", stackLevel: 0, transactionId: "7", source: "CSO" },
      profile: { id: 1 },
    },
    replaces: "id",
  },
  {
    kind: "chargingProfilesGone",
    criteria: { ids: [1], evseId: 1, purpose: "TxProfile", stackLevel: 0, sources: ["CSO"], before: 1 },
  },
  { kind: "transactionDetail", detail: "tariff", ocppTransactionId: "7", evseId: 1, data: { a: 1 } },
  { kind: "streamValues", streamId: 1 },
  { kind: "notice", action: "NotifyChargingLimit" },
  { kind: "job", job },
  { kind: "variables", variables: [{ component: "C", variable: "V" }] },
  { kind: "monitorsCleared", ids: "all" },
  { kind: "monitorsCleared", ids: [1] },
  {
    kind: "reportExpected",
    ...{ report: "variables", requestId: 1, full: true, empty: false, commandId: "c", sentAt: 1 },
  },
  { kind: "reportPart", report: "variables", requestId: 1, seqNo: 0, last: true },
  { kind: "displayMessages", messages: [{ id: 1, message: {} }], removed: [2] },
  { kind: "events" },
];
