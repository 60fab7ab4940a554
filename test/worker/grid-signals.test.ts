// What the grid asks, on the wires and in the books: limits reach every charger below the transformer and are let go,
// cars give back within a band, and reports, curves and events say what happened.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { siteOf } from "../../src/durable-objects/stubs.ts";
import { call, someone } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { addTariff, bills, driver, operator } from "../support/worker/money.ts";
import { type Obeying, siteOfObeying } from "../support/worker/obeying.ts";
import { transactionsOf } from "../support/worker/sessions.ts";
import { watch } from "../support/worker/watcher.ts";

let token: string;
beforeAll(async () => {
  token = await operator();
});

const newTransformer = () => `T-${crypto.randomUUID()}`;
const FULL = 32 * 3 * 230;
const HOUR = 3_600_000;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const totalOf = (chargers: readonly Obeying[]) => chargers.reduce((sum, { watts }) => sum + watts, 0);

const post = (path: string, body: object) => call("POST", path, { token, body });
const get = async (path: string) => (await call("GET", path, { token })).body;

const ask = (transformerId: string, value: unknown, lastsMs = HOUR) =>
  post("/api/dso-signals", {
    ...{ type: "capacityLimit", unit: "kW", transformerId },
    periods: [{ from: inMs(0), to: inMs(lastsMs), value }],
  });

/** All of them together have as much. */
const together = (chargers: readonly Obeying[], watts: number) =>
  eventually(
    () => (Math.abs(totalOf(chargers) - watts) < 0.05 * Math.abs(watts) + 100 ? true : undefined),
    `${watts} W`,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; they have ${chargers.map((one) => one.watts)}`);
  });

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

describe("a capacity limit", () => {
  it("comes to chargers of every version, lowers what is measured, and is let go of at its end", async () => {
    const transformer = newTransformer();
    const { id: site, chargers } = await siteOfObeying(VERSIONS, transformer);
    for (const charger of chargers) await charger.plugIn("TAG");
    await together(chargers, 3 * FULL);
    for (const charger of chargers) await charger.tell();
    const { status, body: signal } = await ask(transformer, 20.7, 3000);
    expect(status).toBe(201);
    await together(chargers, 20_700);
    for (const { watts } of chargers) expect(watts).toBeCloseTo(6900, -2);
    for (const charger of chargers) await charger.tell();
    // Its actors may die meanwhile: the end comes all the same.
    await evictDurableObject(siteOf(env, site));
    await together(chargers, 3 * FULL);
    for (const charger of chargers) await charger.tell();
    const report = await get(`/api/dso-signals/${signal.id}/report`);
    expect(report).toMatchObject({ id: signal.id, type: "capacityLimit", siteIds: [site] });
    expect(report.done.map(({ chargePointId }: { chargePointId: string }) => chargePointId).sort()).toEqual(
      chargers.map(({ id }) => id).sort(),
    );
    for (const { sent, accepted, refused } of report.done) {
      // Down, and up again.
      expect(sent).toBeGreaterThanOrEqual(2);
      expect({ accepted, refused }).toEqual({ accepted: sent, refused: 0 });
    }
    expect(report.asked).toMatchObject([{ value: 20_700, least: null }]);
    // Energy counts from the moment that each charger obeyed: far below what they had, which is three times as much.
    expect(report.asked[0].measured).toBeLessThan(1.5 * FULL);
    expect(report.measured.sessions).toBe(3);
  });

  it("below zero has the cars that can give back as much as is asked, and the others wait", async () => {
    const transformer = newTransformer();
    const { chargers } = await siteOfObeying(["1.6", "2.1", "2.1"], transformer);
    for (const charger of chargers) await charger.plugIn("TAG");
    await together(chargers, 3 * FULL);
    const { body } = await ask(transformer, -13.8);
    await together(chargers, -13_800);
    expect(chargers[0]?.watts).toBe(0);
    expect((await call("DELETE", `/api/dso-signals/${body.id}`, { token })).status).toBe(204);
    await together(chargers, 3 * FULL);
  });
});

describe("a band", () => {
  it("of [-10, 25] kW has a 2.1 car give back 10 kW, which its bill credits", async () => {
    const transformer = newTransformer();
    const prices = [
      { type: "ENERGY", price: 300 },
      { type: "ENERGY_EXPORT", price: 1000 },
    ];
    const tariffIds = [await addTariff([{ priceComponents: prices }])];
    const { chargers } = await siteOfObeying(["2.1"], transformer, { tariffIds });
    const [charger] = chargers;
    const { card, id: userId } = await driver();
    await charger?.plugIn(card);
    await together(chargers, FULL);
    const { body: signal } = await ask(transformer, [-10, 25]);
    await together(chargers, -10_000);
    await charger?.tell();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await charger?.tell();
    expect((await call("DELETE", `/api/dso-signals/${signal.id}`, { token })).status).toBe(204);
    await together(chargers, FULL);
    await charger?.unplug();
    const [{ id }] = await transactionsOf({ id: charger?.id ?? "" });
    const [cdr] = await bills(id);
    // A second of 10 kW is 2.8 Wh.
    expect(cdr.totalExportedEnergy).toBeGreaterThan(0.0025);
    expect(cdr.totalExportCost.exclVat).toBeCloseTo(-1000 * cdr.totalExportedEnergy, -0.5);
    expect(cdr.chargingPeriods[0].dimensions.map(({ type }: { type: string }) => type)).toContain("ENERGY_EXPORT");
    const { energyExported } = await get(`/api/transactions/${id}`);
    expect(energyExported).toBeCloseTo(1000 * cdr.totalExportedEnergy, 0);
    const { balances } = await get(`/api/users/${userId}/credit`);
    expect(balances[0].balance).toBeCloseTo(-cdr.totalCost.exclVat, 2);
  });
});

describe("a grid signal", () => {
  it("is told to everyone who watches the fleet: announced, changed, taken back, each once", async () => {
    const transformer = newTransformer();
    const viewer = await someone("viewer");
    const watcher = await watch("/api/events?types=grid-signal.*", viewer.token);
    const signal = { id: transformer.slice(0, 30), type: "capacityLimit", unit: "kW", transformerId: transformer };
    const body = { ...signal, periods: [{ from: inMs(600), to: inMs(HOUR), value: 5 }] };
    for (let times = 0; times < 3; times += 1) await post("/api/dso-signals", body);
    const told = (count: number) =>
      eventually(() => {
        const own = watcher.events().filter(({ data }) => data.transformerId === transformer);
        return own.length >= count ? own : undefined;
      }, `${count} events`);
    expect((await told(2)).map(({ type, chargePointId, data }) => [type, chargePointId, data.value])).toEqual([
      ["grid-signal.announced", null, undefined],
      ["grid-signal.changed", null, 5000],
    ]);
    await call("DELETE", `/api/dso-signals/${signal.id}`, { token });
    expect((await told(3)).map(({ type }) => type).slice(2)).toEqual(["grid-signal.cancelled"]);
  });
});

describe("a fleet set point", () => {
  it("is spread over the sites by what their cars can give back, reported, and let go of", async () => {
    const transformer = newTransformer();
    const sites = [
      await siteOfObeying(["2.1", "2.1"], transformer),
      await siteOfObeying(["2.1", "1.6"], transformer),
      await siteOfObeying(["2.0.1"], transformer),
    ];
    const chargers = sites.flatMap((one) => one.chargers);
    for (const charger of chargers) await charger.plugIn("TAG");
    await together(chargers, 5 * FULL);
    const { status, body } = await post("/api/set-points", {
      ...{ powerW: -20_000, until: inMs(HOUR), scope: { transformerId: transformer } },
    });
    expect(status).toBe(201);
    expect(body.sites).toHaveLength(3);
    await together(chargers, -20_000);
    const report = await get(`/api/set-points/${body.id}/report`);
    expect(report).toMatchObject({ powerW: -20_000, shortW: expect.any(Number) });
    expect(report.shortW).toBeLessThan(500);
    expect(report.allocatedW).toBeLessThan(-19_000);
    expect(report.done.length).toBeGreaterThanOrEqual(3);
    expect((await call("DELETE", `/api/set-points/${body.id}`, { token })).status).toBe(204);
    await together(chargers, 5 * FULL);
    expect(await get(`/api/set-points/${body.id}/report`)).toMatchObject({ allocatedW: null, shortW: null });
    expect((await call("DELETE", `/api/set-points/${body.id}`, { token })).status).toBe(404);
  });

  it("that asks only those who give back leaves the others alone, says how far it fell short, and ends by itself", async () => {
    const transformer = newTransformer();
    const { id: site, chargers } = await siteOfObeying(["2.1", "1.6"], transformer);
    const [gives, charges] = chargers;
    for (const charger of chargers) await charger.plugIn("TAG");
    await together(chargers, 2 * FULL);
    const { body } = await post("/api/set-points", {
      ...{ powerW: -500_000, until: inMs(4000), takesPart: "givingBack", scope: { siteIds: [site] } },
    });
    await eventually(() => ((gives?.watts ?? 0) < -11_000 ? true : undefined), "all that it can");
    expect(charges?.watts).toBe(FULL);
    expect((await get(`/api/set-points/${body.id}/report`)).shortW).toBeGreaterThan(500_000);
    await together(chargers, 2 * FULL);
  });

  it.each([
    ["an end that is past", { until: "2020-01-01T00:00:00Z" }],
    ["no power", { powerW: undefined }],
    ["a scope that is none", { scope: { country: "GR" } }],
  ])("with %s is refused", async (_name, wrong) => {
    expect((await post("/api/set-points", { powerW: -1, until: inMs(HOUR), ...wrong })).status).toBe(422);
  });
});
