// What a handler may look at while it decides: the actor's state as of one frame. All reads, nothing is changed here.

import { meterValuesOf } from "../../db/meter-chunks.ts";
import type { KnownTransaction, Station, Verdict } from "../../ocpp/handler.ts";
import { lastImportRegister } from "../../ocpp/metering.ts";
import { record } from "../../ocpp/read.ts";
import type { VersionRow } from "../../ocpp/versions.ts";
import type { Commands } from "./commands.ts";
import { type IdTokens, type TokenAnswers, verdictOf } from "./id-tokens.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** A remote start that begot nothing within this time never will. */
const REMOTE_START_WINDOW_MS = 15 * 60_000;
const SCAN_ROWS = 256;

export interface StationParts {
  state: State;
  log: Log;
  commands: Commands;
  idTokens: IdTokens;
  settings: Settings;
  /** Seconds. */
  heartbeatInterval: number;
}

export class StationView implements Station {
  readonly receivedAt: number;
  readonly #parts: StationParts;
  readonly #row: VersionRow;
  readonly #answers: TokenAnswers;

  constructor(parts: StationParts, row: VersionRow, answers: TokenAnswers, receivedAt: number) {
    this.#parts = parts;
    this.#row = row;
    this.#answers = answers;
    this.receivedAt = receivedAt;
  }

  get registration() {
    return this.#parts.settings.registration;
  }

  get heartbeatInterval() {
    return this.#parts.settings.heartbeatInterval ?? this.#parts.heartbeatInterval;
  }

  authorize(idToken: string): Verdict {
    return verdictOf(this.#answers.get(idToken.toLowerCase()), this.#parts.idTokens.policy, this.receivedAt);
  }

  authorizeStart(idToken: string, connectorId: number): Verdict {
    const verdict = this.authorize(idToken);
    if (verdict.status !== "Accepted" || this.#parts.idTokens.policy.concurrent === "allow") return verdict;
    const key = idToken.toLowerCase();
    const busyHere = this.openTransactions().some(
      (tx) => tx.connectorId !== connectorId && tx.idToken?.toLowerCase() === key,
    );
    const busy = busyHere || this.#answers.get(key)?.record?.busyElsewhere === true;
    return busy ? { ...verdict, status: "ConcurrentTx" } : verdict;
  }

  openTransactions(): KnownTransaction[] {
    return this.#parts.state.transactions.open();
  }

  transaction(ocppTransactionId: string): KnownTransaction | undefined {
    return this.#parts.state.transactions.byOcppId(ocppTransactionId);
  }

  findStart(start: Parameters<Station["findStart"]>[0]): KnownTransaction | undefined {
    return this.#parts.state.transactions.findStart(start);
  }

  lastMeter(transactionId: string): number | undefined {
    return lastMeter(this.#parts, transactionId);
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

  newId(): string {
    return crypto.randomUUID();
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
