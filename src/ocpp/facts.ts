// Facts: what happened, as data. A handler returns them, the actor's state and D1 are projections of them.
// Append-only in spirit: facts already stored in chargers' logs must stay readable, so members are added, not changed.

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
  reservationId?: number | undefined;
  /** The remote start that begot it. */
  commandId?: string | undefined;
}

export interface TransactionStop {
  id: string;
  stoppedAt: number;
  /** Wh */
  meterStop?: number | undefined;
  stopReason?: string | undefined;
  /** Who ended it, if not the charger itself. */
  closedBy?: string | undefined;
}

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

/** Kind of fact -> its members. */
interface FactMembers {
  registered: { identity: string; registration: Registration };
  connected: { connectionId: string; version: string; ip?: string | undefined };
  disconnected: { connectionId: string; reason: string };
  seen: object;
  booted: { station: StationData; registration: Registration };
  connectorStatus: { status: ConnectorStatus };
  transactionStarted: { transaction: Transaction };
  transactionStopped: { stop: TransactionStop };
  transactionOrphaned: { transaction: Transaction; stop: TransactionStop };
  /** The values themselves stay in the frame that brought them: they are read from it when history ships. */
  meterValues: { transactionId: string; evseId: number; connectorId: number };
  firmwareStatus: { status: string };
  diagnosticsStatus: { status: string };
  command: { command: Command };
  /** `complete`: these are all the keys; else they are merged into what is known. */
  configuration: { keys: ConfigurationKey[]; unknownKeys: string[]; complete: boolean };
  finding: { code: string; detail: string };
}

export type FactKind = keyof FactMembers;
export type Fact<K extends FactKind = FactKind> = { [P in K]: { kind: P } & FactMembers[P] }[K];

export type Registration = "accepted" | "pending" | "rejected";

/** Facts that may wait for the slow beat; all others ship at once. */
export const isUrgent = (fact: Fact): boolean => fact.kind !== "meterValues" && fact.kind !== "finding";
