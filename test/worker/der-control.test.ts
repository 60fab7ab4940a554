// DER control of OCPP 2.1, block R: which controls a charger has, which are at work, and which alarms are on.
import { expect, test } from "vitest";
import { type Ordered, ordered } from "../support/worker/ordered.ts";
import { at, findingsOf } from "../support/worker/sessions.ts";

const ACCEPTED = { status: "Accepted" };
const fixedVar = { priority: 1, setpoint: 10, unit: "PctMaxVar" };
const limitMaxDischarge = { priority: 1, pctMaxDischargePower: 50 };

const set = (setting: Ordered, controlId: string, more: object = {}, answer: object = ACCEPTED) =>
  setting.order("SetDERControl", { isDefault: false, controlId, controlType: "FixedVar", fixedVar, ...more }, answer);
const controls = async (setting: Ordered) => (await setting.list("der-controls")) as { key: string; data: object }[];
const keys = async (setting: Ordered) => (await controls(setting)).map(({ key }) => key);

test("a control is held once the charger accepted it, and shows which ones it superseded", async () => {
  const setting = await ordered("2.1");
  await set(setting, "a");
  await set(setting, "no", {}, { status: "NotSupported" });
  await set(setting, "b", {}, { ...ACCEPTED, supersededIds: ["a"] });
  expect(await controls(setting)).toMatchObject([
    {
      key: "a",
      evseId: 0,
      data: { controlId: "a", controlType: "FixedVar", isDefault: false, fixedVar, isSuperseded: true },
    },
    { key: "b", data: { isSuperseded: false } },
  ]);
});

test("controls are cleared by id, or by type, default and scheduled ones apart", async () => {
  const setting = await ordered("2.1");
  const limit = { controlType: "LimitMaxDischarge", fixedVar: undefined, limitMaxDischarge };
  await set(setting, "default", { isDefault: true });
  for (const id of ["a", "b"]) await set(setting, id);
  await set(setting, "limit", limit);
  await setting.order("ClearDERControl", { isDefault: false, controlId: "a" }, ACCEPTED);
  expect(await keys(setting)).toEqual(["b", "default", "limit"]);
  await setting.order("ClearDERControl", { isDefault: false, controlType: "FixedVar" }, { status: "Rejected" });
  expect(await keys(setting)).toEqual(["b", "default", "limit"]);
  await setting.order("ClearDERControl", { isDefault: false, controlType: "FixedVar" }, ACCEPTED);
  expect(await keys(setting)).toEqual(["default", "limit"]);
  // The charger says that it has none: whatever was believed before is gone.
  await setting.order("ClearDERControl", { isDefault: true, controlType: "FixedVar" }, { status: "NotFound" });
  expect(await keys(setting)).toEqual(["limit"]);
});

test("a report of several parts is what the charger holds, once the last part is there", async () => {
  const setting = await ordered("2.1");
  await set(setting, "forgotten");
  await set(setting, "known");
  const meta = { isDefault: false, isSuperseded: false };
  await setting.order("GetDERControl", { requestId: 3 }, ACCEPTED);
  const curve = { priority: 1, yUnit: "PctMaxW", curveData: [{ x: 1, y: 2 }] };
  const first = { requestId: 3, tbc: true, curve: [{ id: "curve", curveType: "VoltWatt", curve, ...meta }] };
  expect(await setting.tell("ReportDERControl", first)).toEqual({});
  expect(await keys(setting)).toEqual(["curve", "forgotten", "known"]);
  const gradient = { priority: 1, gradient: 5, softGradient: 5 };
  await setting.tell("ReportDERControl", {
    requestId: 3,
    fixedVar: [{ id: "known", fixedVar: { ...fixedVar, setpoint: 20 }, ...meta, isSuperseded: true }],
    gradient: [{ id: "gradient", gradient }],
  });
  expect(await controls(setting)).toMatchObject([
    { key: "curve", data: { controlType: "VoltWatt", curve, isDefault: false } },
    { key: "gradient", data: { controlType: "Gradients", isDefault: true, gradient } },
    { key: "known", data: { controlType: "FixedVar", isSuperseded: true, fixedVar: { setpoint: 20 } } },
  ]);
  await setting.order("GetDERControl", { requestId: 4, controlType: "Gradients" }, { status: "NotFound" });
  expect(await keys(setting)).toEqual(["curve", "known"]);
  expect(await findingsOf(setting.charger)).toEqual([]);
});

test("a report that nobody asked for is kept and noted, and clears nothing", async () => {
  const setting = await ordered("2.1");
  await set(setting, "a");
  const report = [{ id: "b", fixedVar, isDefault: true, isSuperseded: false }];
  await setting.tell("ReportDERControl", { requestId: 77, fixedVar: report });
  expect(await keys(setting)).toEqual(["a", "b"]);
  expect(await findingsOf(setting.charger)).toContain("unasked_report");
});

test("a control shows that it is at work, and the ones it stands in for as superseded meanwhile", async () => {
  const setting = await ordered("2.1");
  for (const id of ["a", "b"]) await set(setting, id);
  const tell = (started: boolean, second: number) =>
    setting.tell("NotifyDERStartStop", { controlId: "b", started, timestamp: at(second), supersededIds: ["a"] });
  expect(await tell(true, 1)).toEqual({});
  expect(await controls(setting)).toMatchObject([
    { key: "a", data: { isSuperseded: true } },
    { key: "b", data: { started: true, startedAt: at(1), fixedVar } },
  ]);
  await tell(false, 9);
  expect(await controls(setting)).toMatchObject([
    { key: "a", data: { isSuperseded: false } },
    { key: "b", data: { started: false, startedAt: at(1), stoppedAt: at(9) } },
  ]);
});

test("an alarm is on until the charger says that it ended; its history stays among the notices", async () => {
  const setting = await ordered("2.1");
  const alarm = { controlType: "HVMustTrip", gridEventFault: "OverVoltage", timestamp: at(1), extraInfo: "feeder 3" };
  expect(await setting.tell("NotifyDERAlarm", alarm)).toEqual({});
  await setting.tell("NotifyDERAlarm", { ...alarm, controlType: "LVMustTrip", gridEventFault: "UnderVoltage" });
  expect(await setting.list("der-alarms")).toMatchObject([{ data: alarm }, { data: { controlType: "LVMustTrip" } }]);
  await setting.tell("NotifyDERAlarm", { controlType: "HVMustTrip", alarmEnded: true, timestamp: at(5) });
  expect(await setting.list("der-alarms")).toMatchObject([{ data: { controlType: "LVMustTrip" } }]);
  expect(await setting.list("notices?action=NotifyDERAlarm")).toHaveLength(3);
});
