// The events of a NotifyEvent, made uniform. Pure and total: what is usable is kept.
// Source: OCPP 2.0.1 part 2, block N, EventDataType.
import { type ComponentName, readName, type VariableName } from "./device-model.ts";
import { instant, integer, list, type Payload, record, text } from "./read.ts";

export interface StationEvent extends ComponentName, VariableName {
  eventId: number | undefined;
  /** Epoch milliseconds: the charger's claim, or the receipt where that is insane. */
  at: number;
  trigger: string | undefined;
  eventNotificationType: string | undefined;
  actualValue: string | undefined;
  /** Whether what was wrong is well again. */
  cleared: boolean;
  /** 2.1 sends it; 0 is the worst. */
  severity: number | undefined;
  cause: number | undefined;
  techCode: string | undefined;
  techInfo: string | undefined;
  ocppTransactionId: string | undefined;
  variableMonitoringId: number | undefined;
}

/** In the order sent. */
export const readEvents = (payload: Payload, receivedAt: number): StationEvent[] =>
  list(payload.eventData).flatMap((sent) => {
    const entry = record(sent);
    const name = readName(entry);
    if (name === undefined) return [];
    return [
      {
        ...name,
        eventId: integer(entry.eventId),
        at: instant(entry.timestamp, receivedAt).at,
        trigger: text(entry.trigger),
        eventNotificationType: text(entry.eventNotificationType),
        actualValue: text(entry.actualValue),
        cleared: entry.cleared === true,
        severity: integer(entry.severity),
        cause: integer(entry.cause),
        techCode: text(entry.techCode),
        techInfo: text(entry.techInfo),
        ocppTransactionId: text(entry.transactionId),
        variableMonitoringId: integer(entry.variableMonitoringId),
      },
    ];
  });
