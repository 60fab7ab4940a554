/** The configuration keys of 1.6: one row each. Blocks read values from here each time, so a change takes effect. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";

type Kind = "boolean" | "integer" | "text" | "measurands";

interface Row {
  kind: Kind;
  value: string;
  readonly?: true;
  /** Obeyed only after the next boot. */
  needsReboot?: true;
  /** A secret: can be written, is never shown. */
  hidden?: true;
}

export const MEASURANDS = [
  "Energy.Active.Import.Register",
  "Power.Active.Import",
  "Current.Import",
  "Voltage",
  "SoC",
] as const;

const VALID: Record<Kind, (value: string) => boolean> = {
  boolean: (value) => /^(true|false)$/i.test(value),
  integer: (value) => /^\d{1,9}$/.test(value),
  text: () => true,
  measurands: (value) => splitList(value).every((item) => MEASURANDS.some((measurand) => measurand === item)),
};

export class Configuration {
  readonly #rows: Map<string, Row>;
  readonly #watchers = new Map<string, (value: string) => void>();

  constructor(rows: Record<string, Row>) {
    this.#rows = new Map(Object.entries(rows));
  }

  text(key: string): string {
    const row = this.#rows.get(key);
    if (!row) throw new Error(`no configuration key ${key}`);
    return row.value;
  }

  flag(key: string): boolean {
    return this.text(key).toLowerCase() === "true";
  }

  number(key: string): number {
    return Number(this.text(key));
  }

  ms(key: string): number {
    return this.number(key) * 1000;
  }

  list(key: string): string[] {
    return splitList(this.text(key));
  }

  /** For values that the charger learns by itself, such as the interval in a boot's answer. */
  set(key: string, value: string): void {
    const row = this.#rows.get(key);
    if (row) row.value = value;
  }

  onChange(key: string, run: (value: string) => void): void {
    this.#watchers.set(key, run);
  }

  change(key: string, value: string): "Accepted" | "Rejected" | "RebootRequired" | "NotSupported" {
    const row = this.#rows.get(key);
    if (!row) return "NotSupported";
    if (row.readonly || !VALID[row.kind](value)) return "Rejected";
    row.value = value;
    this.#watchers.get(key)?.(value);
    return row.needsReboot ? "RebootRequired" : "Accepted";
  }

  show(keys: readonly string[]): { configurationKey: object[]; unknownKey: string[] } {
    const wanted = keys.length > 0 ? keys : [...this.#rows.keys()];
    const known = wanted.flatMap((key) => {
      const row = this.#rows.get(key);
      return row ? [{ key, readonly: row.readonly ?? false, ...(!row.hidden && { value: row.value }) }] : [];
    });
    return { configurationKey: known, unknownKey: wanted.filter((key) => !this.#rows.has(key)) };
  }
}

export function configurationCommands(config: Configuration): Commands {
  const change = z.object({ key: z.string().max(50), value: z.string().max(500) });
  const get = z.object({ key: z.array(z.string().max(50)).optional() });
  return {
    ChangeConfiguration: command(change, ({ key, value }) => ({ response: { status: config.change(key, value) } })),
    GetConfiguration: command(get, ({ key = [] }) => ({ response: config.show(key) })),
  };
}

export function defaultConfiguration(connectors: number, meterIntervalS: number): Configuration {
  const flag = (value: boolean): Row => ({ kind: "boolean", value: String(value) });
  const integer = (value: number): Row => ({ kind: "integer", value: String(value) });
  const measurands = (...value: string[]): Row => ({ kind: "measurands", value: value.join(",") });
  const fixed = (value: string | number | boolean): Row => ({ kind: "text", value: String(value), readonly: true });
  return new Configuration({
    AllowOfflineTxForUnknownId: flag(true),
    AuthorizationCacheEnabled: flag(true),
    AuthorizeRemoteTxRequests: flag(false),
    ClockAlignedDataInterval: integer(0),
    ConnectionTimeOut: integer(60),
    ConnectorPhaseRotation: { kind: "text", value: "0.Unknown" },
    GetConfigurationMaxKeys: fixed(100),
    HeartbeatInterval: integer(300),
    LocalAuthorizeOffline: flag(true),
    LocalPreAuthorize: flag(false),
    MeterValuesAlignedData: measurands("Energy.Active.Import.Register"),
    MeterValuesSampledData: measurands(...MEASURANDS),
    MeterValueSampleInterval: integer(meterIntervalS),
    NumberOfConnectors: fixed(connectors),
    ResetRetries: integer(0),
    StopTransactionOnEVSideDisconnect: flag(true),
    StopTransactionOnInvalidId: flag(true),
    StopTxnAlignedData: measurands(),
    StopTxnSampledData: measurands(),
    SupportedFileTransferProtocols: fixed("HTTP,HTTPS,FTP,FTPS"),
    SupportedFeatureProfiles: fixed(
      "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    ),
    TransactionMessageAttempts: integer(3),
    TransactionMessageRetryInterval: integer(5),
    UnlockConnectorOnEVSideDisconnect: fixed(true),
    WebSocketPingInterval: { kind: "integer", value: "0", needsReboot: true },
    LocalAuthListEnabled: flag(true),
    LocalAuthListMaxLength: fixed(1_000),
    SendLocalListMaxLength: fixed(1_000),
    ReserveConnectorZeroSupported: fixed(false),
    ChargeProfileMaxStackLevel: fixed(10),
    ChargingScheduleAllowedChargingRateUnit: fixed("Current,Power"),
    ChargingScheduleMaxPeriods: fixed(24),
    MaxChargingProfilesInstalled: fixed(20),
    SecurityProfile: fixed(1),
    CpoName: { kind: "text", value: "" },
    AuthorizationKey: { kind: "text", value: "", hidden: true },
  });
}

function splitList(value: string): string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}
