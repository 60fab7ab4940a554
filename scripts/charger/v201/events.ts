/** NotifyEvent: something about the machine is worth telling. One event a message, numbered over the charger's life. */
import { type Context, tell } from "./context.ts";
import type { v201 } from "./messages.ts";
import { iso } from "./types.ts";

export interface MachineEvent {
  component: v201.ComponentType;
  variable: v201.VariableType;
  value: string;
  trigger: v201.EventTriggerEnumType;
  severity: number;
  techCode?: string | undefined;
  cleared?: boolean;
  monitorId?: number;
}

export interface Events {
  notify(event: MachineEvent): Promise<void>;
}

export function createEvents(context: Context): Events {
  let lastId = 0;
  return {
    async notify({ component, variable, value, trigger, severity, techCode, cleared, monitorId }) {
      const now = iso(context.timers.now());
      lastId += 1;
      const event: v201.EventDataType = {
        eventId: lastId,
        timestamp: now,
        trigger,
        actualValue: value.slice(0, 2500),
        component,
        variable,
        eventNotificationType: monitorId === undefined ? "HardWiredNotification" : "CustomMonitor",
        ...(techCode && { techCode: techCode.slice(0, 50) }),
        ...(cleared && { cleared }),
        ...(monitorId !== undefined && { variableMonitoringId: monitorId }),
        ...context.dialect.eventInfo(severity),
      };
      await tell(context, "NotifyEvent", { generatedAt: now, seqNo: 0, eventData: [event] });
    },
  };
}
