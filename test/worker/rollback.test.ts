// When the actor cannot store something, nothing of it happened: not on the disk, not in memory, and the next thing works.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { type Deadline, Deadlines } from "../../src/durable-objects/charge-point/deadlines.ts";
import type { Charger } from "../support/worker/charger.ts";
import {
  actorOf,
  at,
  BOOT_16,
  history,
  online,
  start,
  startPayload,
  transactionsOf,
} from "../support/worker/sessions.ts";

/** Runs `work` while one of the actor's tables takes nothing. It has to be there: one that is not would be made. */
async function withSpoilt<T>(charger: Charger, table: string, work: () => Promise<T>): Promise<T> {
  const run = (sql: string) =>
    runInDurableObject(actorOf(charger), (_instance, { storage }) => void storage.sql.exec(sql));
  await run(`ALTER TABLE ${table} RENAME TO ${table}_away; CREATE TABLE ${table} (x TEXT)`);
  try {
    return await work();
  } finally {
    await run(`DROP TABLE ${table}; ALTER TABLE ${table}_away RENAME TO ${table}`);
  }
}

const status = (name: string) => ({ connectorId: 1, errorCode: "NoError", status: name, timestamp: at(0) });

describe("a frame that cannot be stored", () => {
  test("is answered with InternalError, leaves nothing behind, and may be sent again", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await charger.call("StatusNotification", status("Available"));
    await withSpoilt(charger, "connectors", async () => {
      for (let i = 0; i < 2; i += 1)
        expect(await charger.call("StatusNotification", status("Charging"), "s")).toMatchObject([
          4,
          "s",
          "InternalError",
          expect.any(String),
          {},
        ]);
      expect((await actorOf(charger).messages(null, 10)).filter(({ frame }) => frame.includes("Charging"))).toEqual([]);
    });
    expect(await charger.call("StatusNotification", status("Charging"), "s")).toEqual([3, "s", {}]);
    expect(await history(charger, "connector_statuses", "seq")).toHaveLength(2);
    await evictDurableObject(actorOf(charger));
    expect((await actorOf(charger).messages(null, 10)).filter(({ frame }) => frame.includes("Charging"))).toHaveLength(
      1,
    );
  });

  test("is answered so also after it waited for the database, and the frames behind it are handled", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const first = await start(charger);
    await withSpoilt(charger, "transactions", async () => {
      charger.send([2, "s", "StartTransaction", startPayload({ timestamp: at(1), idTag: "ASK-D1" })]);
      charger.send([2, "h", "Heartbeat", {}]);
      // One that needs no transactions: their table is still spoilt.
      charger.send([2, "n", "FirmwareStatusNotification", { status: "Idle" }]);
      expect(await charger.next()).toMatchObject([4, "s", "InternalError", expect.any(String), {}]);
      expect(await charger.next()).toMatchObject([3, "h", {}]);
      expect(await charger.next()).toEqual([3, "n", {}]);
    });
    const [, , again] = await charger.call(
      "StartTransaction",
      startPayload({ timestamp: at(1), idTag: "ASK-D1" }),
      "s",
    );
    expect(again).toMatchObject({ transactionId: first + 1 });
    expect(await transactionsOf(charger)).toMatchObject([{ closed_by: "superseded" }, { status: "active" }]);
  });
});

describe("a command that cannot be stored", () => {
  test("is not sent, and does not stand in the way of the next one", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const unlock = { action: "UnlockConnector", payload: { connectorId: 1 }, offline: "fail" as const };
    await actorOf(charger).command(unlock, 0);
    const [, id] = await charger.next();
    charger.send([3, String(id), { status: "Unlocked" }]);
    await charger.call("Heartbeat", {});
    await withSpoilt(charger, "commands", async () => {
      await runInDurableObject(actorOf(charger), (actor) =>
        expect(actor.command(unlock, 0)).rejects.toThrow(/commands/),
      );
    });
    await charger.call("Heartbeat", {});
    expect(charger.received).toHaveLength(4);
    const next = await actorOf(charger).command(unlock, 0);
    expect(next).toMatchObject({ ok: true, value: { status: "sent" } });
    expect((await charger.next())[2]).toBe("UnlockConnector");
  });
});

describe("deadlines", () => {
  const storage = (alarm: number | null = null) => {
    const alarms: number[] = [];
    const fake = { getAlarm: async () => alarm, setAlarm: async (at: number) => void alarms.push(at) };
    return { alarms, fake: fake as unknown as DurableObjectStorage };
  };
  const deadline = (due: () => number | undefined, fire: Deadline["fire"] = () => {}): Deadline => ({
    name: "test",
    due,
    fire,
  });

  test("set the alarm once, and again only for something earlier", async () => {
    const { alarms, fake } = storage();
    let due: number | undefined = 5_000;
    const deadlines = new Deadlines(fake, () => [deadline(() => due)]);
    await deadlines.load();
    for (due of [5_000, 5_000, 6_000, undefined, 4_000, 4_500]) deadlines.arm();
    expect(alarms).toEqual([5_000, 4_000]);
  });

  test("do not set again what is set when the actor wakes", async () => {
    const { alarms, fake } = storage(5_000);
    const deadlines = new Deadlines(fake, () => [deadline(() => 5_000)]);
    await deadlines.load();
    deadlines.arm();
    expect(alarms).toEqual([]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "that are no time at all set nothing: %d",
    async (due) => {
      const { alarms, fake } = storage();
      const deadlines = new Deadlines(fake, () => [deadline(() => due), deadline(() => 7_000)]);
      deadlines.arm();
      expect(alarms).toEqual([7_000]);
    },
  );

  test("that fail do not keep the others from ringing, and do not spin", async () => {
    const { alarms, fake } = storage();
    const fired = vi.fn();
    const broken = deadline(
      () => 1,
      () => Promise.reject(new Error("no")),
    );
    const deadlines = new Deadlines(fake, () => [
      broken,
      deadline(() => (fired.mock.calls.length === 0 ? 1 : undefined), fired),
    ]);
    await deadlines.ring(Date.now());
    expect(fired).toHaveBeenCalledOnce();
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toBeGreaterThan(Date.now() + 500);
  });
});
