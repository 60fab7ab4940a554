// How real chargers dial, and what they leave unsaid, as raw frames: docs/quirks.md says which row is shown where.
import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { alarmIsSet, moveOn, ring } from "../support/worker/alarm.ts";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger, knock } from "../support/worker/charger.ts";
import { type Registration, registerCharger } from "../support/worker/registry.ts";
import {
  actorOf,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  history,
  online,
  SUBPROTOCOLS,
  stationRow,
} from "../support/worker/sessions.ts";

const VERSIONS = [
  ["1.6", BOOT_16],
  ["2.0.1", BOOT_2X],
  ["2.1", BOOT_2X],
] as const;

const HEARTBEAT = { currentTime: expect.any(String) };
const from = (ip: string) => ({ headers: { "cf-connecting-ip": ip } });
const pageOf = async ({ id }: { id: string }) => {
  const { token } = await someone("viewer");
  return (await call("GET", `/api/charge-points/${id}`, { token })).body;
};
const toldInterval = async (charger: Charger): Promise<number> => {
  const [, , { interval }] = (await charger.call("BootNotification", BOOT_16)) as [
    number,
    string,
    { interval: number },
  ];
  return interval;
};

afterEach(() => vi.useRealTimers());

describe("two chargers under one identity", () => {
  /** They push each other out, in turns. */
  async function fight(id: string, turns: readonly [ip: string, serial: string][]): Promise<Charger> {
    let last: Charger | undefined;
    for (const [ip, chargePointSerialNumber] of turns) {
      last = await connectCharger(id, from(ip));
      await last.call("BootNotification", { ...BOOT_16, chargePointSerialNumber });
      moveOn(1_000);
    }
    if (last === undefined) throw new Error("nobody fought");
    return last;
  }
  const A = ["192.0.2.1", "serial-a"] as const;
  const B = ["192.0.2.2", "serial-b"] as const;
  const sixTurns = (a: readonly [string, string], b: readonly [string, string]) =>
    [a, b, a, b, a, b].map(([ip, serial]): [string, string] => [ip, serial]);

  test("are told from one that reconnects by where they dial from: the one that is there is kept for a while", async () => {
    const id = await registerCharger();
    const present = await fight(id, sixTurns(A, B));
    const refused = await knock(id, from(A[0]));
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);
    expect(await present.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
    expect(await history({ id }, "connection_attempts", "reason")).toMatchObject([{ reason: "identity_in_use" }]);
    expect(await findingsOf({ id })).toContain("identity_conflict");
    moveOn(121_000);
    const back = await connectCharger(id, from(A[0]));
    expect(await present.closed).toMatchObject({ code: 1001 });
    expect(await back.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
  });

  test("behind one address are told apart by the serial numbers that they boot with", async () => {
    const id = await registerCharger();
    await fight(id, sixTurns(A, [A[0], B[1]]));
    expect((await knock(id, from(A[0]))).status).toBe(503);
  });

  test("have to wait only while the other one is there", async () => {
    const id = await registerCharger();
    const present = await fight(id, sixTurns(A, B));
    present.close();
    await present.closed;
    expect((await knock(id, from(A[0]))).status).toBe(101);
  });

  test("are not seen in one that leaves its old sockets open, nor in one whose address changes each time", async () => {
    const id = await registerCharger();
    await fight(id, sixTurns(A, A));
    expect((await knock(id, from(A[0]))).status).toBe(101);
    const mobile = await registerCharger();
    await fight(
      mobile,
      [1, 2, 3, 4, 5, 6, 7].map((n) => [`198.51.100.${n}`, "serial"]),
    );
    expect((await knock(mobile, from("198.51.100.8"))).status).toBe(101);
  });
});

describe("reconnects", () => {
  test("are counted on the charger's page, and nobody is refused for them", async () => {
    const id = await registerCharger();
    for (let i = 0; i < 4; i += 1) {
      const charger = await connectCharger(id);
      charger.close();
      await charger.closed;
    }
    expect(await pageOf({ id })).toMatchObject({ dialsWithinHour: 4, connected: false });
  });

  test("of a fleet do not beat at once: each charger has an interval of its own, and keeps it", async () => {
    const intervals = new Set<number>();
    for (let i = 0; i < 8; i += 1) {
      const charger = await online();
      const interval = await toldInterval(charger);
      expect(interval).toBeGreaterThanOrEqual(270);
      expect(interval).toBeLessThanOrEqual(300);
      await evictDurableObject(actorOf(charger));
      expect(await toldInterval(charger)).toBe(interval);
      expect(await pageOf(charger)).toMatchObject({ heartbeatTold: interval });
      intervals.add(interval);
    }
    expect(intervals.size).toBeGreaterThan(1);
  });

  test("keep the very interval that was set, and the deployment's where the jitter is off", async () => {
    expect(await toldInterval(await online({ heartbeatInterval: 77 }))).toBe(77);
    expect(await toldInterval(await online({ tuning: { heartbeatJitter: false } }))).toBe(300);
  });
});

describe("a charger that is away", () => {
  test("is shown with since when", async () => {
    const charger = await online();
    expect(await pageOf(charger)).toMatchObject({ connected: true, awaySince: null });
    const before = Date.now();
    charger.close();
    await charger.closed;
    const { awaySince } = await pageOf(charger);
    expect(Date.parse(awaySince)).toBeGreaterThanOrEqual(before);
    expect(await findingsOf(charger)).toEqual([]);
  });
});

describe("a charger that hangs up when nothing was said for a while", () => {
  async function idle(id: string, seconds: number): Promise<void> {
    const charger = await connectCharger(id);
    await charger.call("Heartbeat", {});
    moveOn(seconds * 1000);
    charger.close(1000, "idle");
    await charger.closed;
    await actorOf(charger).flush();
  }

  test("is told an interval that keeps it connected, with a finding", async () => {
    const id = await registerCharger();
    for (const seconds of [110, 112, 108]) await idle(id, seconds);
    expect(await history({ id }, "findings", "code")).toMatchObject([
      { code: "idle_close", detail: expect.stringContaining("54 s would keep it connected") },
    ]);
    expect(await toldInterval(await connectCharger(id))).toBe(54);
  });

  test("keeps the interval that an operator has set: the finding proposes the other one", async () => {
    const id = await registerCharger({ heartbeatInterval: 3600 });
    for (const seconds of [110, 112, 108]) await idle(id, seconds);
    expect(await findingsOf({ id })).toEqual(["idle_close"]);
    expect(await toldInterval(await connectCharger(id))).toBe(3600);
  });

  test("is told from one that hangs up in the midst of things, or whenever it likes", async () => {
    const id = await registerCharger();
    for (const seconds of [110, 2, 300, 110]) await idle(id, seconds);
    expect(await findingsOf({ id })).toEqual([]);
  });
});

describe.each(VERSIONS)("a charger of OCPP %s that connects without a boot", (version, boot) => {
  const here = (registration: Registration = {}) => online(registration, { subprotocols: SUBPROTOCOLS[version] });
  const REQUEST = { requestedMessage: "BootNotification" };

  test("and never told what it is, is asked for it once a connection, and not for ever", async () => {
    const charger = await here();
    let connection = charger;
    for (let i = 0; i < 3; i += 1) {
      await alarmIsSet(charger);
      await ring(charger, 11_000);
      const [, id, action, payload] = await connection.next();
      expect([action, payload]).toEqual(["TriggerMessage", REQUEST]);
      connection.send([3, id, { status: "NotImplemented" }]);
      await connection.call("Heartbeat", {}, "h");
      await ring(charger, 60_000);
      expect(connection.received).toHaveLength(2);
      connection = await connectCharger(charger.id, { subprotocols: SUBPROTOCOLS[version] });
    }
    await ring(charger, 60_000);
    await connection.call("Heartbeat", {}, "h");
    expect(connection.received).toHaveLength(1);
  });

  test("is not asked once it has booted, nor where that is switched off", async () => {
    const booted = await here();
    await booted.call("BootNotification", boot);
    booted.close();
    await booted.closed;
    const again = await connectCharger(booted.id, { subprotocols: SUBPROTOCOLS[version] });
    const left = await here({ tuning: { triggerBoot: false } });
    for (const charger of [again, left]) {
      await ring(charger, 60_000);
      await charger.call("Heartbeat", {}, "h");
      expect(charger.received).toHaveLength(1);
    }
  });
});

describe("what an operator tunes for a charger", () => {
  test("is merged with what was tuned before, shown with its defaults, and in force at once", async () => {
    const { token } = await someone("operator");
    const charger = await online();
    const patch = async (tuning: object) =>
      (await call("PATCH", `/api/charge-points/${charger.id}`, { token, body: { tuning } })).body.tuning;
    expect(await patch({ heartbeatJitter: false })).toMatchObject({ heartbeatJitter: false, triggerBoot: true });
    expect(await toldInterval(charger)).toBe(300);
    expect(await patch({ triggerBoot: false })).toMatchObject({ heartbeatJitter: false, triggerBoot: false });
    expect(await patch({ heartbeatJitter: null })).toMatchObject({ heartbeatJitter: true, triggerBoot: false });
    const wrong = { token, body: { tuning: { triggerBoot: "no" } } };
    expect((await call("PATCH", `/api/charge-points/${charger.id}`, wrong)).status).toBe(422);
    expect(await stationRow(charger)).toMatchObject({ tuning: JSON.stringify({ triggerBoot: false }) });
  });
});
