// Variable monitoring and events, OCPP 2.0.1 part 2, block N, use cases N02 to N08.
import { readMonitor, readMonitoringData, readName } from "../device-model.ts";
import { type Effects, effect, type Handlers } from "../handler.ts";
import { integer, list, record } from "../read.ts";
import { repetitionOfEvent } from "../repetition.ts";
import { partOf, reportRequested } from "../reporting.ts";

export const monitoring: Handlers = {
  // Its parts are events of their own: each is kept as it comes, and none waits for the others.
  NotifyEvent: {
    summary: "every event is kept and listed",
    tolerance: "any",
    repetition: ({ generatedAt }, receivedAt) => repetitionOfEvent(generatedAt, receivedAt),
    handle: () => ({ response: {}, facts: [{ kind: "events" }] }),
  },

  NotifyMonitoringReport: {
    summary: "its parts, in any order, become the monitors of the device model; a complete full one removes the others",
    tolerance: "any",
    handle: (_station, payload) => ({
      response: {},
      facts: [{ kind: "variables", variables: readMonitoringData(payload.monitor) }, partOf("monitors", payload)],
    }),
  },
};

export const monitoringEffects: Effects = {
  GetMonitoringReport: reportRequested("monitors", {
    full: ({ componentVariable, monitoringCriteria }) =>
      list(componentVariable).length + list(monitoringCriteria).length === 0,
  }),

  // The charger gives each monitor its id: the answer has one result per monitor that was asked for, in that order.
  SetVariableMonitoring: effect(
    "the monitors that it took over become part of the device model",
    (request, response) => {
      const asked = list(request.setMonitoringData).map(record);
      const variables = list(response.setMonitoringResult).flatMap((sent, index) => {
        const result = record(sent);
        const name = readName(result);
        if (result.status !== "Accepted" || name === undefined) return [];
        return [{ ...name, monitors: readMonitor({ ...asked[index], ...result }) }];
      });
      return variables.length === 0 ? [] : [{ kind: "variables", variables }];
    },
  ),

  ClearVariableMonitoring: effect("the monitors that are gone leave the device model", (_request, response) => {
    const ids = list(response.clearMonitoringResult).flatMap((sent) => {
      const { status, id } = record(sent);
      return status === "Accepted" || status === "NotFound" ? (integer(id) ?? []) : [];
    });
    return ids.length === 0 ? [] : [{ kind: "monitorsCleared", ids }];
  }),

  // FactoryDefault and HardWiredOnly end every monitor that was set; All brings back what the charger came with. Which
  // ones are left only a monitoring report can tell.
  SetMonitoringBase: effect(
    "if accepted, all known monitors are forgotten until the next report",
    (_request, response) => (response.status === "Accepted" ? [{ kind: "monitorsCleared", ids: "all" }] : []),
  ),
};
