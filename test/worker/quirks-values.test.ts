// Odd values, clocks and registers of real chargers, as raw frames: docs/quirks.md says which row is shown where.
import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { moveOn } from "../support/worker/alarm.ts";
import { call, someone } from "../support/worker/api.ts";
import type { Charger } from "../support/worker/charger.ts";
import { addIdToken } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  history,
  meterValuesOf,
  online,
  SUBPROTOCOLS,
  sample,
  start,
  startPayload,
  transactionsOf,
} from "../support/worker/sessions.ts";

const TWO_X = ["2.0.1", "2.1"] as const;
const VERSIONS = ["1.6", ...TWO_X] as const;

const get = async (path: string) => (await call("GET", path, { token: (await someone("viewer")).token })).body;

afterEach(() => vi.useRealTimers());

describe("a number where text belongs, and the reverse", () => {
  test.each([
    ["1.6", "Authorize", { idTag: 4711 }, { idTagInfo: { status: "Accepted" } }],
    ["2.0.1", "Authorize", { idToken: { idToken: 4711, type: "Central" } }, { idTokenInfo: { status: "Accepted" } }],
    ["1.6", "BootNotification", { ...BOOT_16, firmwareVersion: 7 }, { status: "Accepted" }],
    ["1.6", "DataTransfer", { vendorId: 8, data: 9 }, { status: "UnknownVendorId" }],
    ["2.1", "LogStatusNotification", { status: "Idle", requestId: "12" }, {}],
  ] as const)("are understood in %s %s, and noted: %j", async (version, action, payload, answer) => {
    await addIdToken("4711");
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    expect(await charger.call(action, payload, "n")).toMatchObject([3, "n", answer]);
    expect(await findingsOf(charger)).toContain(`schema:${action}:type`);
    const strict = await online({ policy: "strict" }, { subprotocols: SUBPROTOCOLS[version] });
    expect((await strict.call(action, payload, "n")).slice(0, 3)).toEqual([4, "n", "TypeConstraintViolation"]);
  });

  test("excuse nothing else that is wrong with the message", async () => {
    const charger = await online();
    expect((await charger.call("Authorize", { idTag: ["x"] }))[2]).toBe("TypeConstraintViolation");
    expect((await charger.call("BootNotification", { chargePointVendor: 5 }))[2]).toBe("OccurenceConstraintViolation");
  });
});

describe.each(VERSIONS)("under the strict policy, what OCPP %s calls wrong", (version) => {
  const boot = version === "1.6" ? BOOT_16 : BOOT_2X;
  const long = version === "1.6" ? { chargePointVendor: "x".repeat(99) } : { reason: "FullMoon" };
  const status =
    version === "1.6"
      ? { connectorId: 1, errorCode: "NoError", status: "Available" }
      : { timestamp: at(0), connectorStatus: "Available", evseId: 1, connectorId: 1 };
  const twoX = version !== "1.6";
  test.each([
    [
      "a member that is missing",
      "BootNotification",
      {},
      twoX ? "OccurrenceConstraintViolation" : "OccurenceConstraintViolation",
    ],
    ["another type", "StatusNotification", { ...status, connectorId: "one" }, "TypeConstraintViolation"],
    [
      "a value that is not allowed, or too long",
      "BootNotification",
      { ...boot, ...long },
      "PropertyConstraintViolation",
    ],
    ["a member too many", "Heartbeat", { odd: 1 }, twoX ? "FormatViolation" : "FormationViolation"],
    [
      "a time that is none",
      "StatusNotification",
      { ...status, timestamp: "now" },
      twoX ? "FormatViolation" : "FormationViolation",
    ],
    ["a payload that is no object", "Heartbeat", [], twoX ? "FormatViolation" : "FormationViolation"],
    ["an action that does not exist", "Hello", {}, "NotImplemented"],
    ["an action of the other side", "Reset", { type: twoX ? "Immediate" : "Hard" }, "NotImplemented"],
  ])("has its own code: %s", async (_what, action, payload, code) => {
    const charger = await online({ policy: "strict" }, { subprotocols: SUBPROTOCOLS[version] });
    expect(await charger.call(action, payload, "s")).toEqual([4, "s", code, expect.any(String), {}]);
    expect(await findingsOf(charger)).toContain(`refused:${code}`);
  });
});

describe.each(VERSIONS)("a clock of OCPP %s", (version) => {
  const status = (charger: Charger, offsetMs: number) => {
    const timestamp = new Date(Date.now() + offsetMs).toISOString();
    return charger.call(
      "StatusNotification",
      version === "1.6"
        ? { connectorId: 1, errorCode: "NoError", status: "Available", timestamp }
        : { timestamp, connectorStatus: "Available", evseId: 1, connectorId: 1 },
    );
  };
  const here = () => online({}, { subprotocols: SUBPROTOCOLS[version] });
  const shown = async (charger: Charger) => (await get(`/api/charge-points/${charger.id}`)).clockOffset;
  const HOUR = 3_600_000;

  test("that is ahead is seen at once, and shown until it is right", async () => {
    const charger = await here();
    await status(charger, 2 * HOUR);
    expect(await shown(charger)).toBeCloseTo(7200, -1);
    expect(await history(charger, "findings", "code")).toMatchObject([
      { code: "clock_skew", detail: expect.stringContaining("ahead") },
    ]);
    await evictDurableObject(actorOf(charger));
    moveOn(10_000);
    await status(charger, 2 * HOUR);
    await status(charger, 1_000);
    expect(await shown(charger)).toBeNull();
    expect(await history(charger, "findings", "code")).toMatchObject([{ count: 1 }]);
  });

  test("that is behind is told from messages that waited: they come at once, or differ", async () => {
    const charger = await here();
    await status(charger, -2 * HOUR);
    await status(charger, -2 * HOUR + 5);
    moveOn(10_000);
    await status(charger, -HOUR);
    expect(await shown(charger)).toBeNull();
    expect(await findingsOf(charger)).toEqual([]);
    moveOn(10_000);
    await evictDurableObject(actorOf(charger));
    await status(charger, -HOUR + 1_000);
    expect(await shown(charger)).toBeCloseTo(-3600, -1);
    expect(await findingsOf(charger)).toEqual(["clock_skew"]);
  });
});

describe("values that cannot be", () => {
  test.each([
    ["Voltage", "23000", "V"],
    ["SoC", "180", "Percent"],
    ["Power.Active.Import", "-9000000", "W"],
    ["Energy.Active.Import.Register", "-5", "Wh"],
  ])("are kept as they came, and noted: %s of %s %s", async (measurand, value, unit) => {
    const charger = await online();
    const sampledValue = [{ value, measurand, unit }];
    await charger.call("MeterValues", { connectorId: 1, meterValue: [{ timestamp: at(1), sampledValue }] });
    expect(await meterValuesOf(charger)).toMatchObject([{ sampledValue: [{ value: Number(value), measurand }] }]);
    expect(await findingsOf(charger)).toEqual([`implausible:${measurand}`]);
    const newer = await online({}, { subprotocols: "ocpp2.0.1" });
    const values = [{ timestamp: at(1), sampledValue: [{ value: Number(value), measurand }] }];
    await newer.call("MeterValues", { evseId: 1, meterValue: values });
    expect(await findingsOf(newer)).toEqual([`implausible:${measurand}`]);
  });

  test("are energies that no charger delivers in the time", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId: id, meterValue: [sample(60, "900000")] });
    expect(await findingsOf(charger)).toEqual(["implausible:energy"]);
  });
});

describe("a register that starts anew in the midst of a session", () => {
  const shown = async (charger: Charger) => {
    const [{ id }] = await transactionsOf(charger);
    return get(`/api/transactions/${id}`);
  };

  test("of 1.6 loses nothing of what was seen, though the actor slept in between", async () => {
    const charger = await online();
    const transactionId = await start(charger, { meterStart: 10_000 });
    const values = (second: number, value: string) =>
      charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(second, value)] });
    await values(60, "12500");
    await evictDurableObject(actorOf(charger));
    await values(120, "40");
    await values(180, "1040");
    expect(await shown(charger)).toMatchObject({ status: "active", energy: null });
    await charger.call("StopTransaction", { transactionId, meterStop: 1540, timestamp: at(240) });
    expect(await shown(charger)).toMatchObject({
      meterStart: 10_000,
      meterStop: 1540,
      meterOffset: 12_500,
      energy: 4040,
    });
    expect(await findingsOf(charger)).toEqual(["meter_reset"]);
  });

  test("and tells so only with its stop, still has what was seen before", async () => {
    const charger = await online();
    const transactionId = await start(charger, { meterStart: 10_000 });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(60, "12500")] });
    await charger.call("StopTransaction", { transactionId, meterStop: 300, timestamp: at(240) });
    expect(await shown(charger)).toMatchObject({ meterStop: 300, energy: 2800 });
    expect(await findingsOf(charger)).toEqual(["meter_reset"]);
  });

  test("is not one wrong reading, which the next one takes back", async () => {
    const charger = await online();
    const transactionId = await start(charger, { meterStart: 10_000 });
    for (const [second, value] of [
      [60, "12500"],
      [120, "0"],
      [180, "12600"],
    ] as const) {
      await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(second, value)] });
      await evictDurableObject(actorOf(charger));
    }
    await charger.call("StopTransaction", { transactionId, meterStop: 13_000, timestamp: at(240) });
    expect(await shown(charger)).toMatchObject({ meterOffset: 0, energy: 3000 });
  });

  test("is not one that comes late, nor one that is rounded", async () => {
    const charger = await online();
    const transactionId = await start(charger, { meterStart: 10_000 });
    const meterValue = [sample(60, "12500"), sample(30, "11000"), sample(90, "12499.6")];
    for (const value of meterValue)
      await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [value] });
    await charger.call("StopTransaction", { transactionId, meterStop: 12_000, timestamp: at(240) });
    expect(await shown(charger)).toMatchObject({ meterOffset: null, energy: 2000 });
    expect(await findingsOf(charger)).toEqual([]);
  });

  test.each(TWO_X)("of %s loses nothing of what was seen", async (version) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const event = (eventType: string, seqNo: number, value: number) =>
      charger.call("TransactionEvent", {
        ...{ eventType, seqNo, timestamp: at(seqNo * 60), triggerReason: "MeterValuePeriodic" },
        ...{ transactionInfo: { transactionId: "t" }, evse: { id: 1, connectorId: 1 } },
        meterValue: [{ timestamp: at(seqNo * 60), sampledValue: [{ value }] }],
      });
    for (const [index, value] of [10_000, 12_500, 40, 1040].entries())
      await event(index === 0 ? "Started" : "Updated", index, value);
    await event("Ended", 4, 1540);
    expect(await shown(charger)).toMatchObject({ meterStart: 10_000, meterStop: 1540, energy: 4040 });
    expect(await findingsOf(charger)).toEqual(["meter_reset"]);
  });
});

describe("a session of 1.6 whose start never came", () => {
  const now = (second = 0) => new Date(Date.now() + second * 1000).toISOString();
  const values = (charger: Charger, transactionId: number, timestamp = now()) =>
    charger.call("MeterValues", {
      ...{ connectorId: 1, transactionId },
      meterValue: [{ timestamp, sampledValue: [{ value: "5000" }] }],
    });
  const charging = (charger: Charger, status = "Charging") =>
    charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status });

  test("is made of its meter values while the connector charges, and ends with its stop", async () => {
    const charger = await online();
    await charging(charger);
    expect(await values(charger, 77)).toMatchObject([3, expect.any(String), {}]);
    await values(charger, 77, now(1));
    expect(await transactionsOf(charger)).toMatchObject([
      { ocpp_transaction_id: "77", status: "active", meter_start: 5000, connector_id: 1, id_token: null },
    ]);
    expect(await findingsOf(charger)).toEqual(["missing_start"]);
    await charger.call("StopTransaction", { transactionId: 77, meterStop: 6000, timestamp: now(2) });
    const [transaction] = await transactionsOf(charger);
    expect(transaction).toMatchObject({ status: "completed", meter_stop: 6000 });
    expect(await meterValuesOf(charger, transaction.id)).toHaveLength(2);
  });

  test("is not made where the connector does not charge, where no id is named, nor of old values", async () => {
    const idle = await online();
    await charging(idle, "Available");
    await values(idle, 77);
    const nameless = await online();
    await charging(nameless);
    await values(nameless, 0);
    await values(nameless, 77, at(0));
    for (const charger of [idle, nameless]) expect(await transactionsOf(charger)).toEqual([]);
    expect(await meterValuesOf(nameless, "")).toHaveLength(2);
  });

  test("does not get the number of another one", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("StopTransaction", { transactionId: id, meterStop: 1000, timestamp: at(1) });
    await charging(charger);
    await values(charger, id + 1);
    const next = await start(charger, { ...startPayload({ connectorId: 2 }), timestamp: at(5) });
    expect(next).not.toBe(id + 1);
  });
});

describe("a connector that is Finishing", () => {
  test("says on its page that the cable has to come out", async () => {
    const charger = await online();
    for (const [connectorId, status] of [
      [1, "Finishing"],
      [2, "Dozing"],
    ] as const)
      await charger.call("StatusNotification", { connectorId, errorCode: "NoError", status });
    expect((await get(`/api/charge-points/${charger.id}/connectors`)).items).toMatchObject([
      { status: "Finishing", explanation: expect.stringContaining("before it is out") },
      { status: "Dozing", explanation: null },
    ]);
  });
});
