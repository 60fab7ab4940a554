/** What the simulated charger has in 2.1 only: energy both ways, DER control, streams, tariffs, and other services. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fastClock } from "../../scripts/charger/clock.ts";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import { NotifyPeriodicEventStreamRequest } from "../../src/ocpp/generated/validators-v21.js";
import { boot, type Csms, inSeconds, type Payload, startCsms, until } from "./charger-csms.ts";

const ACCEPTED = { status: "Accepted" };
const TARIFF = { tariffId: "day", currency: "EUR", energy: { prices: [{ priceKwh: 0.4 }] } };

let csms: Csms;
let charger: Charger;

beforeEach(async () => {
  csms = await startCsms("ocpp2.1", {
    BootNotification: () => boot("Accepted", 3600),
    Heartbeat: () => ({ currentTime: new Date().toISOString() }),
    Authorize: () => ({ idTokenInfo: ACCEPTED }),
    TransactionEvent: ({ idToken }) => (idToken ? { idTokenInfo: ACCEPTED } : {}),
    NotifyEVChargingNeeds: () => ACCEPTED,
    OpenPeriodicEventStream: () => ACCEPTED,
  });
  charger = createCharger({
    id: "CP1",
    version: "2.1",
    url: csms.url,
    clock: fastClock(50),
    speed: 20,
    meterIntervalS: 5,
  });
  await charger.connect();
});

afterEach(async () => {
  await charger.close();
  await csms.close();
  expect(csms.violations).toEqual([]);
});

describe("energy both ways", () => {
  test("a negative setpoint discharges the vehicle: the export register grows, the power is negative", async () => {
    await startCharging();
    expect(await setProfile({ operationMode: "CentralSetpoint", setpoint: -3000 })).toBe("Accepted");
    expect(charger.read(1).powerW).toBe(-3000);
    await until(() => charger.read(1).exportWh > 100);
    await until(() => value("Energy.Active.Export.Register") > 100);
    expect(value("Power.Active.Import")).toBe(-3000);
    expect(value("Power.Active.Export")).toBe(3000);
    expect(reasons()).toContain("OperationModeChanged");
    expect(lastEvent()).toMatchObject({
      transactionInfo: { chargingState: "Charging", operationMode: "CentralSetpoint" },
    });
    expect(await csms.call("GetCompositeSchedule", { evseId: 1, duration: 60 })).toMatchObject({
      schedule: { chargingSchedulePeriod: [{ setpoint: -3000, operationMode: "CentralSetpoint" }] },
    });
    await charger.stop(1);
    expect(Number(charger.read(1).registerWh)).toBeGreaterThanOrEqual(0);
  });

  test("a negative limit does so too, down to the driver's reserve", async () => {
    await startCharging();
    const soc = charger.read(1).socPercent;
    expect(await setProfile({ limit: -7000 })).toBe("Accepted");
    await until(() => charger.status(1) === "SuspendedEV");
    expect(charger.read(1).powerW).toBe(0);
    expect(charger.read(1).socPercent).toBe(20);
    expect(soc).toBeGreaterThan(20);
  });

  test.each([
    [{ operationMode: "ChargingOnly", limit: 2000 }, 2000],
    [{ operationMode: "Idle" }, 0],
    [{ operationMode: "CentralSetpoint", setpoint: -5000, dischargeLimit: -1500 }, -1500],
    [{ operationMode: "CentralSetpoint", setpoint: 9000, limit: 4000 }, 4000],
  ])("%j means %d W", async (period, watts) => {
    await startCharging();
    expect(await setProfile(period)).toBe("Accepted");
    expect(charger.read(1).powerW).toBe(watts);
  });

  test("a mode that is not simulated is refused", async () => {
    await startCharging();
    expect(await setProfile({ operationMode: "LocalFrequency", limit: 1 })).toBe("Rejected");
  });

  test("an aFRR signal moves the power along the curve of the profile", async () => {
    await startCharging();
    const signal = (percent: number) =>
      csms.call("AFRRSignal", { timestamp: new Date().toISOString(), signal: percent });
    expect(await signal(50)).toEqual({ status: "Rejected" });
    const v2xSignalWattCurve = [
      { signal: -100, power: -4000 },
      { signal: 100, power: 4000 },
    ];
    await setProfile({ operationMode: "CentralFrequency", setpoint: 500, v2xSignalWattCurve });
    expect(charger.read(1).powerW).toBe(500);
    expect(await signal(-50)).toEqual(ACCEPTED);
    expect(charger.read(1).powerW).toBe(-1500);
  });

  test("the vehicle tells its needs, and again when the CSMS forbids discharging", async () => {
    const transactionId = await startCharging();
    await setProfile({ operationMode: "CentralSetpoint", setpoint: -3000 });
    expect(
      await csms.call("NotifyAllowedEnergyTransfer", { transactionId, allowedEnergyTransfer: ["AC_single_phase"] }),
    ).toEqual(ACCEPTED);
    await until(() => csms.calls("NotifyEVChargingNeeds").length === 2);
    expect(csms.all("NotifyEVChargingNeeds", "chargingNeeds")).toMatchObject([
      { requestedEnergyTransfer: "AC_BPT", v2xChargingParameters: { maxDischargePower: 7400 } },
      { requestedEnergyTransfer: "AC_single_phase" },
    ]);
    expect(charger.read(1).powerW).toBe(0);
    expect(charger.status(1)).toBe("SuspendedEVSE");
  });

  test("a dynamic schedule is updated and pulled", async () => {
    await startCharging();
    const pulled = { status: "Accepted", scheduleUpdate: { limit: 1100 } };
    csms.answer("PullDynamicScheduleUpdate", () => pulled);
    await setProfile({ limit: 3000 }, { chargingProfileKind: "Dynamic" });
    const update = (chargingProfileId: number) =>
      csms.call("UpdateDynamicSchedule", { chargingProfileId, scheduleUpdate: { limit: 2000 } });
    expect(await update(1)).toEqual(ACCEPTED);
    expect(await update(9)).toMatchObject({ status: "Rejected" });
    expect(charger.read(1).powerW).toBe(2000);
    await setProfile({ limit: 3000 }, { chargingProfileKind: "Dynamic", dynUpdateInterval: 5 });
    await until(() => charger.read(1).powerW === 1100);
  });

  test("priority charging switches to its profile, and ends with it", async () => {
    const transactionId = await startCharging();
    await setProfile({ limit: 1000 });
    const prioritise = (activate: boolean) => csms.call("UsePriorityCharging", { transactionId, activate });
    expect(await prioritise(true)).toEqual({ status: "NoProfile" });
    await setProfile({ limit: 6000 }, { id: 2, chargingProfilePurpose: "PriorityCharging", transactionId: undefined });
    expect(charger.read(1).powerW).toBe(1000);
    expect(await prioritise(true)).toEqual(ACCEPTED);
    expect(charger.read(1).powerW).toBe(6000);
    await csms.call("ClearChargingProfile", { chargingProfileId: 2 });
    expect(charger.read(1).powerW).toBe(1000);
    await until(() => csms.calls("NotifyPriorityCharging").length === 1);
    expect(csms.payloads("NotifyPriorityCharging")[0]).toEqual({ transactionId, activated: false });
  });
});

test("DER control bounds the discharge, is reported, superseded and cleared", async () => {
  await startCharging();
  await setProfile({ operationMode: "CentralSetpoint", setpoint: -7400 });
  const set = (controlId: string, pctMaxDischargePower: number, more: Payload = {}) =>
    csms.call("SetDERControl", {
      isDefault: true,
      controlId,
      controlType: "LimitMaxDischarge",
      limitMaxDischarge: { priority: 1, pctMaxDischargePower, ...more },
    });
  expect(await set("half", 50)).toEqual(ACCEPTED);
  expect(charger.read(1).powerW).toBe(-3700);
  expect(await set("tenth", 10)).toEqual({ status: "Accepted", supersededIds: ["half"] });
  expect(charger.read(1).powerW).toBe(-740);
  expect(await csms.call("GetDERControl", { requestId: 1 })).toEqual(ACCEPTED);
  await until(() => csms.calls("ReportDERControl").length === 2);
  expect(csms.all("ReportDERControl", "tbc")).toEqual([true, false]);
  const clear = { isDefault: true, controlType: "LimitMaxDischarge" };
  expect(await csms.call("ClearDERControl", clear)).toEqual(ACCEPTED);
  expect(await csms.call("ClearDERControl", clear)).toEqual({ status: "NotFound" });
  expect(charger.read(1).powerW).toBe(-7400);
  const curve = { curveData: [{ x: 1, y: 1 }], priority: 1, yUnit: "PctMaxW" };
  expect(await csms.call("SetDERControl", { isDefault: true, controlId: "c", controlType: "VoltVar", curve })).toEqual({
    status: "NotSupported",
  });
});

test("a scheduled DER control tells when it begins and ends", async () => {
  await csms.call("SetDERControl", {
    isDefault: false,
    controlId: "soon",
    controlType: "LimitMaxDischarge",
    limitMaxDischarge: { priority: 1, pctMaxDischargePower: 0, startTime: inSeconds(0), duration: 10 },
  });
  await until(() => csms.calls("NotifyDERStartStop").length === 2);
  expect(csms.all("NotifyDERStartStop", "started")).toEqual([true, false]);
});

test("a monitor with a stream sends its samples unanswered, until it is cleared", async () => {
  await startCharging();
  const { setMonitoringResult } = await csms.call("SetVariableMonitoring", {
    setMonitoringData: [
      {
        type: "Periodic",
        value: 1,
        severity: 5,
        component: { name: "EVSE", evse: { id: 1 } },
        variable: { name: "Power" },
        periodicEventStream: { interval: 30, values: 3 },
      },
    ],
  });
  expect(setMonitoringResult).toMatchObject([{ id: 1, status: "Accepted" }]);
  await until(() => csms.strangers.length >= 2);
  for (const stranger of csms.strangers) {
    const [type, , action, payload] = Array.isArray(stranger) ? stranger : [];
    expect([type, action, NotifyPeriodicEventStreamRequest(payload)]).toEqual([6, "NotifyPeriodicEventStream", true]);
    expect(payload.data).toHaveLength(3);
  }
  expect(csms.calls("NotifyEvent")).toEqual([]);
  expect(await csms.call("AdjustPeriodicEventStream", { id: 1, params: { values: 5 } })).toEqual(ACCEPTED);
  expect(await csms.call("GetPeriodicEventStream", {})).toMatchObject({
    constantStreamData: [{ id: 1, params: { values: 5 }, variableMonitoringId: 1 }],
  });
  await csms.call("ClearVariableMonitoring", { id: [1] });
  await until(() => csms.calls("ClosePeriodicEventStream").length === 1);
  expect(await csms.call("GetPeriodicEventStream", {})).toEqual({});
});

test("tariffs are set, named by transactions, changed and cleared", async () => {
  expect(await csms.call("GetTariffs", { evseId: 0 })).toEqual({ status: "NoTariff" });
  expect(await csms.call("SetDefaultTariff", { evseId: 0, tariff: TARIFF })).toEqual(ACCEPTED);
  const transactionId = await startCharging();
  expect(csms.payloads("TransactionEvent")[0]).toMatchObject({ transactionInfo: { tariffId: "day" } });
  const change = (tariff: Payload, id = transactionId) =>
    csms.call("ChangeTransactionTariff", { transactionId: id, tariff });
  expect(await change(TARIFF, "none")).toEqual({ status: "TxNotFound" });
  expect(await change({ ...TARIFF, currency: "USD" })).toEqual({ status: "NoCurrencyChange" });
  expect(await change({ ...TARIFF, tariffId: "own" })).toEqual(ACCEPTED);
  await until(() => reasons().includes("TariffChanged"));
  expect(await csms.call("GetTariffs", { evseId: 0 })).toMatchObject({
    tariffAssignments: [
      { tariffId: "day", tariffKind: "DefaultTariff", evseIds: [0] },
      { tariffId: "own", tariffKind: "DriverTariff", evseIds: [1], idTokens: ["TAG"] },
    ],
  });
  expect(await csms.call("ClearTariffs", { tariffIds: ["day", "night"] })).toEqual({
    clearTariffsResult: [
      { tariffId: "day", status: "Accepted" },
      { tariffId: "night", status: "NoTariff" },
    ],
  });
});

test("a battery is swapped, a payment by web page announced", async () => {
  const idToken = { idToken: "TAG", type: "ISO14443" };
  expect(await csms.call("RequestBatterySwap", { idToken, requestId: 5 })).toEqual(ACCEPTED);
  await until(() => csms.calls("BatterySwap").length === 2);
  expect(csms.all("BatterySwap", "eventType")).toEqual(["BatteryIn", "BatteryOut"]);
  expect(await csms.call("NotifyWebPaymentStarted", { evseId: 1, timeout: 60 })).toEqual({});
});

test("an answer that is of no use is met with CALLRESULTERROR, and harms nothing", async () => {
  csms.answer("Authorize", () => ({ idTokenInfo: {} }));
  expect(await charger.authorize("TAG")).toBe("Accepted");
  await until(() => csms.strangers.length === 1);
  const [type, id, code] = Array.isArray(csms.strangers[0]) ? csms.strangers[0] : [];
  expect([type, id, code]).toEqual([5, csms.calls("Authorize")[0]?.id, "OccurrenceConstraintViolation"]);
});

async function startCharging(): Promise<string> {
  charger.plug(1);
  const { id } = await charger.start(1, "TAG");
  return String(id);
}

async function setProfile(period: Payload, more: Payload = {}): Promise<unknown> {
  const chargingProfile = {
    id: 1,
    stackLevel: 0,
    chargingProfilePurpose: "TxProfile",
    chargingProfileKind: "Relative",
    transactionId: String(charger.transaction(1)?.id),
    chargingSchedule: [{ id: 1, chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, ...period }] }],
    ...more,
  };
  return (await csms.call("SetChargingProfile", { evseId: 1, chargingProfile })).status;
}

const reasons = () => csms.all("TransactionEvent", "triggerReason");
const lastEvent = () => csms.payloads("TransactionEvent").at(-1);

/** The last sample of a measurand in any transaction event. */
function value(measurand: string): number {
  const samples = csms
    .all("TransactionEvent", "meterValue")
    .flatMap((values) => (Array.isArray(values) ? values : []))
    .flatMap(({ sampledValue }) => sampledValue);
  return samples.findLast((sample) => sample.measurand === measurand)?.value ?? 0;
}
