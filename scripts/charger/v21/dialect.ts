/** 2.1 inside the blocks that it shares with 2.0.1: operation modes, setpoints, energy both ways. */
import { messages } from "../../../src/ocpp/generated/messages-v21.ts";
import type { Transaction } from "../connector.ts";
import { controllerRows, fixed, flag, MEASURANDS, members, text } from "../v201/controllers.ts";
import type { Dialect } from "../v201/dialect.ts";
import type { v21 } from "../v201/messages.ts";
import { TOKEN_TYPES } from "../v201.ts";

type Period = v21.ChargingSchedulePeriodType;
type Mode = v21.OperationModeEnumType;

/** What each mode makes of a period. The modes that need a meter or a controller at the site are not simulated. */
const MODES: Partial<Record<Mode, (period: Period, signal: number) => number>> = {
  ChargingOnly: ({ limit = Infinity }) => Math.max(0, limit),
  Idle: () => 0,
  CentralSetpoint: (period) => within(period, period.setpoint ?? 0),
  CentralFrequency: (period, signal) => within(period, (period.setpoint ?? 0) + powerAt(period, signal)),
};

export const OPERATION_MODES: readonly Mode[] = ["ChargingOnly", "Idle", "CentralSetpoint", "CentralFrequency"];

const ROWS = controllerRows({
  V2XChargingCtrlr: {
    Available: fixed(flag(true)),
    Enabled: fixed(flag(true)),
    SupportedOperationModes: fixed(members(OPERATION_MODES)),
    SupportedEnergyTransferModes: fixed(members(["AC_single_phase", "AC_three_phase", "AC_BPT"])),
  },
  DERCtrlr: { Available: fixed(flag(true)), ModesSupported: fixed(members(["LimitMaxDischarge"])) },
  TariffCostCtrlr: {
    "Available/Tariff": fixed(flag(true)),
    "Enabled/Tariff": fixed(flag(true)),
    "Available/Cost": fixed(flag(false)),
    Currency: text("EUR", { minLimit: 3, maxLimit: 3 }),
  },
});

export function createDialect(tariffOf: (transaction: Transaction) => v21.TariffType | undefined): Dialect {
  return {
    requests: messages,
    responses: messages,
    resultErrors: true,
    measurands: [...MEASURANDS, "Energy.Active.Export.Register", "Power.Active.Export"],
    tokenTypes: [...TOKEN_TYPES, "DirectPayment", "EVCCID", "VIN"],
    rows: ROWS,
    purposes: {
      ChargingStationMaxProfile: "station",
      TxDefaultProfile: "default",
      TxProfile: "transaction",
      PriorityCharging: "priority",
    },
    operationModes: OPERATION_MODES,
    limitOf(period, signal) {
      const { operationMode: mode, limit = Infinity } = period;
      // Without a mode a negative limit is taken at its word, as V2X chargers of before 2.1 do.
      return mode ? { limit: MODES[mode]?.(period, signal) ?? limit, mode } : { limit };
    },
    periodInfo: (rate, mode) => (mode || rate < 0 ? { setpoint: rate, operationMode: mode ?? "CentralSetpoint" } : {}),
    transactionInfo(transaction, station, now) {
      const { mode } = station.limit(transaction.connectorId, now);
      const tariffId = tariffOf(transaction)?.tariffId;
      return { ...(mode && { operationMode: mode }), ...(tariffId && { tariffId }) };
    },
    monitorInfo: { eventNotificationType: "CustomMonitor" },
    eventInfo: (severity) => ({ severity }),
    signingInfo: (requestId) => ({ requestId }),
  };
}

function within({ limit = Infinity, dischargeLimit = -Infinity }: Period, watts: number): number {
  return Math.max(dischargeLimit, Math.min(limit, watts));
}

/** Between two points of the curve the power follows a straight line; beyond its ends it stays. */
function powerAt({ v2xSignalWattCurve = [] }: Period, signal: number): number {
  const curve = [...v2xSignalWattCurve].sort((a, b) => a.signal - b.signal);
  const above = curve.find((point) => point.signal >= signal);
  const below = curve.findLast((point) => point.signal <= signal);
  if (!above || !below) return (above ?? below)?.power ?? 0;
  if (above === below) return above.power;
  const share = (signal - below.signal) / (above.signal - below.signal);
  return below.power + share * (above.power - below.power);
}
