/** The variables of the controllers: what a CSMS configures. Pure data. */
import type { Row } from "./device-model.ts";
import type { v201 } from "./messages.ts";

type Spec = Omit<Row, "component" | "variable">;
type Limits = Pick<Spec, "minLimit" | "maxLimit" | "needsReboot">;
/** "Variable" or "Variable/instance" -> what it is. */
export type Controllers = Readonly<Record<string, Readonly<Record<string, Spec>>>>;

const writable = { mutability: "ReadWrite" } as const;
export const flag = (value: boolean): Spec => ({ ...writable, dataType: "boolean", value: String(value) });
export const integer = (value: number, unit?: string, limits: Limits = {}): Spec => ({
  ...writable,
  dataType: "integer",
  value: String(value),
  unit,
  minLimit: 0,
  ...limits,
});
export const text = (value: string, limits: Limits = {}): Spec => ({
  ...writable,
  dataType: "string",
  value,
  ...limits,
});
export const members = (value: readonly string[], values: readonly string[] = value): Spec => ({
  ...writable,
  dataType: "MemberList",
  value: value.join(","),
  values,
});
export const fixed = (spec: Spec): Spec => ({ ...spec, mutability: "ReadOnly" });
const yes = fixed(flag(true));
const no = fixed(flag(false));
const limit = (value: number, unit?: string): Spec => fixed(integer(value, unit));

export const MEASURANDS: readonly v201.MeasurandEnumType[] = [
  "Energy.Active.Import.Register",
  "Power.Active.Import",
  "Current.Import",
  "Voltage",
  "SoC",
];

export function controllers(
  meterIntervalS: number,
  measurands: readonly v201.MeasurandEnumType[],
  serialNumber: string,
): Controllers {
  const energies = measurands.filter((measurand) => measurand.startsWith("Energy."));
  return {
    OCPPCommCtrlr: {
      HeartbeatInterval: integer(300, "s", { minLimit: 1 }),
      OfflineThreshold: integer(60, "s"),
      "MessageTimeout/Default": limit(30, "s"),
      "MessageAttempts/TransactionEvent": integer(3),
      "MessageAttemptInterval/TransactionEvent": integer(5, "s"),
      NetworkConfigurationPriority: { ...text("1"), dataType: "SequenceList" },
      NetworkProfileConnectionAttempts: integer(3),
      ActiveNetworkProfile: limit(1),
      FileTransferProtocols: fixed(members(["HTTP", "HTTPS", "FTP", "FTPS"])),
      ResetRetries: integer(0),
      UnlockOnEVSideDisconnect: yes,
      WebSocketPingInterval: integer(0, "s", { needsReboot: true }),
      QueueAllMessages: no,
    },
    AuthCtrlr: {
      Enabled: yes,
      AuthorizeRemoteStart: flag(false),
      LocalAuthorizeOffline: flag(true),
      LocalPreAuthorize: flag(false),
      OfflineTxForUnknownIdEnabled: flag(true),
      MasterPassGroupId: text("", { maxLimit: 36 }),
    },
    AuthCacheCtrlr: { Available: yes, Enabled: flag(true), LifeTime: integer(86_400, "s") },
    LocalAuthListCtrlr: {
      Available: yes,
      Enabled: flag(true),
      ItemsPerMessage: limit(100),
      BytesPerMessage: limit(65_536),
    },
    TxCtrlr: {
      EVConnectionTimeOut: integer(60, "s", { minLimit: 1 }),
      StopTxOnEVSideDisconnect: flag(true),
      StopTxOnInvalidId: flag(true),
      TxStartPoint: fixed(members(["PowerPathClosed"])),
      TxStopPoint: fixed(members(["PowerPathClosed"])),
      TxBeforeAcceptedEnabled: no,
    },
    SampledDataCtrlr: {
      Available: yes,
      Enabled: flag(true),
      TxStartedMeasurands: members(energies, measurands),
      TxUpdatedMeasurands: members(measurands),
      TxUpdatedInterval: integer(meterIntervalS, "s"),
      TxEndedMeasurands: members(energies, measurands),
      TxEndedInterval: integer(0, "s"),
      SignReadings: no,
    },
    AlignedDataCtrlr: {
      Available: yes,
      Enabled: flag(true),
      Measurands: members(energies, measurands),
      Interval: integer(0, "s"),
    },
    SmartChargingCtrlr: {
      Available: yes,
      Enabled: yes,
      RateUnit: fixed(members(["A", "W"])),
      PeriodsPerSchedule: limit(24),
      ProfileStackLevel: limit(10),
      "Entries/ChargingProfiles": fixed(integer(0, undefined, { maxLimit: 20 })),
      ExternalControlSignalsEnabled: no,
      NotifyChargingLimitWithSchedules: no,
    },
    ReservationCtrlr: { Available: yes, Enabled: yes, NonEvseSpecific: no },
    SecurityCtrlr: {
      SecurityProfile: limit(1),
      Identity: fixed(text(serialNumber)),
      OrganizationName: text("ov2x-edge", { maxLimit: 64 }),
      BasicAuthPassword: { ...text("", { minLimit: 16, maxLimit: 40 }), mutability: "WriteOnly" },
      CertificateEntries: fixed(integer(0, undefined, { maxLimit: 20 })),
      AdditionalRootCertificateCheck: no,
    },
    DeviceDataCtrlr: {
      "ItemsPerMessage/GetReport": limit(50),
      "ItemsPerMessage/GetVariables": limit(20),
      "ItemsPerMessage/SetVariables": limit(20),
      "BytesPerMessage/GetReport": limit(65_536),
      "BytesPerMessage/GetVariables": limit(65_536),
      "BytesPerMessage/SetVariables": limit(65_536),
    },
    MonitoringCtrlr: {
      Available: yes,
      Enabled: flag(true),
      "ItemsPerMessage/SetVariableMonitoring": limit(20),
      "ItemsPerMessage/ClearVariableMonitoring": limit(20),
      "BytesPerMessage/SetVariableMonitoring": limit(65_536),
      ActiveMonitoringBase: fixed(text("All")),
      ActiveMonitoringLevel: limit(9),
    },
    DisplayMessageCtrlr: {
      Available: yes,
      DisplayMessages: fixed(integer(0, undefined, { maxLimit: 10 })),
      SupportedFormats: fixed(members(["ASCII", "UTF8"])),
      SupportedPriorities: fixed(members(["AlwaysFront", "InFront", "NormalCycle"])),
    },
    ClockCtrlr: { TimeSource: fixed({ ...text("Heartbeat"), dataType: "SequenceList" }) },
  };
}

export function controllerRows(table: Controllers): Row[] {
  return Object.entries(table).flatMap(([component, variables]) =>
    Object.entries(variables).map(([path, spec]): Row => {
      const [name = path, instance] = path.split("/");
      return { ...spec, component: { name: component }, variable: { name, ...(instance && { instance }) } };
    }),
  );
}
