// What the grid asks, over real sockets: a signal reaches simulated chargers of every version, what their meters tell
// falls, cars that can give back do and are credited, and all is as before when it ends.
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import { type Rest, restClient } from "../support/node/rest.ts";
import { type Server, startServer, temporaryState } from "../support/node/server.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const FULL_W = 32 * 230 * 3;
const PATIENCE_MS = 30_000;

let server: Server;
let rest: Rest;
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  const { stateDir, remove } = await temporaryState();
  cleanUp.push(remove);
  server = await startServer({ stateDir, env: { CHARGER_REGISTRATION: "open" } });
  cleanUp.push(() => server.kill());
  rest = restClient(server.url);
});

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A charger with a car that charges, faster than the clock. */
async function charging(version: (typeof VERSIONS)[number], idToken: string): Promise<Charger> {
  const charger = createCharger({
    ...{ id: `GRID-${version}`, version, url: server.chargerUrl, powerW: FULL_W, meterIntervalS: 1, speed: 20 },
  });
  cleanUp.push(() => charger.close());
  await charger.connect();
  charger.plug(1);
  await charger.start(1, idToken);
  return charger;
}

async function siteOf(chargers: readonly Charger[], tariffIds: string[] = []): Promise<void> {
  const connector = {
    ...{ tariffIds, id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
    ...{ maxVoltage: 230, maxAmperage: 32 },
  };
  const { id } = await rest.post("/api/locations", {
    ...{ address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens", substationId: "T-1" },
    coordinates: { latitude: "37.98", longitude: "23.73" },
    evses: chargers.map((one) => ({ chargePointId: one.id, ocppEvseId: 1, connectors: [connector] })),
  });
  const { status } = await rest.call("PUT", `/api/sites/${id}`, {
    policy: "equalShare",
    nodes: [{ id: "grid", maxCurrent: 100 }],
    connections: chargers.map((one) => ({
      ...{ chargePointId: one.id, ocppEvseId: 1, node: "grid", maxCurrent: 32, maxDischarge: 32 },
    })),
  });
  expect(status).toBe(200);
}

/** All of them together, as their meters say. */
async function together(chargers: readonly Charger[], isSo: (watts: number) => boolean): Promise<void> {
  const watts = () => chargers.reduce((sum, charger) => sum + charger.read(1).powerW, 0);
  const until = Date.now() + PATIENCE_MS;
  while (!isSo(watts())) {
    if (Date.now() > until) throw new Error(`they draw ${watts()} W`);
    await setTimeout(50);
  }
}

const about = (wanted: number) => (watts: number) => Math.abs(watts - wanted) < 0.05 * Math.abs(wanted);

const ask = (value: unknown, lastsMs: number) =>
  rest.post("/api/dso-signals", {
    ...{ type: "capacityLimit", unit: "kW", transformerId: "T-1" },
    periods: [{ from: new Date().toISOString(), to: new Date(Date.now() + lastsMs).toISOString(), value }],
  });

test("a limit reaches chargers of every version, the load falls with it, and rises when it ends", async () => {
  await rest.post("/api/id-tokens", { idToken: "GRID", status: "accepted" });
  const chargers = await Promise.all(VERSIONS.map((version) => charging(version, "GRID")));
  await siteOf(chargers);
  await together(chargers, about(3 * FULL_W));
  const { id } = await ask(24, 12_000);
  await together(chargers, about(24_000));
  for (const charger of chargers) expect(charger.read(1).powerW).toBeGreaterThan(4_000);
  await together(chargers, about(3 * FULL_W));
  const { done, asked, measured } = await rest.get(`/api/dso-signals/${id}/report`);
  expect(done).toHaveLength(3);
  for (const { sent, accepted } of done) expect(accepted).toBe(sent);
  expect(asked).toMatchObject([{ value: 24_000 }]);
  expect(measured.sessions).toBe(3);
}, 120_000);

test("of a band [-10, 25] kW cars that can give back 10 kW, are credited for it, and charge again when it ends", async () => {
  await rest.post("/api/id-tokens", { idToken: "V2X", status: "accepted" });
  const { id: tariff } = await rest.post("/api/tariffs", {
    currency: "EUR",
    elements: [
      {
        priceComponents: [
          { type: "ENERGY", price: 0.3 },
          { type: "ENERGY_EXPORT", price: 0.5 },
        ],
      },
    ],
  });
  const charger = await charging("2.1", "V2X");
  await siteOf([charger], [tariff]);
  await together([charger], about(FULL_W));
  await ask([-10, 25], 12_000);
  await together([charger], about(-10_000));
  await together([charger], about(FULL_W));
  await charger.stop(1);
  const [cdr] = await eventually(() => rest.walk(`/api/cdrs?chargePointId=${charger.id}`));
  const exported = charger.read(1).exportWh / 1000;
  expect(exported).toBeGreaterThan(0.1);
  expect(cdr.totalExportedEnergy).toBeCloseTo(exported, 2);
  expect(cdr.totalExportCost.exclVat).toBeCloseTo(-0.5 * exported, 1);
  expect(cdr.totalEnergy).toBeGreaterThan(0);
}, 120_000);

/** The bill comes when the session's end is in D1. */
async function eventually<T>(read: () => Promise<T[]>): Promise<T[]> {
  for (const until = Date.now() + PATIENCE_MS; ; await setTimeout(100)) {
    const found = await read();
    if (found.length > 0) return found;
    if (Date.now() > until) throw new Error("waited in vain");
  }
}
