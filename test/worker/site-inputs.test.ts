// What a site takes into account on the wires: departures, prices, the sun, the building, what cars draw, who lies, and
// cars that give back.

import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { siteOf } from "../../src/durable-objects/stubs.ts";
import { call, someone } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { buildSite, type Obedient, settled } from "../support/worker/site.ts";

const HOUR = 3_600_000;
/** W of an ampere on three phases. */
const WPA = 690;
let operator: string;

beforeAll(async () => {
  operator = (await someone("operator")).token;
});

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
const status = async (id: string) => (await call("GET", `/api/sites/${id}/status`, { token: operator })).body;

async function transactionOf({ charger }: Obedient): Promise<string> {
  const { body } = await call("GET", `/api/transactions?chargePointId=${charger.id}&status=active`, {
    token: operator,
  });
  return body.items[0].id;
}

const tell = async (charger: Obedient, body: object, token = operator) =>
  call("PUT", `/api/transactions/${await transactionOf(charger)}/charging-needs`, { token, body });

async function charging(chargers: readonly Obedient[]): Promise<void> {
  for (const one of chargers) await one.plugIn();
}

/** Goes on measuring until the limits are these: a site looks at meters in its own time. */
async function drawing(chargers: readonly Obedient[], draw: (limit: number, i: number) => number, limits: number[]) {
  await eventually(
    async () => {
      await Promise.all(chargers.map((one, i) => one.measure(draw(one.limit ?? 0, i))));
      return JSON.stringify(chargers.map(({ limit }) => limit)) === JSON.stringify(limits) ? true : undefined;
    },
    `limits of ${limits}`,
    20_000,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; they are ${chargers.map(({ limit }) => limit)}`);
  });
}

describe("a departure", () => {
  it("told by a driver counts in every version; told by the car, too, and what it needs comes first", async () => {
    const { id, chargers } = await buildSite(operator, ["1.6", "2.0.1", "2.1"], { site: { policy: "deadline" } });
    const [first, second, third] = chargers;
    if (!first || !second || !third) throw new Error("there are three");
    await charging(chargers);
    await settled(chargers, [13.3, 13.3, 13.3]);
    // 24 A for an hour.
    expect((await tell(first, { departureAt: inHours(1), energyWh: 24 * WPA })).status).toBe(200);
    await eventually(() => ((first.limit ?? 0) > 23 ? true : undefined), "the hurried one's share");
    expect(second.limit).toBeCloseTo(8, 0);
    const { loads } = await status(id);
    expect(loads[0]).toMatchObject({ neededEnergy: 24 * WPA, departureAt: expect.any(String) });
    const asked = {
      requestedEnergyTransfer: "AC_three_phase",
      departureTime: inHours(1),
      acChargingParameters: { energyAmount: 16 * WPA, evMinCurrent: 6, evMaxCurrent: 32, evMaxVoltage: 400 },
    };
    await third.needs(asked);
    await eventually(() => ((third.limit ?? 0) > 13 && second.limit === 6 ? true : undefined), "the car's own word");
    expect(
      (await call("DELETE", `/api/transactions/${await transactionOf(first)}/charging-needs`, { token: operator }))
        .status,
    ).toBe(204);
    await eventually(() => ((first.limit ?? 99) < 13 ? true : undefined), "the driver to take it back");
  });

  it("is told by drivers of their own sessions alone, and of no session that has ended", async () => {
    const { chargers } = await buildSite(operator, ["1.6"]);
    const [only] = chargers;
    if (!only) throw new Error("there is one");
    const [owner, other] = await Promise.all([someone("driver"), someone("driver")]);
    const idToken = `N${crypto.randomUUID().slice(0, 12)}`;
    await call("POST", "/api/id-tokens", { token: operator, body: { idToken, userId: owner.id } });
    await only.plugIn(idToken);
    const transaction = await transactionOf(only);
    const path = `/api/transactions/${transaction}/charging-needs`;
    const body = { departureAt: inHours(3), energyWh: 10_000 };
    expect((await call("PUT", path, { token: other.token, body })).status).toBe(404);
    expect((await call("PUT", path, { token: owner.token, body })).body).toMatchObject({ energyWh: 10_000 });
    expect((await call("GET", path, { token: owner.token })).body).toMatchObject(body);
    expect(
      (await call("POST", `/api/transactions/${transaction}/close`, { token: owner.token, body: { reason: "x" } }))
        .status,
    ).toBe(403);
    await only.unplug();
    await eventually(
      async () => ((await call("PUT", path, { token: operator, body })).status === 409 ? true : undefined),
      "the end",
    );
  });
});

describe("a price curve", () => {
  it("has a car that has time wait for the cheap hours, and charge when they come", async () => {
    const { id, chargers } = await buildSite(operator, ["1.6", "2.1"], { site: { policy: "price" } });
    const [patient] = chargers;
    await charging(chargers);
    await settled(chargers, [20, 20]);
    if (patient) await tell(patient, { departureAt: inHours(4), energyWh: 10_000 });
    const put = (...prices: number[]) =>
      call("PUT", `/api/sites/${id}/prices`, {
        token: operator,
        body: { items: prices.map((price, i) => ({ from: inHours(i - 1), price })) },
      });
    expect((await put(0.4, 0.4, 0.1, 0.4)).status).toBe(200);
    await settled(chargers, [0, 32]);
    expect((await status(id)).price).toBe(0.4);
    await put(0.1, 0.1, 0.4, 0.4);
    await settled(chargers, [20, 20]);
    expect((await call("GET", `/api/sites/${id}/prices`, { token: operator })).body.items).toHaveLength(4);
  });

  it("counts with what the grid charges on top, and where there is none, that alone tells dear hours", async () => {
    const transformer = `T-${crypto.randomUUID()}`;
    const { id, chargers } = await buildSite(operator, ["2.0.1"], { transformer, site: { policy: "price" } });
    const [patient] = chargers;
    await charging(chargers);
    if (patient) await tell(patient, { departureAt: inHours(4), energyWh: 10_000 });
    const duos = (unit: string, hour: number, value: number) =>
      call("POST", "/api/dso-signals", {
        token: operator,
        body: {
          ...{ type: "duosTariff", transformerId: transformer, unit },
          periods: [{ from: inHours(hour), to: inHours(hour + 2), value }],
        },
      });
    const { body: dear } = await duos("EUR/kWh", -1, 0.3);
    await settled(chargers, [0]);
    expect((await status(id)).price).toBe(0.3);
    // With the operator's own curve it is still the cheaper hour.
    await call("PUT", `/api/sites/${id}/prices`, {
      token: operator,
      body: { items: [0.1, 0.1, 0.6].map((price, i) => ({ from: inHours(i - 1), price })) },
    });
    await settled(chargers, [32]);
    expect((await status(id)).price).toBeCloseTo(0.4, 9);
    // Of two currencies nobody can tell which is dearer.
    const { body: other } = await duos("SEK/kWh", -1, 9);
    await eventually(async () => ((await status(id)).price === 0.1 ? true : undefined), "the curve alone");
    const takeBack = ({ id }: { id: string }) => call("DELETE", `/api/dso-signals/${id}`, { token: operator });
    await takeBack(other);
    await eventually(async () => ((await status(id)).price > 0.3 ? true : undefined), "both again");
    await takeBack(dear);
    await eventually(async () => ((await status(id)).price === 0.1 ? true : undefined), "the curve alone, at last");
  });

  it("that is out of order, or of no site, is refused", async () => {
    const { id } = await buildSite(operator, []);
    const items = [inHours(2), inHours(1)].map((from) => ({ from, price: 1 }));
    expect((await call("PUT", `/api/sites/${id}/prices`, { token: operator, body: { items } })).status).toBe(422);
    expect((await call("PUT", "/api/sites/none/prices", { token: operator, body: { items: [] } })).status).toBe(404);
  });
});

describe("a meter at the grid connection", () => {
  it("leaves the building what it draws, and outlives the actor", async () => {
    const { id, chargers } = await buildSite(operator, ["1.6", "2.0.1"]);
    await charging(chargers);
    await settled(chargers, [20, 20]);
    const body = { powerW: 10 * WPA, includesChargers: false };
    expect((await call("POST", `/api/sites/${id}/measurements`, { token: operator, body })).status).toBe(204);
    await settled(chargers, [15, 15]);
    await evictDurableObject(siteOf(env, id));
    await call("POST", `/api/sites/${id}/measurements`, {
      token: operator,
      body: { ...body, currentsA: { L1: 30, L2: 0, L3: 0 } },
    });
    const { nodes } = await status(id);
    expect(nodes[0].baseLoad).toBeCloseTo(10 * WPA, 6);
    const elsewhere = { ...body, node: "none" };
    expect((await call("POST", `/api/sites/${id}/measurements`, { token: operator, body: elsewhere })).status).toBe(
      422,
    );
    expect((await call("POST", `/api/sites/${id}/measurements`, { token: operator, body: {} })).status).toBe(422);
  });

  it("tells what the sun leaves, and nobody waits for the sun where no meter tells", async () => {
    const { id, chargers } = await buildSite(operator, ["1.6", "2.1"], { site: { policy: "solar" } });
    await charging(chargers);
    await settled(chargers, [20, 20]);
    const body = { powerW: -16 * WPA, includesChargers: false };
    await call("POST", `/api/sites/${id}/measurements`, { token: operator, body });
    await settled(chargers, [8, 8]);
    expect((await status(id)).surplus).toBeCloseTo(16 * WPA, 6);
  });
});

describe("what cars draw", () => {
  it("goes to others where it is less than they may, stays so under noise, and comes back on demand", async () => {
    const { id, chargers } = await buildSite(operator, ["1.6", "2.0.1", "2.1"], { site: { lookSeconds: 1 } });
    await charging(chargers);
    await settled(chargers, [13.3, 13.3, 13.3]);
    // The first one is nearly full.
    const noise = () => Math.random() * 0.6 - 0.3;
    await drawing(chargers, (limit, i) => (i === 0 ? 7 : limit), [9, 15.5, 15.5]);
    const before = chargers.map(({ limit }) => limit);
    await drawing(chargers, (limit, i) => (i === 0 ? 7 + noise() : limit), [9, 15.5, 15.5]);
    expect(chargers.map(({ limit }) => limit)).toEqual(before);
    expect((await status(id)).loads[0]).toMatchObject({ demand: 9, doubt: null });
    await drawing(chargers, (limit) => limit, [13.3, 13.3, 13.3]);
  });

  it("counts if it is more than they may: the others leave room for all that the liar could draw", async () => {
    const { id, chargers } = await buildSite(operator, ["2.0.1", "1.6"], { site: { lookSeconds: 1 } });
    await charging(chargers);
    await settled(chargers, [20, 20]);
    await drawing(chargers, (limit, i) => (i === 0 ? 28 : limit), [20, 8]);
    expect((await status(id)).loads[0]).toMatchObject({ doubt: "exceeds", worst: 32, measured: 28 });
    await drawing(chargers, (limit) => limit, [20, 20]);
    expect((await status(id)).loads[0]).toMatchObject({ doubt: null });
  });
});

describe("a car that can give back", () => {
  const canGiveBack = {
    requestedEnergyTransfer: "AC_BPT",
    v2xChargingParameters: { maxChargePower: 22_000, maxDischargePower: 11_040, evMinV2XEnergyRequest: -20_000 },
  };

  it("does so in the dearest hour, by a set point within its bounds, and never on a charger of an earlier version", async () => {
    const { id, chargers } = await buildSite(operator, ["2.1", "2.0.1"], {
      site: { policy: "price" },
      connection: { maxDischarge: 10 },
    });
    const [first, second] = chargers;
    if (!first || !second) throw new Error("there are two");
    await charging(chargers);
    await settled(chargers, [20, 20]);
    await first.needs({ ...canGiveBack, departureTime: inHours(6) });
    await tell(second, { departureAt: inHours(6), maxDischargePowerW: 11_000 });
    await call("PUT", `/api/sites/${id}/prices`, {
      token: operator,
      body: { items: [0.9, 0.9, 0.1].map((price, i) => ({ from: inHours(i - 1), price })) },
    });
    await settled(chargers, [-10, 32]);
    expect((await status(id)).loads[0]).toMatchObject({ wanted: -10, confirmed: -10, worst: 0, spareEnergy: 20_000 });
    // Its driver needs it after all.
    await tell(first, { departureAt: inHours(6), minimumEnergyWh: 5_000, energyWh: 5_000 });
    await settled(chargers, [0, 32]);
  });
});
