// Control of distributed energy resources, OCPP 2.1 part 2, block R.
import type { Fact } from "../facts/fact.ts";
import { type Effects, effect, finding, type Handlers } from "../handler.ts";
import { type Drop, drop, hold } from "../held.ts";
import { noticed } from "../notices.ts";
import { integer, list, type Payload, record, text } from "../read.ts";

/** The lists of a report and the type of the controls in them; a curve tells its own. */
const REPORTED: Readonly<Record<string, string | undefined>> = {
  curve: undefined,
  enterService: "EnterService",
  fixedPFAbsorb: "FixedPFAbsorb",
  fixedPFInject: "FixedPFInject",
  fixedVar: "FixedVar",
  freqDroop: "FreqDroop",
  gradient: "Gradients",
  limitMaxDischarge: "LimitMaxDischarge",
};

export const derControl: Handlers = {
  ReportDERControl: {
    tolerance: "values",
    summary: "the reported controls are kept under /api/charge-points/{id}/der-controls; a complete report replaces",
    handle(station, payload) {
      const controls = Object.keys(REPORTED).flatMap((member) =>
        list(payload[member]).flatMap((control) => reported(member, record(control))),
      );
      if (payload.tbc === true) return { response: {}, facts: controls };
      const asked = station.asked("GetDERControl", integer(payload.requestId));
      const rest = asked
        ? drop({ ...asFor(asked.payload), before: asked.sentAt })
        : finding("unasked_report", `ReportDERControl for request ${text(payload.requestId)}`);
      return { response: {}, facts: [...controls, rest] };
    },
  },

  NotifyDERAlarm: {
    tolerance: "values",
    summary: "an alarm stays under /api/charge-points/{id}/der-alarms until the charger says that it ended",
    handle(_station, payload) {
      const controlType = text(payload.controlType) ?? "";
      const gridEventFault = text(payload.gridEventFault);
      const alarm: Fact =
        payload.alarmEnded === true
          ? drop({
              kind: "derAlarm",
              match: { controlType, ...(gridEventFault === undefined ? {} : { gridEventFault }) },
            })
          : hold({ kind: "derAlarm", key: `${controlType}/${gridEventFault ?? ""}`, evseId: 0, data: payload });
      return { response: {}, facts: [alarm, noticed("NotifyDERAlarm")] };
    },
  },

  NotifyDERStartStop: {
    tolerance: "values",
    summary: "whether a control is at work is shown under /api/charge-points/{id}/der-controls",
    handle(_station, payload) {
      const started = payload.started === true;
      const controlId = text(payload.controlId) ?? "";
      const own = change(controlId, { started, [started ? "startedAt" : "stoppedAt"]: payload.timestamp });
      return {
        response: {},
        facts: [own, ...superseded(payload.supersededIds, started), noticed("NotifyDERStartStop")],
      };
    },
  },
};

export const derControlEffects: Effects = {
  SetDERControl: effect(
    "an accepted control is kept under /api/charge-points/{id}/der-controls",
    (request, response) => {
      const controlId = text(request.controlId);
      if (response.status !== "Accepted" || controlId === undefined) return [];
      const { customData: _, ...control } = request;
      return [
        hold({ kind: "derControl", key: controlId, evseId: 0, data: { ...control, isSuperseded: false } }),
        ...superseded(response.supersededIds, true),
      ];
    },
  ),

  // NotFound: the charger has none that fits, so whatever we believed is gone as well.
  ClearDERControl: effect("the cleared controls leave /api/charge-points/{id}/der-controls", (request, { status }) =>
    status === "Accepted" || status === "NotFound" ? [drop(asFor(request))] : [],
  ),

  GetDERControl: effect("the controls come as ReportDERControl; if there are none, ours go", (request, { status }) =>
    status === "NotFound" ? [drop(asFor(request))] : [],
  ),
};

const change = (controlId: string, data: Payload): Fact =>
  hold({ kind: "derControl", key: controlId, evseId: 0, data: { controlId, ...data }, merge: true });

const superseded = (ids: unknown, isSuperseded: boolean): Fact[] =>
  list(ids).flatMap((id) => {
    const controlId = text(id);
    return controlId === undefined ? [] : [change(controlId, { isSuperseded })];
  });

function reported(member: string, { id, curveType, ...control }: Payload): Fact[] {
  const controlId = text(id);
  if (controlId === undefined) return [];
  const controlType = REPORTED[member] ?? text(curveType);
  // Entering service and gradients exist as defaults only, so their reports do not say it.
  return [change(controlId, { controlType, isDefault: true, isSuperseded: false, ...control })];
}

function asFor({ controlId, controlType, isDefault }: Payload): Drop {
  const id = text(controlId);
  const type = text(controlType);
  return {
    kind: "derControl",
    keys: id === undefined ? undefined : [id],
    match: {
      ...(typeof isDefault === "boolean" ? { isDefault } : {}),
      ...(type === undefined ? {} : { controlType: type }),
    },
  };
}
