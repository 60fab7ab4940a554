// The shape of a message handler: a plain function from (station view, payload) to (response, facts).
// It does no I/O: what it needs of the outside is named by `idTokens` and fetched before it runs.
import type { Fact, Registration } from "./facts/fact.ts";
import type { Reservation } from "./facts/reservation.ts";
import type { ConnectorStatus, StationData } from "./facts/station.ts";
import type { Doubt, Transaction, TransactionStop } from "./facts/transaction.ts";
import type { HoldingKind } from "./held.ts";
import type { Iso15118Answer, Iso15118Need } from "./iso15118.ts";
import type { Job, JobKind } from "./job.ts";
import type { MeterValue } from "./metering.ts";
import type { Payload } from "./read.ts";
import type { Reading } from "./register.ts";
import type { CertificateRequest } from "./signing-request.ts";

/** OCPP 2.x spells out more than 1.6, which makes do with the first five. */
export type AuthorizationStatus =
  | "Accepted"
  | "Blocked"
  | "Expired"
  | "Invalid"
  | "ConcurrentTx"
  | "Unknown"
  | "NoCredit"
  | "NotAllowedTypeEVSE"
  | "NotAtThisLocation"
  | "NotAtThisTime";

/** What is known about an id token at this moment. */
export interface Verdict {
  status: AuthorizationStatus;
  /** Epoch milliseconds. */
  expiresAt?: number | undefined;
  groupId?: string | undefined;
  /** For the driver, in OCPP 2.x. */
  personalMessage?: string | undefined;
  /** RFC 5646. */
  language?: string | undefined;
  language2?: string | undefined;
}

/** A transaction as the actor remembers it. */
export interface KnownTransaction extends Transaction {
  stop?: TransactionStop | undefined;
  doubt?: Doubt | undefined;
}

/** What tells one 1.6 start from another. */
export interface StartKey {
  connectorId: number;
  idToken: string;
  meterStart: number;
  startedAt: number;
  /** Whether the charger said when: if not, `startedAt` is the time of receipt and tells little. */
  isDated: boolean;
}

/** A TransactionEvent that was logged. */
export interface LoggedEvent {
  payload: Payload;
  /** Epoch milliseconds. */
  receivedAt: number;
}

/** What a handler may look at. All reads are of local state, none blocks. */
export interface Station {
  /** Epoch milliseconds of this frame's receipt. */
  readonly receivedAt: number;
  readonly registration: Registration;
  /** Whether the charger that boots is to be configured before it is accepted. */
  readonly isSetup: boolean;
  /** Seconds. */
  readonly heartbeatInterval: number;
  /**
   * The verdict on a token that the handler named in `idTokens`.
   * @param type what the charger says that the token is, in OCPP 2.x
   */
  authorize(idToken: string, type?: string): Verdict;
  /**
   * The same for a transaction that is to start on this EVSE: ConcurrentTx where policy forbids a second one,
   * and Invalid for the master pass, which may stop everything and start nothing.
   */
  authorizeStart(idToken: string, evseId: number, type?: string): Verdict;
  openTransactions(): KnownTransaction[];
  transaction(ocppTransactionId: string): KnownTransaction | undefined;
  /** The transaction that a repeated start would have begotten. */
  findStart(start: StartKey): KnownTransaction | undefined;
  /** All events of a transaction that were logged, in the order of receipt. It reads the log: ask seldom. */
  eventsOf(transactionId: string): LoggedEvent[];
  /** The newest reservation with this OCPP id. */
  reservation(reservationId: number): Reservation | undefined;
  activeReservations(): Reservation[];
  connectors(): ConnectorStatus[];
  /** The newest import register (Wh) received within a transaction. */
  lastMeter(transactionId: string): number | undefined;
  /** The newest reading of a transaction's register in its last frames; undefined: they had none. */
  lastReading(transactionId: string): Reading | undefined;
  /** The next free 1.6 transaction id: positive, 31 bit, never used before. */
  nextTransactionId(): number;
  /** The accepted remote start that this start answers, if any. */
  remoteStartOf(idToken: string, connectorId: number): string | undefined;
  /**
   * The job with this request id; without one, the newest of its kind that goes on, else the newest.
   * @param except the id of a job that is not meant
   */
  job(kind: JobKind, requestId: number | undefined, except?: string): Job | undefined;
  /** The job that was begun with this command of ours. */
  jobOf(commandId: string): Job | undefined;
  /** What is kept here for the charger to ask for. */
  holding(kind: HoldingKind, key: string): Payload | undefined;
  /** Our command with this request id, which a report answers. */
  asked(action: string, requestId: number | undefined): Asked | undefined;
  /** What became of its newest certificate signing requests, oldest first. */
  certificateRequests(): readonly CertificateRequest[];
  /** The answer to what the handler named in `iso15118`; undefined: it named nothing. */
  iso15118(): Iso15118Answer | undefined;
  /**
   * What a session costs in the end, in its tariff's currency. Undefined: nothing is charged for it that is known here.
   * @param session asked for only where there is a price
   */
  finalCost(session: () => FinishedSession): number | undefined;
  /** What is accepted while nobody can be asked. */
  readonly outage: "accept" | "reject";
  newId(): string;
}

export interface FinishedSession {
  /** Epoch milliseconds. */
  startedAt: number;
  stoppedAt: number;
  /** Wh */
  meterStart?: number | undefined;
  meterStop?: number | undefined;
  /** All that came with it, in any order. */
  values: MeterValue[];
  reservationId?: number | undefined;
}

export interface Asked {
  payload: Payload;
  /** Epoch milliseconds. */
  sentAt: number;
}

export interface Outcome {
  response: object;
  facts: Fact[];
}

export interface Handler {
  /** What the message does here, or why it does nothing: one line for docs/ocpp.md. */
  summary?: string;
  /**
   * What a payload that breaks the schema may still get through with: `any` (never refused: money or state would be
   * lost), or `values` (odd values and extra members, but no missing members or wrong types).
   */
  tolerance: "any" | "values";
  /** The id tokens that `handle` will ask about. */
  idTokens?: (payload: Payload) => string[];
  /** The answer about tokens is a courtesy: what was known last is good enough. */
  staleTokens?: true;
  /** What `handle` will ask of the world of plug & charge. */
  iso15118?: (payload: Payload) => Iso15118Need | undefined;
  /** What the charger that boots is, where it can be configured before it is accepted. */
  booting?: (payload: Payload) => StationData;
  /** The transaction, by its OCPP id, whose final cost `handle` will ask for. */
  ending?: (payload: Payload) => string | undefined;
  handle(station: Station, payload: Payload): Outcome;
  /** When an identical payload is a repetition whatever its message id; without it: never. */
  repetition?: (payload: Payload, receivedAt: number) => Repetition;
  /** Not kept in the log: nobody would miss it. */
  unlogged?: true;
}

/** An identical payload counts as said again: never, within one run of the charger, or always. */
export type Repetition = "no" | "sinceBoot" | "ever";

export type Handlers = Readonly<Record<string, Handler>>;

/** What an effect may look at: the charger as handlers see it, and the command that was answered. */
export interface EffectContext extends Station {
  readonly commandId: string;
  readonly requestedBy?: string | undefined;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** What a CALLRESULT to one of our calls changes here. */
export type Effect = ((request: Payload, response: Payload, context: EffectContext) => Fact[]) & {
  /** One line for docs/ocpp.md. */
  readonly summary?: string;
};
export type Effects = Readonly<Record<string, Effect>>;

/** @param summary what the answer changes here: one line for docs/ocpp.md */
export const effect = (
  summary: string,
  change: (request: Payload, response: Payload, context: EffectContext) => Fact[],
): Effect => Object.assign(change, { summary });

/** A charger may put a megabyte where a name belongs: what is shown of it is short. */
export const finding = (code: string, detail: string): Fact => ({
  kind: "finding",
  code,
  detail: detail.slice(0, 500),
});
