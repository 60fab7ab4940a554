// Security events, the same in every version.
// Source: OCPP 1.6 security whitepaper, chapter 4; OCPP 2.0.1 part 2, A04 and appendix 1.
import { finding, type Handler } from "./handler.ts";
import { instant, text } from "./read.ts";

export interface SecurityEvent {
  type: string;
  /** Epoch milliseconds: the charger's claim where it is sane. */
  occurredAt: number;
  techInfo?: string | undefined;
  /** By the specification's list: an event that must be told at once. */
  critical: boolean;
}

/** The specification's critical events, under the names of every version. */
const CRITICAL: ReadonlySet<string> = new Set([
  "FirmwareUpdated",
  "SettingSystemTime",
  "StartupOfTheDevice",
  "ResetOrReboot",
  "SecurityLogWasCleared",
  "MemoryExhaustion",
  "TamperDetectionActivated",
  "MaintenanceLoginAccepted",
  "MaintenanceLoginFailed",
]);

/** Nobody needs to act on a start or a set clock; on these somebody must, whatever the list calls them. */
const ALARMING: ReadonlySet<string> = new Set([
  "SecurityLogWasCleared",
  "MemoryExhaustion",
  "TamperDetectionActivated",
  "MaintenanceLoginFailed",
  "AttemptedReplayAttacks",
  "InvalidFirmwareSignature",
  "InvalidFirmwareSigningCertificate",
  "InvalidCsmsCertificate",
  "InvalidCentralSystemCertificate",
  "InvalidChargingStationCertificate",
  "InvalidChargePointCertificate",
]);

export const securityEventNotification: Handler = {
  tolerance: "values",
  summary: "kept as a security event; an alarming one is a finding",
  handle(station, payload) {
    const type = text(payload.type) ?? "";
    const techInfo = text(payload.techInfo);
    const { at: occurredAt } = instant(payload.timestamp, station.receivedAt);
    const event: SecurityEvent = { type, occurredAt, techInfo, critical: CRITICAL.has(type) };
    const alarm = ALARMING.has(type) ? [finding(`security:${type}`, techInfo ?? "told without more")] : [];
    return { response: {}, facts: [{ kind: "securityEvent", event }, ...alarm] };
  },
};
