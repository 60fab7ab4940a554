// What a charger may say before it is accepted. OCPP 1.6 lets it say anything; from 2.0.1 on the rest is a SecurityError.
// Source: OCPP 2.0.1 part 2, B02 and B03. What may have been asked for while it is pending counts as asked for.
import type { Registration } from "./facts.ts";

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
