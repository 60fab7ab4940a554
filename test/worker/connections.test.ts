// Sockets come and go: the newest one is the charger, and what D1 shows of it follows what is true.
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { chargePointOf } from "../../src/durable-objects/stubs.ts";
import { connectCharger, knock } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_16,
  findingsOf,
  online,
  start,
  stationRow,
  transactionsOf,
} from "../support/worker/sessions.ts";

const HEARTBEAT = { currentTime: expect.any(String) };
const UNLOCK = { action: "UnlockConnector", payload: { connectorId: 1 }, offline: "fail" as const };

describe("two connections of one charger", () => {
  test("the newest one wins, and the older one is closed", async () => {
    const older = await online();
    const newer = await connectCharger(older.id);
    expect(await older.closed).toMatchObject({ code: 1001 });
    expect(await newer.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
    expect(await actorOf(newer).live()).toMatchObject({ connected: true });
    expect(await stationRow(newer)).toMatchObject({ connected: 1 });
  });

  test("closing the older one never marks the charger offline", async () => {
    const older = await online();
    const newer = await connectCharger(older.id);
    older.close(1000, "late");
    await scheduler.wait(50);
    expect(await stationRow(newer)).toMatchObject({ connected: 1 });
    expect(await actorOf(newer).live()).toMatchObject({ connected: true });
    await evictDurableObject(actorOf(newer));
    expect(await newer.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
    expect(await stationRow(newer)).toMatchObject({ connected: 1 });
  });

  test("an older one that never learns of its end does not come back when the newer one closes", async () => {
    const older = await online();
    const newer = await connectCharger(older.id);
    await newer.call("BootNotification", BOOT_16);
    await evictDurableObject(actorOf(newer));
    newer.close();
    await newer.closed;
    await evictDurableObject(actorOf(newer));
    expect(await actorOf(newer).live()).toMatchObject({ connected: false });
    expect(await actorOf(newer).command(UNLOCK, 0)).toMatchObject({ ok: false, error: { reason: "not_connected" } });
    expect(await stationRow(newer)).toMatchObject({ connected: 0 });
  });

  test("a refused second one leaves the first alone", async () => {
    const charger = await online({ securityProfile: 0 });
    expect((await knock(charger.id, { subprotocols: "mqtt" })).status).toBe(400);
    expect(await charger.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
  });

  test("facts that still came on the older one count", async () => {
    const older = await online();
    older.send([2, "s", "StartTransaction", { connectorId: 1, idTag: "NEEDS-D1", meterStart: 1, timestamp: at(0) }]);
    const newer = await connectCharger(older.id);
    await newer.call("Heartbeat", {}, "h");
    expect(await transactionsOf(newer)).toHaveLength(1);
  });

  test("a call in flight on the older one has an unknown outcome at once", async () => {
    const older = await online();
    await older.call("BootNotification", BOOT_16);
    const answer = actorOf(older).command(UNLOCK, 5_000);
    expect((await older.next())[2]).toBe("UnlockConnector");
    await connectCharger(older.id);
    expect(await answer).toMatchObject({ ok: true, value: { status: "unknown", error: { code: "ConnectionLost" } } });
  });

  test("five replacements within minutes are an identity conflict", async () => {
    const charger = await online();
    for (let i = 0; i < 4; i += 1) await connectCharger(charger.id);
    expect(await findingsOf(charger)).toEqual([]);
    await connectCharger(charger.id);
    expect(await findingsOf(charger)).toEqual(["identity_conflict"]);
  });

  test("that follow each other, each closed before the next, are none", async () => {
    const id = await registerCharger();
    for (let i = 0; i < 7; i += 1) {
      const charger = await connectCharger(id);
      charger.close();
      await charger.closed;
    }
    expect(await findingsOf({ id })).toEqual([]);
    expect(await stationRow({ id })).toMatchObject({ connected: 0 });
  });
});

describe("a connection that ends", () => {
  test("is seen as such, and a new one as a new one", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    charger.close(1000, "bye");
    await charger.closed;
    expect(await stationRow(charger)).toMatchObject({ connected: 0 });
    expect(await actorOf(charger).live()).toMatchObject({ connected: false, connectedAt: null });
    const again = await connectCharger(charger.id);
    expect(await stationRow(again)).toMatchObject({ connected: 1 });
  });

  test("without a close event, in a crash, is noticed by the next one who asks", async () => {
    for (const ask of ["reconcile", "flush"] as const) {
      const charger = await online();
      await charger.call("BootNotification", BOOT_16);
      expect(await stationRow(charger)).toMatchObject({ connected: 1 });
      await abortAllDurableObjects();
      await chargePointOf(env, charger.id)[ask]();
      const row = await env.DB.prepare("SELECT connected FROM charge_points WHERE key = ?")
        .bind(charger.id.toLowerCase())
        .first();
      expect(row).toEqual({ connected: 0 });
    }
  });

  test("in a crash is noticed by the charger's next connection", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const sent = actorOf(charger).command(UNLOCK, 0);
    expect(await sent).toMatchObject({ ok: true, value: { status: "sent" } });
    await abortAllDurableObjects();
    const again = await connectCharger(charger.id);
    expect(await stationRow(again)).toMatchObject({ connected: 1 });
    const { results } = await env.DB.prepare("SELECT status FROM commands WHERE charge_point = ?")
      .bind(charger.id.toLowerCase())
      .all();
    expect(results).toEqual([{ status: "unknown" }]);
    const events = (await actorOf(again).messages(null, 10))
      .filter(({ direction }) => direction === "event")
      .map(({ frame }) => JSON.parse(frame).event);
    expect(events.slice(0, 3)).toEqual(["connected", "command_unknown", "disconnected"]);
  });

  test("by closing the socket of a sleeping actor is noticed", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await evictDurableObject(actorOf(charger), { webSockets: "close" });
    await actorOf(charger).flush();
    expect(await stationRow(charger)).toMatchObject({ connected: 0 });
  });

  test("what was answered before a crash is in D1 after it", async () => {
    const charger = await online();
    const transactionId = await start(charger);
    await abortAllDurableObjects();
    const again = await connectCharger(charger.id);
    await again.call("StopTransaction", { transactionId, meterStop: 2000, timestamp: at(60) });
    await abortAllDurableObjects();
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", meter_stop: 2000 }]);
  });
});

describe("the alarm", () => {
  test("ships what a crash left behind, and then rests", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await start(charger);
    await abortAllDurableObjects();
    const actor = actorOf(charger);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
    expect(await runDurableObjectAlarm(actor)).toBe(true);
    vi.useRealTimers();
    const row = await env.DB.prepare("SELECT count(*) AS n FROM transactions WHERE charge_point = ?")
      .bind(charger.id.toLowerCase())
      .first();
    expect(row).toEqual({ n: 1 });
    await runInDurableObject(actor, async (_instance, state) => expect(await state.storage.getAlarm()).toBeNull());
  });
});

describe("erasing", () => {
  test("closes the socket, forgets the registration at once, and keeps the history", async () => {
    const charger = await online();
    await start(charger);
    await env.DB.prepare("DELETE FROM charge_points WHERE key = ?").bind(charger.id.toLowerCase()).run();
    const erased = actorOf(charger).erase();
    expect((await knock(charger.id)).status).toBe(404);
    await erased;
    expect(await charger.closed).toMatchObject({ code: 1008 });
    expect(await transactionsOf(charger)).toHaveLength(1);
    expect(await actorOf(charger).live()).toMatchObject({ connected: false, registration: null });
    expect((await actorOf(charger).messages(null, 10)).length).toBeGreaterThan(0);
  });
});
