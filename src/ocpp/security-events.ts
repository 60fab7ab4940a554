// Security events, the same in every version.
// Source: OCPP 1.6 security whitepaper, chapter 4; OCPP 2.0.1 part 2, A04 and appendix 1.
import { finding, type Handler } from "./handler.ts";
import { instant, text } from "./read.ts";
import { repetitionOfEvent } from "./repetition.ts";

export interface SecurityEvent {
  type: string;
  /** Epoch milliseconds: the charger's claim where it is sane. */
  occurredAt: number;
  techInfo?: string | undefined;
  /** By the specification's list: an event that must be told at once. */
  critical: boolean;
}

/** Critical by the lists of all versions. */
const CRITICAL = [
  "FirmwareUpdated",
  "SettingSystemTime",
  "StartupOfTheDevice",
  "ResetOrReboot",
  "SecurityLogWasCleared",
  "MemoryExhaustion",
  "TamperDetectionActivated",
];

export const CRITICAL_16: ReadonlySet<string> = new Set(CRITICAL);

/** What 2.0.1 and 2.1 add to the critical ones. */
export const CRITICAL_2X: ReadonlySet<string> = new Set([
  ...CRITICAL,
  "InvalidFirmwareSignature",
  "InvalidFirmwareSigningCertificate",
  "InvalidCsmsCertificate",
  "InvalidChargingStationCertificate",
  "InvalidTLSVersion",
  "InvalidTLSCipherSuite",
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
  "InvalidTLSVersion",
  "InvalidTLSCipherSuite",
]);

/** @param critical the events that the version calls so */
export const securityEventNotification = (critical: ReadonlySet<string>): Handler => ({
  tolerance: "values",
  summary: "kept as a security event; an alarming one is a finding",
  repetition: ({ timestamp }, receivedAt) => repetitionOfEvent(timestamp, receivedAt),
  handle(station, payload) {
    const type = text(payload.type) ?? "";
    const techInfo = text(payload.techInfo);
    const { at: occurredAt } = instant(payload.timestamp, station.receivedAt);
    const event: SecurityEvent = { type, occurredAt, techInfo, critical: critical.has(type) };
    const alarm = ALARMING.has(type) ? [finding(`security:${type}`, techInfo ?? "told without more")] : [];
    return { response: {}, facts: [{ kind: "securityEvent", event }, ...alarm] };
  },
});
