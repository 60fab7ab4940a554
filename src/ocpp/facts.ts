// Facts: what happened, as data. A handler returns them, the actor's state and D1 are projections of them.
// Append-only in spirit: facts already stored in chargers' logs must stay readable, so members are added, not changed.

import type { InstalledCertificate } from "./certificates.ts";
import type { Clock } from "./clock.ts";
import type { ToldVariable } from "./device-model.ts";
import type { Drop, HeldProfile, Holding, ProfileCriteria, TransactionDetail } from "./held.ts";
import type { Job } from "./job.ts";
import type { Payload } from "./read.ts";
import type { Reading } from "./register.ts";
import type { ReportKind, ReportPart } from "./reports.ts";
import type { SecurityEvent } from "./security-events.ts";
import type { CertificateRequest } from "./signing-request.ts";

export interface ConnectorStatus {
  evseId: number;
  connectorId: number;
  status: string;
  errorCode?: string | undefined;
  info?: string | undefined;
  vendorId?: string | undefined;
  vendorErrorCode?: string | undefined;
  /** Epoch milliseconds. */
  statusAt: number;
}

export interface Transaction {
  /** Ours: a UUID. */
  id: string;
  ocppTransactionId: string;
  evseId: number;
  connectorId: number;
  idToken?: string | undefined;
  /** The authorization status that the charger was told. */
  authorization?: string | undefined;
  /** Epoch milliseconds. */
  startedAt: number;
  /** Wh */
  meterStart?: number | undefined;
  /** Wh that the register had counted when it started anew within the session. */
  meterOffset?: number | undefined;
  /** The register (Wh) before it started anew, while the next reading may still say that it did not; null: past. */
  fellFrom?: number | null | undefined;
  reservationId?: number | undefined;
  /** The remote start that begot it. */
  commandId?: string | undefined;
  /** What follows is told by OCPP 2.x alone. */
  idTokenType?: string | undefined;
  /** Of the newest event that said something new, in the order of the charger's numbers. */
  seqNo?: number | undefined;
  chargingState?: string | undefined;
  triggerReason?: string | undefined;
  /** Epoch milliseconds of that event. */
  lastEventAt?: number | undefined;
  /** Its first event has not come yet: what is said of its beginning is what a later one said. */
  isStartMissing?: boolean | undefined;
  numberOfPhasesUsed?: number | undefined;
  /** A */
  cableMaxCurrent?: number | undefined;
  /** Seconds. */
  timeSpentCharging?: number | undefined;
  operationMode?: string | undefined;
  /** Of a transaction that has ended: the numbers of the events that never came. */
  missingEvents?: number[] | undefined;
}

/** Reasons to look after an open transaction; epoch milliseconds, null: it has passed. */
export interface Doubt {
  /** Its connector says Available. */
  freeSince?: number | null | undefined;
  /** When it was last heard of, as far as somebody looked. */
  heardAt?: number | null | undefined;
  /** The charger was told that its token is not accepted. */
  refusedAt?: number | null | undefined;
}

export interface TransactionStop {
  id: string;
  stoppedAt: number;
  /** Wh */
  meterStop?: number | undefined;
  stopReason?: string | undefined;
  /** Who ended it, if not the charger itself. */
  closedBy?: string | undefined;
  /** The token that it was ended with. */
  idToken?: string | undefined;
  /** The number of the event that ended it, OCPP 2.x. */
  seqNo?: number | undefined;
  /** The end came without a reading: `meterStop` is the last one that had come by then. */
  isMeterGuessed?: boolean | undefined;
}

/** How far a charger has been moved to another security profile. */
export interface ProfileMove {
  /** It was told all of it at this time, and comes under the new profile with its next boot. Epoch milliseconds. */
  toldAt: number;
  /** The order of its network profiles before, to go back to; undefined: it did not tell. */
  priority?: string | undefined;
  /** The Reset that makes it reconnect; undefined: it has yet to be sent, where one is wanted. */
  resetId?: string | undefined;
  wantsReset: boolean;
  /** `overdue`: it has not come back; `fellBack`: it came back, and still under the old profile. */
  trouble?: "overdue" | "fellBack" | undefined;
  /** The command that puts the old order back. */
  restoreId?: string | undefined;
}

/** used: a transaction began with it; removed: the charger gave it up; rejected: it never took it. */
export type ReservationStatus = "active" | "used" | "cancelled" | "expired" | "removed" | "rejected";

export interface Reservation {
  /** Ours: a UUID. */
  id: string;
  /** OCPP's, unique per charger. */
  reservationId: number;
  /** 0: any of the charger. In 1.6 it equals the connector. */
  evseId: number;
  /** 0: any of the EVSE. */
  connectorId: number;
  connectorType?: string | undefined;
  idToken: string;
  groupId?: string | undefined;
  status: ReservationStatus;
  /** What the charger said when it refused. */
  reason?: string | undefined;
  /** Epoch milliseconds. */
  createdAt: number;
  expiresAt: number;
  endedAt?: number | undefined;
  commandId: string;
  requestedBy?: string | undefined;
  /** The transaction that used it: our id. */
  transactionId?: string | undefined;
}

/** What a charger answered to ChangeAvailability. */
export interface Availability {
  /** 0: the whole charger. In 1.6 it equals the connector. */
  evseId: number;
  /** 0: the whole EVSE. */
  connectorId: number;
  operative: boolean;
  /** It waits for a transaction to end. */
  scheduled: boolean;
}

/** An entry of a charger's local authorization list. */
export interface LocalListEntry {
  idToken: string;
  /** OCPP 2.x. */
  type?: string | undefined;
  status: string;
  /** Epoch milliseconds. */
  expiresAt?: number | undefined;
  groupId?: string | undefined;
}

/** `version`: only the number became known. */
export type LocalListChange =
  | { update: "full" | "differential"; version: number; put: LocalListEntry[]; removed: string[] }
  | { update: "version"; version: number };

export interface StationData {
  vendor?: string | undefined;
  model?: string | undefined;
  serialNumber?: string | undefined;
  firmwareVersion?: string | undefined;
  iccid?: string | undefined;
  imsi?: string | undefined;
  meterType?: string | undefined;
  meterSerialNumber?: string | undefined;
}

export type CommandStatus = "queued" | "sent" | "accepted" | "error" | "unknown" | "expired" | "cancelled";

export interface CommandError {
  code: string;
  description: string;
  /** JSON text. */
  details?: string | undefined;
}

export interface Command {
  /** A UUID; also the message id of the CALL. */
  id: string;
  ocppVersion: string;
  action: string;
  /** JSON text, members in the operator's order. */
  payload: string;
  status: CommandStatus;
  /** JSON text of the CALLRESULT's payload. */
  response?: string | undefined;
  error?: CommandError | undefined;
  remarks?: string[] | undefined;
  requestedBy?: string | undefined;
  createdAt: number;
  sentAt?: number | undefined;
  finishedAt?: number | undefined;
  expiresAt?: number | undefined;
}

export interface ConfigurationKey {
  key: string;
  value?: string | undefined;
  readonly: boolean;
}

/** What a transaction's later messages tell. */
export type TransactionChanges = {
  [K in keyof Omit<Transaction, "id" | "ocppTransactionId">]?: Transaction[K] | undefined;
};

/** taken: it will come with it. unclear: it may. refused: it never will. */
export type PasswordOutcome = "sent" | "taken" | "unclear" | "refused";

export interface PendingPassword {
  /** Also the id of the command that carries it. */
  id: string;
  /** Digests of its accepted spellings. */
  hashes: string[];
  outcome: PasswordOutcome;
  /** Epoch milliseconds. */
  since: number;
}

export interface DisplayMessage {
  id: number;
  /** OCPP's MessageInfo, as the charger or the operator sent it. */
  message: Payload;
}

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
