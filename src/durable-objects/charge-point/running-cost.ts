// What a session costs so far, told to its charger, which shows it to the driver. Source: OCPP 2.0.1 part 2, I02.
// In D1 none of it is kept: a row a minute and session would soon be most of what it holds.
// Nothing is remembered for it: what was told last, and whether the charger can use it, is seen in the last commands.
import type { PricedPlace } from "../../billing/final-cost.ts";
import { logFailure } from "../../log.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { FinishedSession, KnownTransaction } from "../../ocpp/handler.ts";
import { readMeterValues } from "../../ocpp/metering.ts";
import { record } from "../../ocpp/read.ts";
import { RUNNING_COST } from "../../ocpp/v201/tariffs.ts";
import { versionRow } from "../../ocpp/versions.ts";
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import { type Commands, isFinal } from "./commands.ts";
import type { Log } from "./log.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";
import { type StationParts, StationView } from "./station.ts";

const ACTION = "CostUpdated";
/** All of a session's log is read for its cost: the longer that is, the rarer it is told. */
const ROWS_PER_INTERVAL = 2000;
const SHOWS_COST = { component: "TariffCostCtrlr", variable: "Enabled", variableInstance: "Cost" };

export interface RunningCostParts {
  state: State;
  log: Log;
  session: Session;
  commands: Commands;
  calls: Calls;
  /** Between two of them, at least; 0: none is told. */
  intervalMs: number;
  /** Undefined: nothing is charged. Never throws. */
  priced(ocppTransactionId: string): Promise<PricedPlace | undefined>;
  /** What its sum is made of: as of this moment. */
  frame(): StationParts;
  keepAlive(work: Promise<unknown>): void;
}

export class RunningCost {
  readonly #parts: RunningCostParts;
  /** Transaction id -> when it was looked at last. After a sleep it is looked at again: the commands know the rest. */
  readonly #lookedAt = new Map<string, number>();

  constructor(parts: RunningCostParts) {
    this.#parts = parts;
  }

  /** Facts that are durable. */
  noted(facts: readonly Fact[], now: number): void {
    const { intervalMs, session, keepAlive } = this.#parts;
    if (intervalMs === 0) return;
    for (const fact of facts) {
      if (fact.kind === "transactionStopped") this.#lookedAt.delete(fact.stop.id);
      if (fact.kind !== "meterValues" || fact.transactionId === "") continue;
      const version = session.current()?.connection.version;
      if (version === undefined || versionRow(version).messages[ACTION] === undefined) return;
      if (now - (this.#lookedAt.get(fact.transactionId) ?? 0) < intervalMs) continue;
      this.#lookedAt.set(fact.transactionId, now);
      keepAlive(this.#tell(fact.transactionId, now));
    }
  }

  /** Never throws: what the driver is shown meanwhile must not stand in the way of the session. */
  async #tell(id: string, now: number): Promise<void> {
    const { state, session, calls, priced, frame } = this.#parts;
    try {
      const begun = state.transactions.byId(id);
      if (begun === undefined || !this.#isDue(begun, now)) return;
      const place = await priced(begun.ocppTransactionId);
      // Meanwhile it may have ended, and the charger may be gone.
      const transaction = state.transactions.byId(id);
      const version = session.current()?.connection.version;
      if (place === undefined || transaction === undefined || transaction.stop !== undefined) return;
      if (version === undefined || state.settings?.registration !== "accepted") return;
      const { ocppTransactionId: transactionId } = transaction;
      const station = new StationView(frame(), versionRow(version), new Map(), now, { place });
      const totalCost = station.finalCost(() => soFar(station, transaction));
      if (totalCost === this.#toldLast(transactionId)?.payload.totalCost) return;
      const request = { action: ACTION, payload: { totalCost, transactionId }, offline: "fail" } as const;
      const prepared = prepareCommand({ ...request, requestedBy: RUNNING_COST }, version, version, Date.now());
      if (prepared.ok) calls.submit({ ...prepared.value, isUnlisted: true }, Date.now());
      else logFailure({ event: "running_cost_refused", transactionId: id, error: prepared.error });
    } catch (error) {
      logFailure({ event: "running_cost_failed", transactionId: id, detail: String(error) });
    }
  }

  #isDue({ ocppTransactionId, stop, firstSeq }: KnownTransaction & { firstSeq: number }, now: number): boolean {
    const { state, log, commands, intervalMs } = this.#parts;
    if (stop !== undefined || state.setting(SHOWS_COST)?.toLowerCase() === "false") return false;
    // A charger that does not know the message would refuse it each time.
    if (commands.all().some(({ action, status }) => action === ACTION && status === "error")) return false;
    const last = this.#toldLast(ocppTransactionId);
    const rarity = Math.max(1, (log.nextSeq - firstSeq) / ROWS_PER_INTERVAL);
    return last === undefined || (isFinal(last.command) && now - last.command.createdAt >= intervalMs * rarity);
  }

  #toldLast(ocppTransactionId: string) {
    return this.#parts.commands
      .all()
      .filter(({ action }) => action === ACTION)
      .map((command) => ({ command, payload: record(JSON.parse(command.payload)) }))
      .findLast(({ payload }) => payload.transactionId === ocppTransactionId);
  }
}

/** Up to its newest reading, by the charger's clock. */
function soFar(station: StationView, { id, startedAt, meterStart, reservationId }: KnownTransaction): FinishedSession {
  const values = station.eventsOf(id).flatMap(({ payload, receivedAt }) => readMeterValues(payload, receivedAt));
  const stoppedAt = values.reduce((newest, { sampledAt }) => Math.max(newest, Date.parse(sampledAt)), startedAt);
  return { startedAt, stoppedAt, meterStart, values, reservationId };
}
