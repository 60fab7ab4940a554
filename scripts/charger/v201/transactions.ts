/** A transaction as 2.x tells it: which events, when and why. How they are written is in event-series.ts. */
import { randomUUID } from "node:crypto";
import type { StopReason, Transaction } from "../connector.ts";
import type { Verdict } from "../driver.ts";
import type { Authorization } from "./authorization.ts";
import { type Context, tell } from "./context.ts";
import { createEventSeries, type EventFields, type Series } from "./event-series.ts";
import type { v21, v201 } from "./messages.ts";
import { measure } from "./metering.ts";
import { createSampling } from "./sampling.ts";
import { evseOf, toIdToken } from "./types.ts";

export interface Transactions {
  started(transaction: Transaction): Promise<Verdict | undefined>;
  stopped(transaction: Transaction): Promise<void>;
  /** Looks whether a transaction's state, mode or power is another than was told. */
  watch(): void;
  update(connectorId: number, triggerReason: v21.TriggerReasonEnumType, more?: EventFields): Promise<void>;
  sendMeterValues(connectorId: number): Promise<void>;
  watchClock(): void;
  isOngoing(id: string): boolean;
  /** Whether a message of the transaction, or of any, waits for its answer. */
  isUnsent(id?: string): boolean;
}

interface Running extends Series {
  limitW: number;
  mode: string | undefined;
  kept: v201.MeterValueType[];
  cancelSampling(): void;
}

const STARTS = { token: "Authorized", cable: "CablePluggedIn", remote: "RemoteStart" } as const;

const ENDS: Record<StopReason, [v201.TriggerReasonEnumType, v201.ReasonEnumType]> = {
  Local: ["StopAuthorized", "Local"],
  Remote: ["RemoteStop", "Remote"],
  EVDisconnected: ["EVCommunicationLost", "EVDisconnected"],
  SoftReset: ["ResetCommand", "ImmediateReset"],
  HardReset: ["ResetCommand", "ImmediateReset"],
  Reboot: ["AbnormalCondition", "Reboot"],
  UnlockCommand: ["UnlockCommand", "Other"],
  DeAuthorized: ["Deauthorized", "DeAuthorized"],
  Other: ["AbnormalCondition", "Other"],
};

export function createTransactions(context: Context, authorization: Authorization): Transactions {
  const { station, timers, dialect, link } = context;
  const running = new Map<Transaction, Running>();
  const { emit, isUnsent } = createEventSeries(context);

  const meterValues = (id: number, variable: string, when: v201.ReadingContextEnumType) => {
    const meterValue = measure(context, id, variable, when);
    return meterValue.length > 0 ? { meterValue } : {};
  };

  const sampling = createSampling(context, {
    periodic: (transaction) => {
      const fields = meterValues(transaction.connectorId, "SampledDataCtrlr.TxUpdatedMeasurands", "Sample.Periodic");
      const entry = running.get(transaction);
      if (entry && fields.meterValue) void emit(entry, "Updated", "MeterValuePeriodic", fields);
    },
    kept(transaction) {
      const { connectorId } = transaction;
      const values = measure(context, connectorId, "SampledDataCtrlr.TxEndedMeasurands", "Sample.Periodic");
      running.get(transaction)?.kept.push(...values);
    },
    aligned(connectorId) {
      const fields = meterValues(connectorId, "AlignedDataCtrlr.Measurands", "Sample.Clock");
      if (!fields.meterValue) return;
      const entry = at(connectorId);
      if (entry) void emit(entry, "Updated", "MeterValueClock", fields);
      else void tell(context, "MeterValues", { evseId: connectorId, meterValue: fields.meterValue });
    },
  });

  function at(connectorId: number): Running | undefined {
    const transaction = station.find(connectorId)?.transaction;
    return transaction && running.get(transaction);
  }

  async function started(transaction: Transaction): Promise<Verdict | undefined> {
    const { connectorId, idToken, reservationId, remoteStartId, startedBy } = transaction;
    const id = randomUUID();
    transaction.id = id;
    const entry: Running = {
      transaction,
      id,
      seqNo: 0,
      state: "EVConnected",
      limitW: station.limit(connectorId, timers.now()).watts,
      mode: undefined,
      kept: measure(context, connectorId, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.Begin"),
      cancelSampling: sampling.begin(transaction),
    };
    running.set(transaction, entry);
    const answer = await emit(entry, "Started", STARTS[startedBy], {
      ...meterValues(connectorId, "SampledDataCtrlr.TxStartedMeasurands", "Transaction.Begin"),
      evse: evseOf(connectorId),
      idToken: toIdToken(dialect, idToken),
      numberOfPhasesUsed: station.phases,
      ...(reservationId !== undefined && { reservationId }),
      ...(remoteStartId !== undefined && { info: { remoteStartId } }),
    });
    return answer?.idTokenInfo && authorization.learn(idToken, answer.idTokenInfo);
  }

  async function stopped(transaction: Transaction): Promise<void> {
    const { ended, connectorId } = transaction;
    const entry = running.get(transaction);
    if (!ended || !entry) return;
    running.delete(transaction);
    entry.cancelSampling();
    const connector = station.connector(connectorId);
    const [triggerReason, usual] = ENDS[ended.reason];
    const stoppedReason = connector.faultCode === "GroundFailure" ? "GroundFault" : usual;
    const last = measure(context, connectorId, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.End");
    const meterValue = [...entry.kept, ...last];
    entry.state = connector.plugged ? "EVConnected" : "Idle";
    await emit(entry, "Ended", triggerReason, {
      ...(meterValue.length > 0 && { meterValue }),
      // Only who presented a token to stop is named.
      ...(ended.reason === "Local" && { idToken: toIdToken(dialect, ended.idToken ?? transaction.idToken) }),
      info: { stoppedReason },
    });
  }

  function watch(): void {
    const now = timers.now();
    for (const entry of running.values()) {
      const { connectorId } = entry.transaction;
      const { watts, mode } = station.limit(connectorId, now);
      const status = station.status(connectorId);
      const state =
        status === "SuspendedEV" || status === "SuspendedEVSE" || status === "Charging" ? status : entry.state;
      const change = describeChange(entry, state, watts, mode);
      Object.assign(entry, { state, limitW: watts, mode });
      if (change) void emit(entry, "Updated", change);
    }
  }

  return {
    started,
    stopped,
    watch,
    watchClock: sampling.watchClock,
    isOngoing: (id) => [...running.values()].some((entry) => entry.id === id),
    isUnsent,
    async update(connectorId, triggerReason, more) {
      const entry = at(connectorId);
      if (entry) await Promise.race([emit(entry, "Updated", triggerReason, more), link.whenOffline()]);
    },
    async sendMeterValues(connectorId) {
      const fields = meterValues(connectorId, "SampledDataCtrlr.TxUpdatedMeasurands", "Trigger");
      const entry = at(connectorId);
      if (entry) await Promise.race([emit(entry, "Updated", "Trigger", fields), link.whenOffline()]);
      else if (fields.meterValue)
        await tell(context, "MeterValues", { evseId: connectorId, meterValue: fields.meterValue });
    },
  };
}

/** One event tells of everything that changed together; the weightiest change names it. */
function describeChange(
  told: Running,
  state: string,
  limitW: number,
  mode: string | undefined,
): v21.TriggerReasonEnumType | undefined {
  if (state !== told.state) return "ChargingStateChanged";
  if (mode !== told.mode) return "OperationModeChanged";
  return limitW === told.limitW ? undefined : "ChargingRateChanged";
}
