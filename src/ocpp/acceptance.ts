// What a charger may say, and be told, before it is accepted. OCPP 1.6 lets it say anything; from 2.0.1 on the rest is a
// SecurityError. Source: OCPP 1.6 section 4.2; OCPP 2.0.1 part 2, B02 and B03. What may have been asked for while it is
// pending counts as asked for.
import type { Registration } from "./facts/fact.ts";

/** Registration -> the actions that are served; absent: all of them. */
export type Acceptance = Readonly<Partial<Record<Registration, ReadonlySet<string>>>>;

export const ANYTHING: Acceptance = {};

export const ONLY_WHAT_IS_ASKED: Acceptance = {
  rejected: new Set(["BootNotification"]),
  pending: new Set([
    "BootNotification",
    "Heartbeat",
    "StatusNotification",
    "NotifyReport",
    "NotifyMonitoringReport",
    "NotifyCustomerInformation",
    "FirmwareStatusNotification",
    "LogStatusNotification",
    "PublishFirmwareStatusNotification",
    "SignCertificate",
  ]),
};

const STARTS_AND_STOPS: ReadonlySet<string> = new Set([
  "RemoteStartTransaction",
  "RemoteStopTransaction",
  "RequestStartTransaction",
  "RequestStopTransaction",
]);
const TRIGGERS: ReadonlySet<string> = new Set(["TriggerMessage", "ExtendedTriggerMessage"]);

/** Why we must not ask this of it, under the names of every version; undefined: we may. */
export function unaskable(registration: Registration, action: string): string | undefined {
  if (registration === "rejected" && !TRIGGERS.has(action))
    return "the charge point is rejected: it may only be asked to boot again, by TriggerMessage";
  if (registration === "pending" && STARTS_AND_STOPS.has(action))
    return "the charge point is pending: nothing is started or stopped on it before it is accepted";
  return undefined;
}
