// What a handler may look at while it decides: the actor's state as of one frame. All reads, nothing is changed here.

import { finalCost, type PricedPlace } from "../../billing/final-cost.ts";
import { meterValuesOf } from "../../db/meter-chunks.ts";
import type { Command } from "../../ocpp/facts/command.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { Reservation } from "../../ocpp/facts/reservation.ts";
import type { ConnectorStatus } from "../../ocpp/facts/station.ts";
import { parseFrame } from "../../ocpp/frame.ts";
import type {
  Asked,
  EffectContext,
  FinishedSession,
  KnownTransaction,
  LoggedEvent,
  StartKey,
  Station,
  Verdict,
} from "../../ocpp/handler.ts";
import type { HoldingKind } from "../../ocpp/held.ts";
import type { Iso15118Answer } from "../../ocpp/iso15118.ts";
import type { Job, JobKind } from "../../ocpp/job.ts";
import { lastImportRegister } from "../../ocpp/metering.ts";
import { type Payload, record } from "../../ocpp/read.ts";
import type { Reading } from "../../ocpp/register.ts";
import type { CertificateRequest } from "../../ocpp/signing-request.ts";
import type { VersionRow } from "../../ocpp/versions.ts";
import { SETUP_INTERVAL_S } from "./boot-setup.ts";
import type { Commands } from "./commands.ts";
import { heartbeatOf } from "./heartbeat.ts";
import { type IdTokens, type TokenAnswers, verdictOf } from "./id-tokens.ts";
import type { Log, LogRow } from "./log.ts";
import type { Registers } from "./registers.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** A remote start that begot nothing within this time never will. */
const REMOTE_START_WINDOW_MS = 15 * 60_000;
const SCAN_ROWS = 256;

export interface StationParts {
  state: State;
  log: Log;
  commands: Commands;
  registers: Registers;
  idTokens: IdTokens;
  settings: Settings;
  /** The deployment's, in seconds. */
  heartbeatInterval: number;
  /** A number that is the charger's own, for spreading. */
  spread: number;
}

/** What was asked of the outside before the handler ran. */
export interface Outside {
  iso15118?: Iso15118Answer | undefined;
  place?: PricedPlace | undefined;
  isSetup?: boolean | undefined;
}

export class StationView implements Station {
  readonly receivedAt: number;
  readonly #parts: StationParts;
  readonly #row: VersionRow;
  readonly #answers: TokenAnswers;
  readonly #outside: Outside;

  constructor(parts: StationParts, row: VersionRow, answers: TokenAnswers, receivedAt: number, outside: Outside = {}) {
    this.#parts = parts;
    this.#row = row;
    this.#answers = answers;
    this.#outside = outside;
    this.receivedAt = receivedAt;
  }

  get registration() {
    return this.isSetup ? "pending" : this.#parts.settings.registration;
  }

  get isSetup() {
    return this.#outside.isSetup === true;
  }

  get heartbeatInterval() {
    if (this.isSetup) return SETUP_INTERVAL_S;
    return heartbeatOf(this.#parts);
  }

  authorize(idToken: string, type?: string): Verdict {
    return verdictOf(this.#answers.get(idToken.toLowerCase()), this.#parts.idTokens.policy, this.receivedAt, type);
  }

  authorizeStart(idToken: string, evseId: number, type?: string): Verdict {
    const verdict = this.authorize(idToken, type);
    const { concurrent, masterPassGroup } = this.#parts.idTokens.policy;
    if (masterPassGroup !== "" && verdict.groupId?.toLowerCase() === masterPassGroup.toLowerCase())
      return { ...verdict, status: "Invalid" };
    if (verdict.status !== "Accepted" || concurrent === "allow") return verdict;
    const key = idToken.toLowerCase();
    const busyHere = this.openTransactions().some((tx) => tx.evseId !== evseId && tx.idToken?.toLowerCase() === key);
    const busy = busyHere || this.#answers.get(key)?.record?.busyElsewhere === true;
    return busy ? { ...verdict, status: "ConcurrentTx" } : verdict;
  }

  openTransactions(): KnownTransaction[] {
    return this.#parts.state.transactions.open();
  }

  transaction(ocppTransactionId: string): KnownTransaction | undefined {
    return this.#parts.state.transactions.byOcppId(ocppTransactionId);
  }

  eventsOf(transactionId: string): LoggedEvent[] {
    return [...eventRows(this.#parts, transactionId)].flatMap((row) => {
      const frame = row.direction === "in" ? parseFrame(row.frame) : undefined;
      return frame?.kind === "call" ? [{ payload: record(frame.payload), receivedAt: row.at }] : [];
    });
  }

  reservation(reservationId: number): Reservation | undefined {
    return this.#parts.state.reservations.byNumber(reservationId);
  }

  activeReservations(): Reservation[] {
    return this.#parts.state.reservations.active();
  }

  connectors(): ConnectorStatus[] {
    return this.#parts.state.connectors();
  }

  findStart(start: StartKey): KnownTransaction | undefined {
    return this.#parts.state.transactions.findStart(start);
  }

  lastMeter(transactionId: string): number | undefined {
    return lastMeter(this.#parts, transactionId);
  }

  lastReading(transactionId: string): Reading | undefined {
    return this.#parts.registers.last(transactionId);
  }

  nextTransactionId(): number {
    return this.#parts.state.transactions.nextId(this.receivedAt);
  }

  remoteStartOf(idToken: string, connectorId: number): string | undefined {
    const { commands, state } = this.#parts;
    return commands.all().findLast((command) => {
      if (command.createdAt < this.receivedAt - REMOTE_START_WINDOW_MS) return false;
      if (command.status !== "accepted" && command.status !== "sent" && command.status !== "unknown") return false;
      const asked = this.#row.readRemoteStart(command.action, record(JSON.parse(command.payload)));
      if (asked === undefined || asked.idToken.toLowerCase() !== idToken.toLowerCase()) return false;
      if (asked.connectorId !== undefined && asked.connectorId !== connectorId) return false;
      return !state.transactions.isBegotten(command.id);
    })?.id;
  }

  job(kind: JobKind, requestId: number | undefined, except?: string): Job | undefined {
    return this.#parts.state.told.jobs.find(kind, requestId, except);
  }

  jobOf(commandId: string): Job | undefined {
    return this.#parts.state.told.jobs.ofCommand(commandId);
  }

  holding(kind: HoldingKind, key: string): Payload | undefined {
    return this.#parts.state.holding(kind, key);
  }

  asked(action: string, requestId: number | undefined): Asked | undefined {
    for (const command of this.#parts.commands.all().toReversed()) {
      if (command.action !== action || command.sentAt === undefined) continue;
      const payload = record(JSON.parse(command.payload));
      if (payload.requestId === requestId) return { payload, sentAt: command.sentAt };
    }
    return undefined;
  }

  certificateRequests(): readonly CertificateRequest[] {
    return this.#parts.state.security.requests();
  }

  iso15118(): Iso15118Answer | undefined {
    return this.#outside.iso15118;
  }

  finalCost(session: () => FinishedSession): number | undefined {
    const { place } = this.#outside;
    if (place === undefined) return undefined;
    const finished = session();
    const held = finished.reservationId === undefined ? undefined : this.reservation(finished.reservationId);
    return finalCost(place, finished, held && { from: held.createdAt, to: finished.startedAt, expired: false });
  }

  get outage() {
    return this.#parts.idTokens.policy.outage;
  }

  newId(): string {
    return crypto.randomUUID();
  }
}

/** The charger as it is when it has answered one of our commands. */
export class EffectView extends StationView implements EffectContext {
  readonly commandId: string;
  readonly requestedBy: string | undefined;
  readonly sentAt: number;

  constructor(parts: StationParts, row: VersionRow, command: Command, now: number) {
    super(parts, row, new Map(), now);
    this.commandId = command.id;
    this.requestedBy = command.requestedBy;
    this.sentAt = command.sentAt ?? command.createdAt;
  }

  get answeredAt() {
    return this.receivedAt;
  }
}

function* eventRows({ log, state }: Pick<StationParts, "log" | "state">, transactionId: string): Generator<LogRow> {
  const transaction = state.transactions.byId(transactionId);
  if (transaction === undefined) return;
  for (let after = transaction.firstSeq - 1; ; ) {
    const rows = log.after(after, SCAN_ROWS);
    for (const row of rows) if (row.facts.some((fact) => transactionOf(fact) === transactionId)) yield row;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

/** The transaction that a fact is about, if it is told in a frame of it. */
export function transactionOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "transactionStarted":
      return fact.transaction.id;
    case "transactionUpdated":
      return fact.id;
    case "transactionStopped":
      return fact.stop.id;
    case "meterValues":
      return fact.transactionId;
    default:
      return undefined;
  }
}

/** Read from the log, newest first: it is asked only when a stop never came, which is rare. */
export function lastMeter(
  { log, state }: Pick<StationParts, "log" | "state">,
  transactionId: string,
): number | undefined {
  const firstSeq = state.transactions.byId(transactionId)?.firstSeq ?? 0;
  for (let before = log.nextSeq; ; ) {
    const rows = log.before(before, SCAN_ROWS);
    for (const row of rows) {
      if (row.seq < firstSeq) return undefined;
      if (!row.facts.some((fact) => fact.kind === "meterValues" && fact.transactionId === transactionId)) continue;
      const register = lastImportRegister(meterValuesOf(row));
      if (register !== undefined) return register;
    }
    const oldest = rows.at(-1);
    if (oldest === undefined) return undefined;
    before = oldest.seq;
  }
}
