// Facts: what happened, as data. A handler returns them, the actor's state and D1 are projections of them.
// Append-only in spirit: facts already stored in chargers' logs must stay readable, so members are added, not changed.

import type { InstalledCertificate } from "../certificates.ts";
import type { Clock } from "../clock.ts";
import type { ToldVariable } from "../device-model.ts";
import type { Drop, HeldProfile, Holding, ProfileCriteria, TransactionDetail } from "../held.ts";
import type { Job } from "../job.ts";
import type { Payload } from "../read.ts";
import type { Reading } from "../register.ts";
import type { ReportKind, ReportPart } from "../reports.ts";
import type { SecurityEvent } from "../security-events.ts";
import type { CertificateRequest } from "../signing-request.ts";
import type { Command } from "./command.ts";
import type { PasswordOutcome, PendingPassword, ProfileMove } from "./credentials.ts";
import type { LocalListChange } from "./local-list.ts";
import type { Reservation } from "./reservation.ts";
import type { Availability, ConfigurationKey, ConnectorStatus, DisplayMessage, StationData } from "./station.ts";
import type { Doubt, Transaction, TransactionChanges, TransactionStop } from "./transaction.ts";

/** Kind of fact -> its members. */
interface FactMembers {
  registered: { identity: string; registration: Registration };
  connected: { connectionId: string; version: string; ip?: string | undefined };
  /** `idleMs`: how long nothing had been said when the charger hung up. */
  disconnected: { connectionId: string; reason: string; idleMs?: number | undefined };
  seen: object;
  /** `isSetup`: pending only until it is configured. */
  booted: {
    station: StationData;
    registration: Registration;
    reason?: string | undefined;
    isSetup?: true | undefined;
  };
  connectorStatus: { status: ConnectorStatus };
  transactionStarted: { transaction: Transaction };
  transactionUpdated: { id: string; changes: TransactionChanges };
  /** What makes a session doubtful from now on. Kept by the actor alone. */
  transactionDoubted: { id: string; doubt: Doubt };
  transactionStopped: { stop: TransactionStop };
  transactionOrphaned: { transaction: Transaction; stop: TransactionStop };
  /** The values themselves stay in the frame that brought them: they are read from it when history ships. */
  meterValues: { transactionId: string; evseId: number; connectorId: number; last?: Reading | undefined };
  /** The reservation as it is from now on. */
  reservation: { reservation: Reservation };
  availability: { availability: Availability };
  /** Kept by the charger's actor alone. */
  localList: { change: LocalListChange };
  firmwareStatus: { status: string };
  diagnosticsStatus: { status: string };
  command: { command: Command };
  /** `complete`: these are all the keys; else they are merged into what is known. */
  configuration: { keys: ConfigurationKey[]; unknownKeys: string[]; complete: boolean };
  securityEvent: { event: SecurityEvent };
  /** The request as it is from now on. */
  certificateRequest: { request: CertificateRequest };
  /** `types`: of these it has no others; null: of any type. */
  certificatesListed: { types: string[] | null; certificates: InstalledCertificate[] };
  certificateInstalled: { certificate: InstalledCertificate };
  certificateDeleted: { key: string };
  /** A new Basic password is on its way: both are accepted from now on. */
  passwordPending: { pending: PendingPassword };
  /** What the charger said about it; `refused`: it is accepted no more. */
  passwordAnswered: { id: string; outcome: PasswordOutcome };
  /** The charger came with it: the old one is accepted no more. `hashes` and `previous` as in Settings. */
  passwordTaken: { id: string; hashes: string[]; previous: string[] };
  /** The charger is being moved to this security profile: both are accepted from now on; null: it is not any more. */
  profileTargeted: { profile: number | null; move?: ProfileMove | undefined };
  /** The charger came under it: the old one is accepted no more. */
  profileReached: { profile: number; previous: number };
  finding: { code: string; detail: string };
  /** How far the charger's clock is off; null: it is right. Kept by its actor alone. */
  clock: { clock: Clock | null };
  held: { holding: Holding };
  dropped: { gone: Drop };
  /** `replaces`: the profile with its id, or (1.6) also the one on its level. */
  chargingProfile: { profile: HeldProfile; replaces: "id" | "level" };
  chargingProfilesGone: { criteria: ProfileCriteria };
  /** `ocppTransactionId` empty: of the transaction that begins next on the EVSE. */
  transactionDetail: { detail: TransactionDetail; ocppTransactionId: string; evseId: number; data: Payload };
  /** The values themselves stay in the frame, as with meter values. */
  streamValues: { streamId: number };
  /** A message that operators shall find again as it came. Its payload stays in the frame until history ships. */
  notice: { action: string };
  /** A job as it is from now on. */
  job: { job: Job };
  /** What a charger told of its device model. Kept by its actor alone. */
  variables: { variables: ToldVariable[] };
  /** Monitors that are gone: these, or all. */
  monitorsCleared: { ids: number[] | "all" };
  /** The charger has agreed to report. `empty`: and said that there is nothing to report. */
  reportExpected: {
    report: ReportKind;
    requestId: number;
    full: boolean;
    empty: boolean;
    commandId: string;
    sentAt: number;
  };
  reportPart: { report: ReportKind; requestId: number } & ReportPart;
  displayMessages: { messages: DisplayMessage[]; removed: number[] };
  /** NotifyEvent: the events stay in the frame until history ships. */
  events: object;
}

export type FactKind = keyof FactMembers;
export type Fact<K extends FactKind = FactKind> = { [P in K]: { kind: P } & FactMembers[P] }[K];

export type Registration = "accepted" | "pending" | "rejected";

/** Whether it may not wait for the slow beat. A car's needs are told once, and its site waits for them. */
export const isUrgent = (fact: Fact): boolean =>
  !PATIENT.has(fact.kind) || (fact.kind === "transactionDetail" && fact.detail === "chargingNeeds");

/**
 * How soon it has to be in D1. `soon`: what all chargers of a wave tell at once may wait a moment for company, and if it is
 * lost on its way, it is told again: then the charger's connection is lost, too.
 */
export type Urgency = "patient" | "soon" | "urgent";

export const urgencyOf = (facts: readonly Fact[]): Urgency => {
  if (!facts.some(isUrgent)) return "patient";
  return facts.every((fact) => SOON.has(fact.kind) || !isUrgent(fact)) ? "soon" : "urgent";
};

const SOON: ReadonlySet<FactKind> = new Set(["registered", "connected", "booted"]);

/** Those that may wait. */
export const PATIENT: ReadonlySet<FactKind> = new Set([
  "meterValues",
  "streamValues",
  "transactionDetail",
  "finding",
  "clock",
  "transactionDoubted",
  "localList",
  "variables",
  "monitorsCleared",
  "reportExpected",
  "reportPart",
  "displayMessages",
]);
