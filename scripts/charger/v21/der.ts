/** DER control: settings of the grid operator, kept and reported; the one that a bare charger can obey is obeyed. */
import { type Context, tell21 } from "../v201/context.ts";
import type { Handlers21, v21 } from "../v201/messages.ts";
import { at, iso, parts } from "../v201/types.ts";

type Control = v21.SetDERControlRequest;
type Report = Omit<v21.ReportDERControlRequest, "requestId" | "tbc">;

interface Kept {
  control: Control;
  isSuperseded: boolean;
  cancel(): void;
}

/** Curves and power factors need an inverter that shapes its voltage; a charger has none to simulate. */
const SUPPORTED: readonly v21.DERControlEnumType[] = ["LimitMaxDischarge"];
const REPORT_CONTROLS = 1;

export function derHandlers(context: Context): Handlers21 {
  const { station, timers } = context;
  const kept = new Map<string, Kept>();

  /** A default holds while nothing scheduled runs; among equals the smallest priority number wins. */
  function obey(): void {
    const now = timers.now();
    const [winner] = [...kept.values()]
      .filter(({ control, isSuperseded }) => !isSuperseded && isRunning(control, now))
      .sort((a, b) => Number(a.control.isDefault) - Number(b.control.isDefault));
    const percent = winner?.control.limitMaxDischarge?.pctMaxDischargePower;
    station.change(() => {
      station.maxDischargeW = percent === undefined ? Infinity : (station.powerW * percent) / 100;
    });
  }

  async function tellStart(controlId: string, started: boolean, supersededIds: readonly string[]): Promise<void> {
    obey();
    await tell21(context, "NotifyDERStartStop", {
      controlId,
      started,
      timestamp: iso(timers.now()),
      ...(supersededIds.length > 0 && { supersededIds: [...supersededIds] }),
    });
  }

  /** A scheduled control begins and ends by itself, and says so. */
  function watch({ controlId, limitMaxDischarge }: Control, supersededIds: readonly string[]): () => void {
    const { startTime, duration } = limitMaxDischarge ?? {};
    const start = at(startTime);
    if (start === undefined) return () => {};
    const now = timers.now();
    const cancelStart = timers.after(Math.max(0, start - now), () => void tellStart(controlId, true, supersededIds));
    const endMs = duration === undefined ? Infinity : start + duration * 1000 - now;
    const cancelEnd = timers.after(endMs, () => void tellStart(controlId, false, []));
    return () => {
      cancelStart();
      cancelEnd();
    };
  }

  function set(control: Control): string[] {
    kept.get(control.controlId)?.cancel();
    kept.delete(control.controlId);
    const superseded = [...kept.values()].filter(
      (other) => other.control.isDefault === control.isDefault && priority(other.control) >= priority(control),
    );
    for (const other of superseded) other.isSuperseded = true;
    const supersededIds = superseded.map((other) => other.control.controlId);
    kept.set(control.controlId, { control, isSuperseded: false, cancel: watch(control, supersededIds) });
    return supersededIds;
  }

  const find = (isDefault: boolean | undefined, type: v21.DERControlEnumType | undefined, id: string | undefined) =>
    [...kept.values()].filter(
      ({ control }) =>
        (isDefault === undefined || control.isDefault === isDefault) &&
        (type === undefined || control.controlType === type) &&
        (id === undefined || control.controlId === id),
    );

  async function report(requestId: number, found: readonly Kept[]): Promise<void> {
    for (const { items, tbc } of parts(found, REPORT_CONTROLS))
      await tell21(context, "ReportDERControl", { requestId, tbc, ...describe(items) });
  }

  const isKnown = (type: v21.DERControlEnumType | undefined) => type === undefined || SUPPORTED.includes(type);

  return {
    SetDERControl(control) {
      if (!isKnown(control.controlType)) return { response: { status: "NotSupported" } };
      if (!control.limitMaxDischarge) return { response: { status: "Rejected" } };
      const supersededIds = set(control);
      return {
        response: { status: "Accepted", ...(supersededIds.length > 0 && { supersededIds }) },
        after: obey,
      };
    },
    GetDERControl({ requestId, isDefault, controlType, controlId }) {
      if (!isKnown(controlType)) return { response: { status: "NotSupported" } };
      const found = find(isDefault, controlType, controlId);
      if (found.length === 0) return { response: { status: "NotFound" } };
      return { response: { status: "Accepted" }, after: () => void report(requestId, found) };
    },
    ClearDERControl({ isDefault, controlType, controlId }) {
      if (!isKnown(controlType)) return { response: { status: "NotSupported" } };
      const found = find(isDefault, controlType, controlId);
      if (found.length === 0) return { response: { status: "NotFound" } };
      for (const { control, cancel } of found) {
        cancel();
        kept.delete(control.controlId);
      }
      return { response: { status: "Accepted" }, after: obey };
    },
  };
}

const priority = ({ limitMaxDischarge }: Control): number => limitMaxDischarge?.priority ?? 0;

function isRunning({ isDefault, limitMaxDischarge }: Control, now: number): boolean {
  const { startTime, duration = Infinity } = limitMaxDischarge ?? {};
  const start = at(startTime) ?? 0;
  return isDefault || (start <= now && now < start + duration * 1000);
}

function describe(kept: readonly Kept[]): Report {
  return {
    limitMaxDischarge: kept.flatMap(({ control, isSuperseded }) => {
      const { controlId: id, isDefault, limitMaxDischarge } = control;
      return limitMaxDischarge ? [{ id, isDefault, isSuperseded, limitMaxDischarge }] : [];
    }),
  };
}
