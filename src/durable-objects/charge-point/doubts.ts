// Looks after open sessions that are in doubt: one whose connector is free, one that nothing was heard of for long, one
// whose token was not accepted. What is closed here is closed in our books only, and the charger's own stop, whenever it
// comes, has the last word.
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { Doubt, TransactionStop } from "../../ocpp/facts/transaction.ts";
import { finding, type KnownTransaction } from "../../ocpp/handler.ts";
import { versionRow } from "../../ocpp/versions.ts";
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import type { Log } from "./log.ts";
import type { Session } from "./session.ts";
import { tuningOf } from "./settings.ts";
import type { State } from "./state.ts";
import { lastMeter, transactionOf } from "./station.ts";

/** A stop that is on its way comes within this; so does the charger's own stop after a refusal. */
const GRACE_MS = 2 * 60_000;
const SCAN_ROWS = 256;

export interface DoubtParts {
  state: State;
  log: Log;
  journal: Journal;
  session: Session;
  calls: Calls;
}

type Row = {
  due(tx: KnownTransaction, parts: DoubtParts): number | undefined;
  fire(tx: KnownTransaction, parts: DoubtParts, now: number): void;
};

const DOUBTS: Readonly<Record<keyof Doubt, Row>> = {
  freeSince: {
    due: ({ doubt }) => (doubt?.freeSince == null ? undefined : doubt.freeSince + GRACE_MS),
    fire(tx, parts, now) {
      const detail = `connector ${tx.connectorId} is Available, and transaction ${tx.ocppTransactionId} was open`;
      close(parts, tx, tx.doubt?.freeSince ?? now, "available", finding("available_while_open", detail));
    },
  },

  heardAt: {
    due({ startedAt, doubt }, { state }) {
      const { id, since } = state.contact;
      const silence = tuningOf(state.settings).closeSilentAfter * 1000;
      // Who is away cannot say anything: it has all of that time again when it is back.
      if (id === null || silence === 0) return undefined;
      const at = Math.max(doubt?.heardAt ?? startedAt, since) + silence;
      // Only once it is over: an alarm of its own would be set anew with every reading. Whatever happens next asks again,
      // and the hourly sweep where nothing does.
      return at <= Date.now() ? at : undefined;
    },
    fire(tx, parts, now) {
      const silence = tuningOf(parts.state.settings).closeSilentAfter * 1000;
      const heardAt = lastWord(parts.log, tx.id, now - silence);
      if (heardAt !== undefined) return doubt(parts, tx, { heardAt }, now);
      const detail = `nothing was heard of transaction ${tx.ocppTransactionId} for ${silence / 1000} s, though it was connected`;
      close(parts, tx, now, "silence", finding("session_silent", detail));
    },
  },

  refusedAt: {
    due: ({ doubt }, { session }) =>
      doubt?.refusedAt == null || session.current() === undefined ? undefined : doubt.refusedAt + GRACE_MS,
    fire(tx, parts, now) {
      doubt(parts, tx, { refusedAt: null }, now);
      const detail = `transaction ${tx.ocppTransactionId} goes on though its token is ${tx.authorization ?? "not accepted"}`;
      parts.journal.event(now, { event: "session_unauthorized", id: tx.id }, [finding("session_unauthorized", detail)]);
      const version = parts.session.current()?.connection.version;
      if (version === undefined || !isToBeStopped(parts.state, version)) return;
      const { action, payload } = versionRow(version).stop(tx.ocppTransactionId);
      const request = { action, payload, offline: "fail", requestedBy: "session-unauthorized" } as const;
      const prepared = prepareCommand(request, version, version, now);
      if (prepared.ok) parts.calls.submit(prepared.value, now);
    },
  },
};

export const doubts = (parts: DoubtParts): Deadline => ({
  name: "doubts",
  due() {
    const times = parts.state.transactions
      .open()
      .flatMap((tx) => Object.values(DOUBTS).map((row) => row.due(tx, parts) ?? Infinity));
    const earliest = Math.min(...times);
    return Number.isFinite(earliest) ? earliest : undefined;
  },
  fire(now) {
    for (const row of Object.values(DOUBTS)) {
      for (const tx of parts.state.transactions.open())
        if ((row.due(tx, parts) ?? Infinity) <= now) row.fire(tx, parts, now);
    }
  },
});

function isToBeStopped(state: State, version: Parameters<typeof versionRow>[0]): boolean {
  const { stopUnauthorized } = tuningOf(state.settings);
  if (stopUnauthorized !== "asConfigured") return stopUnauthorized === "always";
  return state.setting(versionRow(version).settings.stopsInvalid)?.toLowerCase() === "true";
}

function doubt({ journal }: DoubtParts, { id }: KnownTransaction, doubt: Doubt, now: number): void {
  journal.event(now, { event: "session_looked_after", id, ...doubt }, [{ kind: "transactionDoubted", id, doubt }]);
}

function close(parts: DoubtParts, tx: KnownTransaction, stoppedAt: number, closedBy: string, found: Fact): void {
  const meterStop = lastMeter(parts, tx.id) ?? tx.meterStart;
  const stop: TransactionStop = { id: tx.id, stoppedAt, meterStop, closedBy };
  parts.journal.event(Date.now(), { event: "session_closed", ...stop }, [{ kind: "transactionStopped", stop }, found]);
}

/** When the newest frame of a transaction came; undefined: before `since`. */
function lastWord(log: Log, transactionId: string, since: number): number | undefined {
  for (let before = log.nextSeq; ; ) {
    const rows = log.before(before, SCAN_ROWS);
    for (const { seq, at, direction, facts } of rows) {
      if (at <= since) return undefined;
      if (direction === "in" && facts.some((fact) => transactionOf(fact) === transactionId)) return at;
      before = seq;
    }
    if (rows.length < SCAN_ROWS) return undefined;
  }
}
