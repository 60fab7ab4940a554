// /api/overview: that its figures are those of the fleet, and its trouble what went wrong.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, test } from "vitest";
import { powerOf } from "../../src/ocpp/power.ts";
import { COUNTS } from "../../src/workers/overview/counts.ts";
import { ACTIVE, NEWEST_READINGS } from "../../src/workers/overview/power.ts";
import { TROUBLE } from "../../src/workers/overview/trouble.ts";
import { Remembered } from "../../src/workers/remembered.ts";
import { call, someone } from "../support/worker/api.ts";
import { eventually, knock, newIdentity } from "../support/worker/charger.ts";
import { actorOf, BOOT_16, online, start } from "../support/worker/sessions.ts";

let token: string;
beforeAll(async () => {
  token = (await someone("viewer")).token;
});

/** So long the answer before may serve at most, and some. */
const REMEMBERED_MS = 20_000;

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
const look = async (query = ""): Promise<any> => {
  const { status, body } = await call("GET", `/api/overview${query}`, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};

const now = (): string => new Date().toISOString();
const reading = (wh: number, watts?: number, timestamp = now()) => ({
  timestamp,
  sampledValue: [
    { value: String(wh), measurand: "Energy.Active.Import.Register", unit: "Wh" },
    ...(watts === undefined ? [] : [{ value: String(watts / 1000), measurand: "Power.Active.Import", unit: "kW" }]),
  ],
});

describe("/api/overview", () => {
  it("counts chargers, connectors and sessions, and adds up their power from what their meters told last", async () => {
    const before = await look("?trouble=0");
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await charger.call("StatusNotification", { connectorId: 1, status: "Charging", errorCode: "NoError" });
    const transactionId = await start(charger, { timestamp: now() });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [reading(1500, 7200)] });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [reading(1600, 6900)] });
    await actorOf(charger).flush(false);
    const after = await eventually(
      async () => {
        const body = await look("?trouble=0");
        return body.sessions.active > before.sessions.active ? body : undefined;
      },
      "the session in the overview",
      REMEMBERED_MS,
    );
    expect(after.chargePoints.total).toBe(before.chargePoints.total + 1);
    expect(after.chargePoints.connected).toBe(before.chargePoints.connected + 1);
    expect(after.connectors.charging).toBe(before.connectors.charging + 1);
    expect(after.sessions).toMatchObject({ source: "chargers", told: before.sessions.told + 1 });
    expect(after.sessions.power).toBe(before.sessions.power + 6900);
    expect(after.today.transactions).toBe(before.today.transactions + 1);
    expect(after.today.energy).toBe(before.today.energy + 600);

    await charger.call("StopTransaction", { transactionId, meterStop: 1900, timestamp: now(), reason: "Local" });
    await actorOf(charger).flush();
    const ended = await eventually(
      async () => {
        const body = await look("?trouble=0");
        return body.sessions.active === before.sessions.active ? body : undefined;
      },
      "the end of the session in the overview",
      REMEMBERED_MS,
    );
    expect(ended.today.energy).toBe(before.today.energy + 900);
    expect(ended.sessions.power).toBe(before.sessions.power);
    charger.close();
  });

  it("names a fault while it lasts, a finding, a refused connection and an event of security", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await charger.call("StatusNotification", {
      ...{ connectorId: 2, status: "Faulted", errorCode: "GroundFailure", info: "leak", timestamp: now() },
    });
    await charger.call("Nonsense", {});
    await charger.call("SecurityEventNotification", { type: "TamperDetectionActivated", timestamp: now() });
    const stranger = newIdentity("STRANGER");
    await knock(stranger);
    await actorOf(charger).flush();
    const own = await eventually(
      async () => {
        const { trouble } = await look("?trouble=100");
        const found = trouble.filter((one: { chargePointId: string }) =>
          [charger.id, stranger].includes(one.chargePointId),
        );
        return found.length >= 4 ? found : undefined;
      },
      "all of the trouble",
      REMEMBERED_MS,
    );
    expect(own).toContainEqual({
      ...{ kind: "fault", chargePointId: charger.id, code: "GroundFailure", detail: "leak", reference: null },
      ...{ evseId: 2, connectorId: 2, count: 1, at: expect.any(String) },
    });
    const kinds = own.map(({ kind }: { kind: string }) => kind);
    expect([...new Set(kinds)].toSorted()).toEqual(["connectionRefused", "fault", "finding", "securityEvent"]);
    const times = own.map(({ at }: { at: string }) => at);
    expect(times).toEqual(times.toSorted().reverse());

    await charger.call("StatusNotification", { connectorId: 2, status: "Available", errorCode: "NoError" });
    await actorOf(charger).flush();
    await eventually(
      async () => {
        const { trouble } = await look("?trouble=100");
        return trouble.some(
          (one: { kind: string; chargePointId: string }) => one.kind === "fault" && one.chargePointId === charger.id,
        )
          ? undefined
          : true;
      },
      "the end of the fault",
      REMEMBERED_MS,
    );
    charger.close();
  });

  it("is for those who watch over the fleet, not for drivers", async () => {
    const driver = await someone("driver");
    expect((await call("GET", "/api/overview", { token: driver.token })).status).toBe(403);
  });

  it("tells the power from history, where chargers are too many to be asked", async () => {
    const charger = await online();
    const transactionId = await start(charger, { timestamp: now() });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [reading(1500, 3700)] });
    await actorOf(charger).flush();
    const { results } = await env.DB.prepare(NEWEST_READINGS).all<{ entries: string | null }>();
    const told = results.filter(({ entries }) => entries?.includes('"3.7"'));
    expect(told).toHaveLength(1);
    charger.close();
  });

  it("reads no table without an index but the small one of connectors, and sorts nothing large", async () => {
    const all = [...Object.values(COUNTS), ACTIVE, NEWEST_READINGS, ...TROUBLE.map(({ sql }) => sql)];
    for (const sql of all) {
      const bound = env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`);
      const { results } = await (sql.includes("?1") ? bound.bind(1) : bound).all<{ detail: string }>();
      const bad = results.filter(
        ({ detail }) =>
          (/^SCAN/.test(detail) && !/USING|^SCAN (connectors|t)$/.test(detail)) ||
          (/TEMP B-TREE/.test(detail) && !/GROUP BY (currency|status)$/.test(sql) && !sql.includes("scheduled_work")),
      );
      expect({ sql, bad }).toEqual({ sql, bad: [] });
    }
  });
});

describe("the power of a session", () => {
  const at = (second: number) => new Date(second * 1000).toISOString();
  const value = (second: number, ...samples: [number, string, string?][]) => ({
    ...{ sampledAt: at(second), receivedAt: at(second) },
    sampledValue: samples.map(([value, measurand, phase]) => ({
      ...{ value, measurand, unit: "", context: "Sample.Periodic", location: "Outlet" },
      ...(phase === undefined ? {} : { phase }),
    })),
  });
  const ENERGY = "Energy.Active.Import.Register";

  test("is what was told last, all phases together", () => {
    const phases = value(1, [100, "Power.Active.Import", "L1"], [200, "Power.Active.Import", "L2"]);
    expect(powerOf([value(0, [7, "Power.Active.Import"]), phases])).toBe(300);
    expect(powerOf([value(0, [1000, "Power.Active.Import"], [3000, "Power.Active.Export"])])).toBe(-2000);
  });

  test("follows from currents and voltages where no power is sampled", () => {
    expect(
      powerOf([value(0, [10, "Current.Import", "L1"], [5, "Current.Import", "L2"], [240, "Voltage", "L1-N"])]),
    ).toBe(3600);
    expect(powerOf([value(0, [10, "Current.Import"])])).toBe(2300);
  });

  test("follows from two readings of the register where nothing else is told, and from one never", () => {
    expect(powerOf([value(0, [1000, ENERGY]), value(60, [1100, ENERGY])])).toBe(6000);
    expect(powerOf([value(0, [1000, ENERGY])])).toBeUndefined();
    expect(powerOf([value(0, [1000, ENERGY]), value(1, [1100, ENERGY])])).toBeUndefined();
    expect(powerOf([value(0, [1000, ENERGY]), value(60, [10, ENERGY])])).toBeUndefined();
  });
});

test("a remembered answer serves others for as many times as long as it took, and is then asked for anew", async () => {
  let now = 0;
  const remembered = new Remembered<number>(() => now);
  let asked = 0;
  const taking = (ms: number) => async () => {
    now += ms;
    asked += 1;
    return asked;
  };
  expect(await remembered.get("a", taking(50))).toBe(1);
  now += 999;
  expect(await remembered.get("a", taking(50))).toBe(1);
  expect(await remembered.get("b", taking(0))).toBe(2);
  expect(await remembered.get("b", taking(0))).toBe(3);
  now += 1;
  expect(await remembered.get("a", taking(60_000))).toBe(4);
  now += 10_000;
  expect(await remembered.get("a", taking(0))).toBe(5);
});
