// What all chargers of a wave tell when they come: few shipments, no alarms, and nothing lost.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { historyWriterOf } from "../../src/durable-objects/stubs.ts";
import { alarmOf } from "../support/worker/alarm.ts";
import { connectCharger } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_16, history, online, stationRow } from "../support/worker/sessions.ts";

const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 10_000 });
const shipmentsOf = async ({ id }: { id: string }) =>
  (await historyWriterOf(env, id.toLowerCase()).counters()).shipments;
const status = { connectorId: 1, errorCode: "NoError", status: "Available" };

describe("a charger that comes and boots", () => {
  it("is in D1 by itself, in one shipment, and no alarm was set for that", async () => {
    const id = await registerCharger();
    const before = await shipmentsOf({ id });
    const charger = await connectCharger(id);
    await charger.call("BootNotification", BOOT_16);
    expect(await alarmOf(charger)).toBeNull();
    await eventually(async () => expect(await shipmentsOf(charger)).toBe(before + 1));
    const row = await env.DB.prepare("SELECT connected, vendor FROM charge_points WHERE key = ?")
      .bind(id.toLowerCase())
      .first();
    expect(row).toEqual({ connected: 1, vendor: "V" });
  });

  it("has an alarm as soon as it tells what nobody would tell again", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await charger.call("StatusNotification", status);
    expect(await alarmOf(charger)).not.toBeNull();
    await eventually(async () => expect(await history(charger, "connectors")).toMatchObject([{ status: "Available" }]));
  });

  it("and whose actor is gone before it was told, is told of with what it says next", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await evictDurableObject(actorOf(charger));
    await charger.call("StatusNotification", status);
    expect(await stationRow(charger)).toMatchObject({ connected: 1, vendor: "V" });
  });

  it("that comes back after its socket was lost in silence is there, not away", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await actorOf(charger).flush();
    // As after a crash: what it was connected by is not there any more.
    await runInDurableObject(actorOf(charger), (_instance, state) => {
      state.storage.sql.exec(
        "UPDATE meta SET value = json_set(value, '$.id', 'a connection that is gone') WHERE key = 'connection'",
      );
    });
    await evictDurableObject(actorOf(charger));
    const again = await connectCharger(charger.id);
    await eventually(async () => {
      const row = await env.DB.prepare("SELECT connected FROM charge_points WHERE key = ?")
        .bind(charger.id.toLowerCase())
        .first();
      expect(row).toEqual({ connected: 1 });
    });
    expect(await again.call("Heartbeat", {}, "h")).toMatchObject([3, "h", {}]);
    expect(await alarmOf(charger)).toBeNull();
  });
});
