// A database of the first version, with rows in it, is brought up to this one: everything is still there to be read.
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { online } from "../support/worker/sessions.ts";

const AT = Date.UTC(2026, 0, 1, 12);
const iso = new Date(AT).toISOString();

/** As the first version wrote them. */
const ROWS: Record<string, Record<string, string | number | null>> = {
  charge_points: {
    ...{ key: "old-1", id: "OLD-1", registration: "accepted", created_at: AT, updated_at: AT, history_seq: 9 },
    ...{ ocpp_version: "1.6", status: "Charging", last_seen_at: AT, vendor: "V", model: "M" },
  },
  connectors: {
    ...{ charge_point: "old-1", evse_id: 1, connector_id: 1, status: "Faulted", error_code: "GroundFailure" },
    ...{ status_at: AT, history_seq: 8 },
  },
  id_tokens: { key: "tag-1", id_token: "TAG-1", status: "accepted", created_at: AT, updated_at: AT },
  transactions: {
    ...{
      id: "tx-1",
      charge_point: "old-1",
      ocpp_version: "1.6",
      ocpp_transaction_id: "7",
      evse_id: 1,
      connector_id: 1,
    },
    ...{
      id_token: "TAG-1",
      status: "completed",
      started_at: AT,
      stopped_at: AT + 60_000,
      meter_start: 5,
      meter_stop: 105,
    },
    history_seq: 7,
  },
  meter_chunks: {
    ...{ charge_point: "old-1", transaction_id: "tx-1", evse_id: 1, connector_id: 1, first_seq: 5, last_seq: 6 },
    meter_values: JSON.stringify([
      {
        ...{ sampledAt: iso, receivedAt: iso },
        sampledValue: [
          {
            ...{ value: 50, measurand: "Energy.Active.Import.Register", unit: "Wh" },
            ...{ context: "Sample.Periodic", location: "Outlet" },
          },
        ],
      },
    ]),
  },
  findings: {
    ...{ charge_point: "old-1", code: "clock", detail: "an hour behind", count: 3, first_at: AT, last_at: AT },
    history_seq: 4,
  },
  commands: {
    ...{ id: "c-1", charge_point: "old-1", ocpp_version: "1.6", action: "Reset", payload: '{"type":"Soft"}' },
    ...{ status: "accepted", response: '{"status":"Accepted"}', created_at: AT, history_seq: 3 },
  },
  connection_attempts: {
    ...{ id: "unknown:x", charge_point: "x", identity: "X", reason: "unknown", detail: "nobody", count: 1 },
    ...{ first_at: AT, last_at: AT },
  },
};

let token: string;
beforeAll(async () => {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'",
  ).all<{ name: string }>();
  await env.DB.batch(results.map(({ name }) => env.DB.prepare(`DROP TABLE "${name}"`)));
  await applyD1Migrations(env.DB, env.MIGRATIONS.slice(0, 1));
  await env.DB.batch(
    Object.entries(ROWS).map(([table, row]) => {
      const columns = Object.keys(row);
      const marks = columns.map(() => "?").join(", ");
      return env.DB.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`).bind(
        ...Object.values(row),
      );
    }),
  );
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  token = (await someone("admin")).token;
});

it("reads what the first version wrote, over the API of this one", async () => {
  const get = async (path: string) => {
    const { status, body } = await call("GET", `/api/${path}`, { token });
    expect([path, status]).toEqual([path, 200]);
    return body;
  };
  expect(env.MIGRATIONS.length).toBeGreaterThan(1);
  expect((await get("charge-points")).items).toMatchObject([{ id: "OLD-1", status: "Charging", vendor: "V" }]);
  expect((await get("charge-points/OLD-1/connectors")).items).toMatchObject([{ status: "Faulted" }]);
  expect((await get("charge-points/OLD-1/findings")).items).toMatchObject([{ code: "clock", count: 3 }]);
  expect((await get("id-tokens")).items).toMatchObject([{ idToken: "TAG-1", status: "accepted" }]);
  expect((await get("transactions")).items).toMatchObject([
    { id: "tx-1", chargePointId: "OLD-1", meterStart: 5, meterStop: 105, status: "completed" },
  ]);
  expect((await get("transactions/tx-1/meter-values")).items).toMatchObject([{ sampledValue: [{ value: 50 }] }]);
  expect((await get("commands")).items).toMatchObject([{ id: "c-1", response: { status: "Accepted" } }]);
  expect((await get("connection-attempts")).items).toMatchObject([{ identity: "X" }]);
  const { trouble, chargePoints } = await get("overview");
  expect(chargePoints.total).toBe(1);
  expect(trouble.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual([
    "connectionRefused",
    "fault",
    "finding",
  ]);
});

it("serves a charger on such a database as on a new one", async () => {
  const charger = await online({}, { subprotocols: "ocpp1.6" });
  const boot = await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  expect(boot[2]).toMatchObject({ status: "Accepted" });
  charger.close();
});
