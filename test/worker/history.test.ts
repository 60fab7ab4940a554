// What reaches D1: all of it, once, in order, at the price of few rows, whatever fails on the way.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Log } from "../../src/durable-objects/charge-point/log.ts";
import { Storage } from "../../src/durable-objects/charge-point/storage.ts";
import type { ChargePoint } from "../../src/durable-objects/charge-point.ts";
import type { HistoryRow } from "../../src/durable-objects/history/batch.ts";
import { chargePointOf, historyWriterOf } from "../../src/durable-objects/stubs.ts";
import type { Fact } from "../../src/ocpp/facts/fact.ts";
import { runScheduledWork } from "../../src/workers/scheduled-work.ts";
import { alarmOf } from "../support/worker/alarm.ts";
import { eventually, newIdentity } from "../support/worker/charger.ts";
import { addIdToken, registerCharger } from "../support/worker/registry.ts";
import { countRows } from "../support/worker/rows.ts";
import {
  actorOf,
  at,
  BOOT_16,
  findingsOf,
  history,
  meterValuesOf,
  online,
  sample,
  start,
  stationRow,
  transactionsOf,
} from "../support/worker/sessions.ts";

const TABLES = [
  "charge_points",
  "connectors",
  "connector_statuses",
  "transactions",
  "meter_chunks",
  "findings",
  "commands",
  "id_tokens",
];

/** Runs `work` while D1 has none of its tables. */
async function withoutDatabase<T>(work: () => Promise<T>): Promise<T> {
  for (const table of TABLES) await env.DB.exec(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  try {
    return await work();
  } finally {
    for (const table of TABLES) await env.DB.exec(`ALTER TABLE ${table}_away RENAME TO ${table}`);
  }
}

const dump = async (id: string): Promise<unknown> =>
  Object.fromEntries(
    await Promise.all(
      TABLES.filter((table) => table !== "id_tokens").map(async (table) => {
        const column = table === "charge_points" ? "key" : "charge_point";
        const { results } = await env.DB.prepare(`SELECT * FROM ${table} WHERE ${column} = ?`)
          .bind(id.toLowerCase())
          .all();
        return [table, results];
      }),
    ),
  );

const row = (seq: number, ...facts: Fact[]): HistoryRow => ({ seq, at: seq, frame: "", facts });
const status = (name: string, connectorId = 1): Fact => ({
  kind: "connectorStatus",
  status: { evseId: connectorId, connectorId, status: name, statusAt: 0 },
});
/** What D1 refuses: a connector without a status. */
const POISON: Fact = {
  kind: "connectorStatus",
  status: { evseId: 9, connectorId: 9, status: null as unknown as string, statusAt: 0 },
};
const values = (seq: number, transactionId = "tx"): HistoryRow => ({
  seq,
  at: seq,
  frame: JSON.stringify([2, "m", "MeterValues", { connectorId: 1, meterValue: [sample(seq, String(seq))] }]),
  facts: [{ kind: "meterValues", transactionId, evseId: 1, connectorId: 1 }],
});
const ship = (id: string, ...rows: HistoryRow[]) =>
  historyWriterOf(env, id.toLowerCase()).write({ chargePoint: id.toLowerCase(), identity: id, rows });

/** Two chargers whose history goes through the same writer. */
function twoOfOneWriter(): [string, string] {
  const writer = (id: string) => historyWriterOf(env, id.toLowerCase()).id;
  const first = newIdentity();
  let second = newIdentity();
  while (!writer(second).equals(writer(first))) second = newIdentity();
  return [first, second];
}

describe("while the database is away", () => {
  test("no charger notices, and everything arrives afterwards", async () => {
    await addIdToken("KNOWN");
    const charger = await online();
    await charger.call("Authorize", { idTag: "KNOWN" });
    await actorOf(charger).flush();
    const id = await withoutDatabase(async () => {
      expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
      expect(await charger.call("Authorize", { idTag: "KNOWN" }, "a")).toMatchObject([
        3,
        "a",
        { idTagInfo: { status: "Accepted" } },
      ]);
      expect(await charger.call("Authorize", { idTag: "STRANGER" }, "x")).toMatchObject([
        3,
        "x",
        { idTagInfo: { status: "Accepted" } },
      ]);
      const transactionId = await start(charger, { idTag: "KNOWN" });
      await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1, "1100")] });
      await actorOf(charger).flush();
      await evictDurableObject(actorOf(charger));
      await charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Charging" });
      await charger.call("StopTransaction", { transactionId, meterStop: 1200, timestamp: at(9) });
      expect((await actorOf(charger).live())?.historyBacklog).toBeGreaterThan(3);
      return transactionId;
    });
    expect(await transactionsOf(charger)).toMatchObject([
      { ocpp_transaction_id: String(id), status: "completed", meter_stop: 1200 },
    ]);
    expect(await meterValuesOf(charger)).toHaveLength(1);
    expect(await history(charger, "connectors")).toMatchObject([{ status: "Charging" }]);
    expect(await stationRow(charger)).toMatchObject({ vendor: "V", connected: 1 });
    expect(await findingsOf(charger)).toEqual(["authorized_blind"]);
    expect((await actorOf(charger).live())?.historyBacklog).toBe(0);
  });

  test("the alarm tries again, with a pause, until it is back", async () => {
    const charger = await online();
    await actorOf(charger).flush();
    await withoutDatabase(async () => {
      await charger.call("BootNotification", BOOT_16);
      await actorOf(charger).flush();
      for (let i = 0; i < 3; i += 1) {
        await runDurableObjectAlarm(actorOf(charger));
        // While it rings of its own accord there is none for a moment.
        const next = await eventually(
          async () => (await alarmOf(charger)) ?? undefined,
          "the next attempt to be planned",
        );
        expect(next).toBeLessThan(Date.now() + 61_000);
        expect(await actorOf(charger).live()).not.toMatchObject({ historyBacklog: 0 });
      }
    });
    await eventually(async () => {
      await runDurableObjectAlarm(actorOf(charger));
      return (await actorOf(charger).live())?.historyBacklog === 0 ? true : undefined;
    }, "the backlog to be shipped by the alarm");
  });
});

describe("a shipment", () => {
  test("that is repeated because the writer's answer was lost changes nothing", async () => {
    const id = await registerCharger();
    const rows = [
      row(100, { kind: "connected", connectionId: "c", version: "1.6" }, status("Available")),
      row(101, {
        kind: "transactionStarted",
        transaction: { id: `${id}-tx`, ocppTransactionId: "7", evseId: 1, connectorId: 1, startedAt: 1, meterStart: 5 },
      }),
      row(102, { kind: "finding", code: "clock", detail: "x" }),
      values(103, `${id}-tx`),
      row(
        104,
        { kind: "transactionStopped", stop: { id: `${id}-tx`, stoppedAt: 9, meterStop: 9 } },
        status("Finishing"),
      ),
      row(105, { kind: "finding", code: "clock", detail: "y" }),
    ];
    expect(await ship(id, ...rows)).toEqual({ ok: true });
    const before = await dump(id);
    expect(await ship(id, ...rows)).toEqual({ ok: true });
    expect(await ship(id, ...rows.slice(0, 3))).toEqual({ ok: true });
    expect(await ship(id, ...rows.slice(2))).toEqual({ ok: true });
    expect(await dump(id)).toMatchObject(before as object);
    expect(await dump(id)).toMatchObject({
      findings: [{ code: "clock", count: 2, detail: "y" }],
      transactions: [{ status: "completed", meter_stop: 9 }],
      charge_points: [{ connected: 1 }],
    });
  });

  test("of meter values leaves each value once, however the repetition is cut", async () => {
    const id = newIdentity();
    const rows = [1, 2, 3, 4, 5].map((seq) => values(seq));
    for (const one of rows.slice(0, 3)) await ship(id, one);
    await ship(id, ...rows);
    expect((await meterValuesOf({ id })).map(({ sampledValue }) => sampledValue[0]?.value)).toEqual([1, 2, 3, 4, 5]);
    await ship(id, ...rows.slice(0, 2));
    await ship(id, ...rows.slice(2));
    expect((await meterValuesOf({ id })).map(({ sampledValue }) => sampledValue[0]?.value)).toEqual([1, 2, 3, 4, 5]);
  });

  test("with a row that D1 refuses names that row, and the rows before it are in", async () => {
    const id = await registerCharger();
    expect(await ship(id, row(1, status("Available")), row(2, POISON), row(3, status("Faulted")))).toMatchObject({
      ok: false,
      reason: "rejected",
      seq: 2,
    });
    expect(await dump(id)).toMatchObject({ connectors: [{ status: "Available" }] });
  });

  test("that a bug of ours cannot tell to D1 waits for the next version, and nobody else waits with it", async () => {
    const [id, other] = twoOfOneWriter();
    const nonsense = { kind: "connectorStatus" } as unknown as Fact;
    const replies = await Promise.all([ship(id, row(1, nonsense)), ship(other, row(1, status("Charging")))]);
    expect(replies).toMatchObject([{ ok: false, reason: "unavailable" }, { ok: true }]);
    expect(await ship(id, row(1, status("Available")))).toEqual({ ok: true });
  });

  test("of one charger with a bad row does not hold up another one in the same batch", async () => {
    const [bad, good] = twoOfOneWriter();
    await registerCharger({}, good);
    const before = await historyWriterOf(env, good.toLowerCase()).counters();
    const [first, second] = await Promise.all([
      ship(bad, row(1, POISON)),
      ship(good, values(1, good), values(2, good), row(3, status("Available"))),
    ]);
    expect(first).toMatchObject({ ok: false, reason: "rejected", seq: 1 });
    expect(second).toEqual({ ok: true });
    // The innocent one is not taken apart for it: its values are one chunk.
    expect(await dump(good)).toMatchObject({
      meter_chunks: [{ first_seq: 1, last_seq: 2 }],
      connectors: [{ status: "Available" }],
    });
    const after = await historyWriterOf(env, good.toLowerCase()).counters();
    expect(after.batches - before.batches).toBeLessThanOrEqual(4);
  });
});

describe("a row that D1 refuses", () => {
  test("is parked by its charger, and the rest arrives", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await env.DB.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON connectors WHEN NEW.status = 'Poison' BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed'); END",
    );
    try {
      await charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available" });
      await charger.call("StatusNotification", { connectorId: 2, errorCode: "NoError", status: "Poison" });
      await charger.call("StatusNotification", { connectorId: 3, errorCode: "NoError", status: "Charging" });
      const connectors = await history(charger, "connectors", "connector_id");
      expect(connectors.map(({ connector_id, status }) => [connector_id, status])).toEqual([
        [1, "Available"],
        [3, "Charging"],
      ]);
    } finally {
      await env.DB.exec("DROP TRIGGER refuse");
    }
    const parked = await runInDurableObject(actorOf(charger), (_instance, state) =>
      state.storage.sql.exec("SELECT * FROM parked").toArray(),
    );
    expect(parked).toMatchObject([{ error: expect.stringContaining("constraint") }]);
    expect(await findingsOf(charger)).toContain("history_parked");
    expect((await actorOf(charger).live())?.historyBacklog).toBe(0);
  });

  test("is told once more by the scheduled work, and with it the end of the session that it began", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await env.DB.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON transactions WHEN NEW.id_token = 'POISON' BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed'); END",
    );
    const result = async () => {
      await runScheduledWork(env, "hourly");
      const row = await env.DB.prepare("SELECT result FROM scheduled_work WHERE name = 'parked-history'").first();
      return JSON.parse(String(row?.result));
    };
    try {
      const transactionId = await start(charger, { idTag: "POISON", meterStart: 1000 });
      const meterValue = [{ timestamp: at(30), sampledValue: [{ value: "1500" }] }];
      await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue });
      await charger.call("StopTransaction", { transactionId, meterStop: 2000, timestamp: at(60) });
      expect(await transactionsOf(charger)).toEqual([]);
      expect((await result()).asked).toBeGreaterThan(0);
      expect(await findingsOf(charger)).toContain("history_parked");
    } finally {
      await env.DB.exec("DROP TRIGGER refuse");
    }
    await evictDurableObject(actorOf(charger));
    expect((await result()).arrived).toBeGreaterThan(0);
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", meter_start: 1000, meter_stop: 2000 }]);
    expect(await findingsOf(charger)).not.toContain("history_parked");
    expect(await actorOf(charger).outbox()).toEqual({ waiting: 0, parked: 0 });
  });

  test("is not made by a unit, a name or a text of the charger's fancy", async () => {
    const charger = await online();
    for (const unit of ["constructor", "__proto__", "toString", "\u0000", "\ud800", "🔌"]) {
      const meterValue = [
        { timestamp: at(1), sampledValue: [{ value: "5", unit, measurand: unit, phase: unit, format: unit }] },
      ];
      expect(await charger.call("MeterValues", { connectorId: 1, meterValue }, unit)).toEqual([3, unit, {}]);
      const info = { connectorId: 1, errorCode: unit, status: unit, info: unit, vendorId: unit };
      expect(await charger.call("StatusNotification", info, `${unit}s`)).toEqual([3, `${unit}s`, {}]);
    }
    expect(await meterValuesOf(charger)).toHaveLength(6);
    expect(await history(charger, "connector_statuses", "seq")).toHaveLength(6);
    expect(await actorOf(charger).outbox()).toMatchObject({ parked: 0 });
  });
});

describe("large frames", () => {
  test("are shipped in portions that RPC and D1 can take", async () => {
    const charger = await online();
    const transactionId = await start(charger);
    await actorOf(charger).flush();
    const many = Array.from({ length: 2000 }, (_, i) => ({
      value: String(i),
      measurand: "Voltage",
      unit: "V",
      context: "Sample.Periodic",
      location: "Outlet",
      format: "Raw",
      phase: "L1",
    }));
    await withoutDatabase(async () => {
      for (let i = 0; i < 12; i += 1) {
        const meterValue = Array.from({ length: 4 }, (_, j) => ({ timestamp: at(i * 4 + j), sampledValue: many }));
        await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue });
      }
    });
    expect(await meterValuesOf(charger)).toHaveLength(48);
    expect((await actorOf(charger).live())?.historyBacklog).toBe(0);
  });
});

describe("the log", () => {
  const inActor = <R>(work: (log: Log, storage: Storage, state: DurableObjectState) => R) =>
    runInDurableObject(chargePointOf(env, newIdentity()), (_instance: ChargePoint, state) => {
      const storage = new Storage(state.storage);
      storage.prepare();
      return work(new Log(storage), storage, state);
    });
  const entry = (at: number, facts: Fact[] = []) => ({ at, direction: "in" as const, frame: "[]", facts });
  const segments = (state: DurableObjectState) =>
    state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name GLOB 'log_*' ORDER BY name").toArray().length;

  test("is cut into segments, and only what history has is dropped", async () => {
    await inActor((log, storage, state) => {
      const first = storage.transaction(() => log.append(entry(1_000, [status("Available")])));
      for (let i = 1; i < 4096 * 7; i += 512)
        storage.transaction(() => {
          for (let j = 0; j < 512; j += 1) log.append(entry(1_000 + i + j, j === 0 ? [status("Charging")] : []));
        });
      expect(segments(state)).toBe(8);
      storage.transaction(() => log.prune(first));
      expect(segments(state)).toBe(8);
      storage.transaction(() => log.prune(first + 4096 - 2));
      expect(segments(state)).toBe(8);
      expect(log.pendingAfter(first)).toMatchObject({ count: 56, urgent: true });
      expect(log.unshipped(first - 1, 10, 1e9).map(({ seq }) => seq - first)).toEqual([
        0, 1, 513, 1025, 1537, 2049, 2561, 3073, 3585,
      ]);
      expect(log.unshipped(first + 3585, 2, 1e9).map(({ seq }) => seq - first)).toEqual([4097, 4609]);
      expect(log.unshipped(first + 3585, 2, 1)).toHaveLength(1);
      storage.transaction(() => log.prune(first + 4096));
      expect(segments(state)).toBe(7);
      storage.transaction(() => log.prune(log.nextSeq));
      expect(segments(state)).toBe(4);
      expect(log.before(log.nextSeq, 5).map(({ seq }) => log.nextSeq - seq)).toEqual([1, 2, 3, 4, 5]);
      expect(new Log(storage).nextSeq).toBe(log.nextSeq);
      const [oldest] = log.after(0, 1);
      expect(oldest && oldest.seq - first).toBe(4096 * 4);
      expect(log.get(first)).toBeUndefined();
    });
  });

  test("forgets what was rolled back, also its very first entry and a new segment", async () => {
    await inActor((log, storage, state) => {
      const failing = (work: () => void) =>
        expect(() =>
          storage.transaction(() => {
            work();
            throw new Error("no");
          }),
        ).toThrow("no");
      failing(() => log.append(entry(5)));
      expect(log.nextSeq).toBe(0);
      const first = storage.transaction(() => log.append(entry(7)));
      expect(first).toBe(7000);
      expect(new Log(storage).nextSeq).toBe(first + 1);
      storage.transaction(() => {
        for (let i = 1; i < 4096; i += 1) log.append(entry(7));
      });
      failing(() => log.append(entry(8)));
      expect(segments(state)).toBe(1);
      expect(storage.transaction(() => log.append(entry(9)))).toBe(first + 4096);
      expect(segments(state)).toBe(2);
      expect(log.after(first + 4090, 100)).toHaveLength(6);
    });
  });
});

describe("rows written", () => {
  afterEach(() => void vi.useRealTimers());

  test("a Heartbeat writes none and sets no alarm, awake or just woken", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await actorOf(charger).flush();
    const rows = await countRows(actorOf(charger));
    for (let i = 0; i < 5; i += 1) await charger.call("Heartbeat", {});
    await evictDurableObject(actorOf(charger));
    await countRows(actorOf(charger), rows);
    for (let i = 0; i < 5; i += 1) await charger.call("Heartbeat", {});
    expect(rows).toEqual({ sql: 0, alarms: 0 });
  });

  test("a MeterValues a minute costs at most 2.2 all told, the actor hibernating in between", async () => {
    const charger = await online();
    const stub = actorOf(charger);
    await charger.call("BootNotification", BOOT_16);
    const transactionId = await start(charger);
    await stub.flush();
    const writer = historyWriterOf(env, charger.id.toLowerCase());
    const before = (await writer.counters()).rowsWritten;
    const counted = { sql: 0, alarms: 0 };
    const began = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: began });
    for (let minute = 1; minute <= 60; minute += 1) {
      vi.setSystemTime(began + minute * 60_000);
      await evictDurableObject(stub);
      await countRows(stub, counted);
      const alarm = await runInDurableObject(stub, (_instance, state) => state.storage.getAlarm());
      if (alarm !== null && alarm <= Date.now()) await runDurableObjectAlarm(stub);
      const meterValue = [{ timestamp: new Date().toISOString(), sampledValue: [{ value: String(1000 + minute) }] }];
      expect(await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue }, minute)).toEqual([
        3,
        minute,
        {},
      ]);
    }
    await stub.flush();
    const inD1 = (await writer.counters()).rowsWritten - before;
    const perFrame = (counted.sql + counted.alarms + inD1) / 60;
    console.info(
      `rows for 60 MeterValues: ${counted.sql} in the actor, ${counted.alarms} alarms, ${inD1} in D1: ${perFrame.toFixed(2)} a frame`,
    );
    expect(counted.sql).toBeGreaterThanOrEqual(60);
    expect(inD1).toBeGreaterThan(0);
    expect(perFrame).toBeLessThanOrEqual(2.2);
    vi.useRealTimers();
    expect(await meterValuesOf(charger)).toHaveLength(60);
  });
});
