// Who initiates what, from the message chapters of the OCPP specifications; the schemas do not say it.
// Every action that is not listed here is initiated by the CSMS.

/** Actions that either side may initiate. */
export const BOTH: readonly string[] = ["DataTransfer"];

/** OCPP 1.6 and its security whitepaper: initiated by the charge point. */
export const CHARGER_V16: readonly string[] = [
  "Authorize",
  "BootNotification",
  "DiagnosticsStatusNotification",
  "FirmwareStatusNotification",
  "Heartbeat",
  "LogStatusNotification",
  "MeterValues",
  "SecurityEventNotification",
  "SignCertificate",
  "SignedFirmwareStatusNotification",
  "StartTransaction",
  "StatusNotification",
  "StopTransaction",
];

/** OCPP 2.0.1: initiated by the charging station. */
export const CHARGER_V201: readonly string[] = [
  "Authorize",
  "BootNotification",
  "ClearedChargingLimit",
  "FirmwareStatusNotification",
  "Get15118EVCertificate",
  "GetCertificateStatus",
  "Heartbeat",
  "LogStatusNotification",
  "MeterValues",
  "NotifyChargingLimit",
  "NotifyCustomerInformation",
  "NotifyDisplayMessages",
  "NotifyEVChargingNeeds",
  "NotifyEVChargingSchedule",
  "NotifyEvent",
  "NotifyMonitoringReport",
  "NotifyReport",
  "PublishFirmwareStatusNotification",
  "ReportChargingProfiles",
  "ReservationStatusUpdate",
  "SecurityEventNotification",
  "SignCertificate",
  "StatusNotification",
  "TransactionEvent",
];

/**
 * OCPP 2.1: initiated by the charging station.
 * Not here although the names suggest it: NotifyAllowedEnergyTransfer and NotifyWebPaymentStarted tell the station
 * something, and AdjustPeriodicEventStream asks it; only opening, closing and feeding a stream is the station's.
 */
export const CHARGER_V21: readonly string[] = [
  ...CHARGER_V201,
  "BatterySwap",
  "ClosePeriodicEventStream",
  "GetCertificateChainStatus",
  "NotifyDERAlarm",
  "NotifyDERStartStop",
  "NotifyPeriodicEventStream",
  "NotifyPriorityCharging",
  "NotifySettlement",
  "OpenPeriodicEventStream",
  "PullDynamicScheduleUpdate",
  "ReportDERControl",
  "VatNumberValidation",
];
