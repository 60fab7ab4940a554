// A database of an earlier version, with what was in it, under today's server: nothing is lost, and chargers go on.
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startServer as startInProcess } from "../../scripts/server.ts";
import { connectForeignCharger } from "../support/node/foreign-charger.ts";
import { restClient } from "../support/node/rest.ts";
import { startServer, temporaryState } from "../support/node/server.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const NAMES = (await readdir("migrations")).filter((name) => name.endsWith(".sql")).sort();

/** A folder with the first so many migrations. */
async function firstOf(count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ov2x-edge-migrations-"));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  for (const name of NAMES.slice(0, count)) await cp(join("migrations", name), join(folder, name));
  return folder;
}

const AT = Date.UTC(2025, 5, 1, 12);
const insert = (table: string, row: Record<string, string | number>) => ({
  sql: `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
    .map(() => "?")
    .join(", ")})`,
  values: Object.values(row),
});
/** What every version had from the first one on. */
const ROWS = [
  insert("charge_points", { key: "old-1", id: "OLD-1", registration: "accepted", created_at: AT, updated_at: AT }),
  insert("id_tokens", { key: "card", id_token: "CARD", status: "accepted", created_at: AT, updated_at: AT }),
  insert("transactions", {
    ...{ id: "t-1", charge_point: "old-1", ocpp_version: "1.6", ocpp_transaction_id: "7", evse_id: 1, connector_id: 1 },
    ...{ id_token: "CARD", status: "completed", started_at: AT, stopped_at: AT + 3_600_000 },
    ...{ meter_start: 1000, meter_stop: 11_000, history_seq: 1 },
  }),
  insert("meter_chunks", {
    ...{ charge_point: "old-1", transaction_id: "t-1", evse_id: 1, connector_id: 1, first_seq: 1, last_seq: 1 },
    meter_values: JSON.stringify([
      [
        AT,
        [
          2,
          "m",
          "MeterValues",
          {
            connectorId: 1,
            transactionId: 7,
            meterValue: [{ timestamp: "2025-06-01T12:30:00Z", sampledValue: [{ value: "6000" }] }],
          },
        ],
      ],
    ]),
  }),
  insert("commands", {
    ...{ id: "c-1", charge_point: "old-1", ocpp_version: "1.6", action: "Reset", payload: '{"type":"Soft"}' },
    ...{ status: "accepted", response: '{"status":"Accepted"}', created_at: AT, history_seq: 1 },
  }),
];

test.each([1, Math.ceil(NAMES.length / 2), NAMES.length - 1])(
  "what a database of %i migrations held is there, and its charger goes on charging",
  async (count) => {
    const { stateDir, remove } = await temporaryState();
    cleanUp.push(remove);
    const earlier = await startInProcess({
      ...{ host: "127.0.0.1", port: 0, stateDir, bindings: {}, migrations: await firstOf(count) },
      // Today's Worker would look for tables that are not there yet.
      entry: "bench/baselines/bare.ts",
    });
    await earlier.keeper.batches([ROWS]);
    await earlier.stop();

    const server = await startServer({ stateDir });
    cleanUp.push(() => server.kill());
    const rest = restClient(server.url);
    expect(await rest.get("/api/transactions/t-1")).toMatchObject({
      ...{ chargePointId: "OLD-1", idToken: "CARD", status: "completed", meterStart: 1000, meterStop: 11_000 },
    });
    const { items } = await rest.get("/api/transactions/t-1/meter-values");
    expect(items).toMatchObject([{ sampledValue: [{ value: 6000, unit: "Wh" }] }]);
    // Old as it is, it has moved.
    const { items: commands } = await rest.get("/api/charge-points/OLD-1/archived-records?kind=commands");
    expect(commands).toMatchObject([{ id: "c-1", action: "Reset", response: { status: "Accepted" } }]);

    const charger = await connectForeignCharger({
      ...{ endpoint: server.chargerUrl, identity: "OLD-1", protocols: ["ocpp1.6"] },
    });
    cleanUp.push(() => charger.close());
    await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    const timestamp = new Date().toISOString();
    const begin = { connectorId: 1, idTag: "CARD", meterStart: 11_000, timestamp };
    const { transactionId, idTagInfo } = await charger.call("StartTransaction", begin);
    expect(idTagInfo).toMatchObject({ status: "Accepted" });
    await charger.call("StopTransaction", { transactionId, meterStop: 12_000, timestamp });
    await expect
      .poll(async () => (await rest.get("/api/transactions?chargePointId=OLD-1&status=completed")).items.length, {
        timeout: 30_000,
      })
      .toBe(2);
  },
);
