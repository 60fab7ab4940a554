// The shape of a message handler: a plain function from (station view, payload) to (response, facts).
// It does no I/O: what it needs of the outside is named by `idTokens` and fetched before it runs.
import type { Fact, Registration, Transaction, TransactionStop } from "./facts.ts";
import type { Payload } from "./read.ts";

export type AuthorizationStatus = "Accepted" | "Blocked" | "Expired" | "Invalid" | "ConcurrentTx";

/** What is known about an id token at this moment. */
export interface Verdict {
  status: AuthorizationStatus;
  /** Epoch milliseconds. */
  expiresAt?: number | undefined;
  groupId?: string | undefined;
}

/** A transaction as the actor remembers it. */
export interface KnownTransaction extends Transaction {
  stop?: TransactionStop | undefined;
}

/** What a handler may look at. All reads are of local state, none blocks. */
export interface Station {
  /** Epoch milliseconds of this frame's receipt. */
  readonly receivedAt: number;
  readonly registration: Registration;
  /** Seconds. */
  readonly heartbeatInterval: number;
  /** The verdict on a token that the handler named in `idTokens`. */
  authorize(idToken: string): Verdict;
  /** The same for a transaction that is to start on this connector: ConcurrentTx where policy forbids a second one. */
  authorizeStart(idToken: string, connectorId: number): Verdict;
  openTransactions(): KnownTransaction[];
  transaction(ocppTransactionId: string): KnownTransaction | undefined;
  /** The transaction that a repeated start would have begotten. */
  findStart(start: {
    connectorId: number;
    idToken: string;
    startedAt: number;
    meterStart: number;
  }): KnownTransaction | undefined;
  /** The newest import register (Wh) received within a transaction. */
  lastMeter(transactionId: string): number | undefined;
  /** The next free 1.6 transaction id: positive, 31 bit, never used before. */
  nextTransactionId(): number;
  /** The accepted remote start that this start answers, if any. */
  remoteStartOf(idToken: string, connectorId: number): string | undefined;
  newId(): string;
}

export interface Outcome {
  response: object;
  facts: Fact[];
}

export interface Handler {
  /**
   * What a payload that breaks the schema may still get through with: `any` (never refused: money or state would be
   * lost), or `values` (odd values and extra members, but no missing members or wrong types).
   */
  tolerance: "any" | "values";
  /** The id tokens that `handle` will ask about. */
  idTokens?: (payload: Payload) => string[];
  /** The answer about tokens is a courtesy: what was known last is good enough. */
  staleTokens?: true;
  handle(station: Station, payload: Payload): Outcome;
  /** Whether an identical payload is a repetition whatever its message id: it carries a credible time of its own. */
  repeatable?: (payload: Payload, receivedAt: number) => boolean;
  /** Not kept in the log: nobody would miss it. */
  unlogged?: true;
}

export type Handlers = Readonly<Record<string, Handler>>;

/** What a CALLRESULT to one of our calls changes here. */
export type Effect = (request: Payload, response: Payload) => Fact[];
export type Effects = Readonly<Record<string, Effect>>;

export const finding = (code: string, detail: string): Fact => ({ kind: "finding", code, detail });
