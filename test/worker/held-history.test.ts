// What chargers hold, in D1: repeated, late and doubled shipments leave what the charger said last.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { statementsOf } from "../../src/db/projections.ts";
import type { HistoryRow } from "../../src/durable-objects/history/batch.ts";
import type { Fact } from "../../src/ocpp/facts/fact.ts";
import { drop, hold, transactionDetail } from "../../src/ocpp/held.ts";
import { newIdentity } from "../support/worker/charger.ts";

const BASE = 1_700_000_000_000;
const row = (seq: number, ...facts: Fact[]): HistoryRow => ({ seq, at: BASE + seq, frame: "[]", facts });
const profile = (profileId: number, more: object = {}): Fact => ({
  kind: "chargingProfile",
  replaces: "id",
  profile: { profileId, evseId: 1, purpose: "TxProfile", stackLevel: 0, source: "CSO", profile: {}, ...more },
});
const limit = (key: string, data: object, merge = false) =>
  hold({ kind: "derControl", key, evseId: 0, data: { ...data }, merge });
const started = (id: string, evseId = 1): Fact => ({
  kind: "transactionStarted",
  transaction: { id, ocppTransactionId: `ocpp-${id}`, evseId, connectorId: 1, startedAt: BASE },
});

async function ship(chargePoint: string, ...rows: HistoryRow[]) {
  await env.DB.batch(statementsOf(env.DB, { chargePoint, rows }));
}

async function rowsOf(chargePoint: string, table: string, columns: string, order: string) {
  const sql = `SELECT ${columns} FROM ${table} WHERE charge_point = ? ORDER BY ${order}`;
  return (await env.DB.prepare(sql).bind(chargePoint).all()).results;
}
const holdings = (cp: string) => rowsOf(cp, "holdings", "key, data, removed_at IS NULL AS held", "key");
const profiles = (cp: string) => rowsOf(cp, "charging_profiles", "profile_id AS id, removed_at IS NULL AS held", "id");
const details = (cp: string) => rowsOf(cp, "transaction_details", "transaction_id AS tx, detail, data", "tx, detail");

test("a shipment that is repeated, whole or with more behind it, changes nothing", async () => {
  const cp = newIdentity("held").toLowerCase();
  const rows = [
    row(1, limit("a", { x: 1 }), profile(1), profile(2)),
    row(2, limit("a", { y: 2 }, true)),
    row(3, drop({ kind: "derControl", keys: ["a"] }), { kind: "chargingProfilesGone", criteria: { ids: [1] } }),
    row(4, limit("a", { z: 3 }, true)),
  ];
  await ship(cp, ...rows.slice(0, 2));
  expect(await holdings(cp)).toEqual([{ key: "a", data: '{"x":1,"y":2}', held: 1 }]);
  await ship(cp, ...rows);
  await ship(cp, ...rows);
  // What came back after it was gone is not mixed with what it was before.
  expect(await holdings(cp)).toEqual([{ key: "a", data: '{"z":3}', held: 1 }]);
  expect(await profiles(cp)).toEqual([
    { id: 1, held: 0 },
    { id: 2, held: 1 },
  ]);
});

test("a shipment that arrives late does not bring back what is gone", async () => {
  const cp = newIdentity("held").toLowerCase();
  const early = row(1, limit("a", { x: 1 }), profile(1));
  const gone = row(2, drop({ kind: "derControl" }), { kind: "chargingProfilesGone", criteria: {} });
  await ship(cp, early, gone);
  await ship(cp, early);
  expect(await holdings(cp)).toMatchObject([{ held: 0 }]);
  expect(await profiles(cp)).toEqual([{ id: 1, held: 0 }]);
});

test("what is dropped may be told by its members, its age and its exceptions", async () => {
  const cp = newIdentity("held").toLowerCase();
  await ship(
    cp,
    row(1, limit("a", { on: true, n: 1 }), limit("b", { on: false, n: 1 }), limit("c", { on: true, n: "1" })),
  );
  await ship(cp, row(5, limit("d", { on: true, n: 1 })));
  const left = async () => (await holdings(cp)).filter(({ held }) => held === 1).map(({ key }) => key);
  await ship(cp, row(6, drop({ kind: "derControl", match: { on: true }, before: BASE + 5, except: ["c"] })));
  expect(await left()).toEqual(["b", "c", "d"]);
  await ship(cp, row(7, drop({ kind: "derControl", match: { on: false, n: 2 } })));
  await ship(cp, row(8, drop({ kind: "tariff" })));
  expect(await left()).toEqual(["b", "c", "d"]);
  await ship(cp, row(9, drop({ kind: "derControl", match: { on: false, n: 1 } })));
  expect(await left()).toEqual(["c", "d"]);
});

test("only the last word of each detail is written, and what came before the transaction becomes its own", async () => {
  const cp = newIdentity("held").toLowerCase();
  const [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
  const needs = (tx: string, n: number) => transactionDetail("chargingNeeds", tx, 1, { n });
  const rows = [
    row(1, needs("", 1)),
    row(2, needs("", 2)),
    row(3, started(a)),
    row(4, needs(`ocpp-${a}`, 3)),
    row(5, needs(`ocpp-${a}`, 4)),
    row(6, needs("", 5), transactionDetail("tariff", "ocpp-nobody", 1, {})),
    row(7, started(b, 2)),
  ];
  expect(statementsOf(env.DB, { chargePoint: cp, rows }).length).toBeLessThan(12);
  await ship(cp, ...rows.slice(0, 2));
  for (let i = 0; i < 2; i += 1) {
    await ship(cp, ...rows);
    expect(await details(cp)).toEqual([
      { tx: "", detail: "chargingNeeds", data: '{"n":5}' },
      { tx: a, detail: "chargingNeeds", data: '{"n":4}' },
    ]);
  }
});

test("what is nested too deep for SQLite stops nothing", async () => {
  const cp = newIdentity("held").toLowerCase();
  let deep: object = { end: true };
  for (let i = 0; i < 2000; i += 1) deep = { deep };
  await ship(cp, row(1, limit("a", { n: 1, deep }), limit("b", { n: 1 })));
  await ship(cp, row(2, limit("a", { n: 2, deep }, true), limit("b", { deep }, true)));
  await ship(cp, row(3, limit("c", { n: 1 }), drop({ kind: "derControl", match: { n: 1 } })));
  expect((await holdings(cp)).map(({ key, held }) => [key, held])).toEqual([
    ["a", 1],
    ["b", 1],
    ["c", 0],
  ]);
});
