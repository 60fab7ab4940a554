/** Variable monitoring: SetVariableMonitoring and its kin. What a monitor notices is worked out in monitor.ts. */
import { CommandFault } from "../errors.ts";
import { type Context, tell } from "./context.ts";
import { isMonitorable, matches } from "./device-model.ts";
import type { Events } from "./events.ts";
import type { Handlers, v21, v201 } from "./messages.ts";
import { type Monitor, Monitors } from "./monitor.ts";
import { iso, parts } from "./types.ts";

const REPORT_MONITORS = 5;
const MIN_SEVERITY = 9;

/** 2.1 sends what some monitors measure as a stream, not as events. */
export interface StreamSink {
  opened(monitor: Monitor, params: v21.PeriodicEventStreamParamsType): void;
  closed(monitorId: number): void;
  /** False: no stream of this monitor, so it is an event. */
  sample(monitorId: number, value: string): boolean;
}

export interface Monitoring {
  handlers: Handlers;
  watch(): void;
}

const KINDS: Record<v201.MonitoringCriterionEnumType, readonly string[]> = {
  ThresholdMonitoring: ["UpperThreshold", "LowerThreshold"],
  DeltaMonitoring: ["Delta", "TargetDelta", "TargetDeltaRelative"],
  PeriodicMonitoring: ["Periodic", "PeriodicClockAligned"],
};

export function createMonitoring(context: Context, events: Events, sink?: StreamSink): Monitoring {
  const { model, timers, dialect } = context;
  let level = MIN_SEVERITY;

  const monitors = new Monitors(timers, ({ monitor, value, trigger, cleared }) => {
    if (sink?.sample(monitor.id, value) || !model.flag("MonitoringCtrlr.Enabled") || monitor.severity > level) return;
    const { component, variable } = monitor.row;
    const { severity, id: monitorId } = monitor;
    void events.notify({ component, variable, value, trigger, severity, cleared, monitorId });
  });

  function limitItems(kind: string, count: number): void {
    const most = model.number(`MonitoringCtrlr.ItemsPerMessage/${kind}`);
    if (count > most) throw new CommandFault("missing", `${count} items; ItemsPerMessage allows ${most}`);
  }

  function set(wanted: v21.SetMonitoringDataType): v201.SetMonitoringResultType {
    const { id, component, variable, type, severity, value, transaction = false, periodicEventStream } = wanted;
    // The schema of 2.0.1 lets these two not through.
    if (type === "TargetDelta" || type === "TargetDeltaRelative")
      return { component, variable, type: "Delta", severity, status: "UnsupportedMonitorType" };
    const echo = { component, variable, type, severity };
    const look = model.find({ component, variable });
    if (!look.ok) {
      const status = look.status === "UnknownComponent" ? look.status : "UnknownVariable";
      return { ...echo, status };
    }
    if (!isMonitorable(look.row)) return { ...echo, status: "UnsupportedMonitorType" };
    if (value < 0 && type !== "LowerThreshold" && type !== "UpperThreshold") return { ...echo, status: "Rejected" };
    if (id !== undefined && !monitors.find(id)) return { ...echo, status: "Rejected" };
    if (monitors.isDuplicate(look.row, type, severity, id)) return { ...echo, status: "Duplicate" };
    const monitor = monitors.set({ id, row: look.row, type, severity, value, transaction });
    if (periodicEventStream) sink?.opened(monitor, periodicEventStream);
    return { ...echo, id: monitor.id, status: "Accepted" };
  }

  async function report(requestId: number, found: readonly Monitor[]): Promise<void> {
    const generatedAt = iso(timers.now());
    const monitor = found.map(({ id, row: { component, variable }, transaction, value, type, severity }) => ({
      component,
      variable,
      variableMonitoring: [{ id, transaction, value, type, severity, ...dialect.monitorInfo }],
    }));
    for (const { items, seqNo, tbc } of parts(monitor, REPORT_MONITORS))
      await tell(context, "NotifyMonitoringReport", { requestId, generatedAt, seqNo, tbc, monitor: items });
  }

  return {
    watch: () => monitors.look(),
    handlers: {
      SetVariableMonitoring({ setMonitoringData }) {
        limitItems("SetVariableMonitoring", setMonitoringData.length);
        return { response: { setMonitoringResult: setMonitoringData.map(set) } };
      },
      ClearVariableMonitoring({ id: ids }) {
        limitItems("ClearVariableMonitoring", ids.length);
        const clearMonitoringResult = ids.map((id): v201.ClearMonitoringResultType => {
          const found = monitors.clear(id);
          if (found) sink?.closed(id);
          return { id, status: found ? "Accepted" : "NotFound" };
        });
        return { response: { clearMonitoringResult } };
      },
      GetMonitoringReport({ requestId, monitoringCriteria, componentVariable }) {
        const found = monitors.all.filter(
          ({ type, row }) =>
            (monitoringCriteria?.some((criterion) => KINDS[criterion].includes(type)) ?? true) &&
            (componentVariable?.some((wanted) => matches(row, wanted)) ?? true),
        );
        if (found.length === 0) return { response: { status: "EmptyResultSet" } };
        return { response: { status: "Accepted" }, after: () => void report(requestId, found) };
      },
      SetMonitoringLevel({ severity }) {
        if (severity < 0 || severity > MIN_SEVERITY) return { response: { status: "Rejected" } };
        level = severity;
        model.set("MonitoringCtrlr.ActiveMonitoringLevel", String(severity));
        return { response: { status: "Accepted" } };
      },
      SetMonitoringBase({ monitoringBase }) {
        // All monitors are custom ones: every base but All is a clean slate.
        const dropped = monitoringBase === "All" ? [] : monitors.all;
        for (const { id } of dropped) {
          monitors.clear(id);
          sink?.closed(id);
        }
        model.set("MonitoringCtrlr.ActiveMonitoringBase", monitoringBase);
        return { response: { status: "Accepted" } };
      },
    },
  };
}
