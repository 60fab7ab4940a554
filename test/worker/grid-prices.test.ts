// A tariff of the grid (distribution use of system) in what a session costs: while it goes on, at its end, in its bill.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import { dsoSignals } from "../../src/db/schema.ts";
import { call } from "../support/worker/api.ts";
import { account, addLocation, addTariff, bills, driver, operator, SESSIONS } from "../support/worker/money.ts";
import { at, ms, online, SUBPROTOCOLS, transactionsOf } from "../support/worker/sessions.ts";

const transformer = () => `T-${crypto.randomUUID()}`;
const ENERGY = [{ priceComponents: [{ type: "ENERGY", price: 0.2, vat: 10 }] }];

/** In the words of the API but for the time when it was told: the tests' sessions lie in the past. */
async function told(transformerId: string, from: number, to: number, value: number, more: object = {}) {
  const times = { startsAt: new Date(ms(from)), endsAt: new Date(ms(to)), createdAt: new Date(ms(-60)) };
  await database(env)
    .insert(dsoSignals)
    .values({
      ...{ id: crypto.randomUUID(), type: "duosTariff", transformerId, unit: "EUR/kWh", createdBy: "test", ...times },
      ...{ periods: JSON.stringify([{ from: ms(from), to: ms(to), value }]), ...more },
    });
}

describe.each(["1.6", "2.0.1", "2.1"] as const)("a session of OCPP %s", (version) => {
  const scene = async () => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const { id: userId, card } = await driver();
    const substationId = transformer();
    await addLocation(charger.id, [await addTariff(ENERGY)], { substationId });
    return { charger, userId, card, substationId };
  };

  it("costs more by what the grid asks for the energy of its time, in every sum that is told", async () => {
    const { charger, userId, card, substationId } = await scene();
    // 10 kWh flow in the first half hour, another 10 in the hour and a half after it: a third of them in this half hour.
    await told(substationId, 1800, 3600, 0.3);
    const stop = await SESSIONS[version](charger, card);
    const [{ id }] = await transactionsOf(charger);
    const answer = (await stop())[2];
    // 20 kWh at 0.20 and 3.333 at 0.30, with 10 % of VAT.
    if (version !== "1.6") expect(answer).toMatchObject({ totalCost: 5.5 });
    const [cdr] = await bills(id);
    expect(cdr).toMatchObject({
      totalCost: { exclVat: 5, inclVat: 5.5 },
      totalEnergyCost: { exclVat: 4 },
      totalGridCost: { exclVat: 1, inclVat: 1.1 },
    });
    const added = cdr.chargingPeriods.map(({ startDateTime, gridPrice = 0 }: Record<string, unknown>) => [
      startDateTime,
      gridPrice,
    ]);
    expect(added).toEqual([
      [at(0), 0],
      [at(1800), 0.3],
      [at(3600), 0],
    ]);
    expect((await account(userId)).balances).toEqual([{ currency: "EUR", balance: -5.5 }]);
  });

  it("costs nothing more by what is asked elsewhere, in other money, or was taken back before it began", async () => {
    const { charger, card, substationId } = await scene();
    await told(transformer(), 0, 7200, 1);
    await told(substationId, 0, 7200, 1, { unit: "USD/kWh" });
    await told(substationId, 0, 7200, 1, { cancelledAt: new Date(ms(-30)) });
    await told(substationId, 0, 7200, 1, { createdAt: new Date(ms(7200)) });
    await told(substationId, 0, 7200, 1000, { type: "capacityLimit", unit: "W" });
    await (await SESSIONS[version](charger, card))();
    const [{ id }] = await transactionsOf(charger);
    const [cdr] = await bills(id);
    expect(cdr.totalCost).toEqual({ exclVat: 4, inclVat: 4.4 });
    expect(cdr).not.toHaveProperty("totalGridCost");
  });
});

it("a tariff of the grid is kept per kWh, and shown with what it makes of a running session", async () => {
  const token = await operator();
  const charger = await online();
  const substationId = transformer();
  await addLocation(charger.id, [await addTariff(ENERGY)], { substationId });
  await told(substationId, 0, 1800, 0.3);
  await SESSIONS["1.6"](charger, "TAG");
  const [{ id }] = await transactionsOf(charger);
  const running = await call("GET", `/api/transactions/${id}`, { token });
  expect(running.body.cost.totalCost).toEqual({ exclVat: 5, inclVat: 5.5 });
  const periods = [{ from: "2030-01-01T00:00:00Z", to: "2030-01-02T00:00:00Z", value: 85.5 }];
  const body = { type: "duosTariff", unit: "EUR/MWh", transformerId: substationId, periods };
  const made = await call("POST", "/api/dso-signals", { token, body });
  expect(made).toMatchObject({ status: 201, body: { unit: "EUR/kWh", periods: [{ value: 0.0855 }] } });
});

describe("a connector's curves", () => {
  it("have what it may draw and what a kWh costs, step by step, with dates: also of what is past or to come", async () => {
    const token = await operator();
    const charger = await online();
    const substationId = transformer();
    // From seven in the morning in Athens, 05:00 in UTC, energy is dear.
    const day = {
      priceComponents: [{ type: "ENERGY", price: 0.4 }],
      restrictions: { startTime: "07:00", endTime: "22:00" },
    };
    const night = {
      priceComponents: [
        { type: "ENERGY", price: 0.1 },
        { type: "ENERGY_EXPORT", price: 0.2 },
      ],
    };
    await addLocation(charger.id, [await addTariff([day, night])], { substationId });
    const time = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    const hours = (from: number, to: number) =>
      [(Date.parse(time(from)) - ms(0)) / 1000, (Date.parse(time(to)) - ms(0)) / 1000] as const;
    const [from, to] = hours(4, 6);
    await told(substationId, from, to, 0.05, { createdAt: new Date(ms(-86_400)) });
    const limit = {
      type: "capacityLimit",
      unit: "W",
      periods: JSON.stringify([{ from: Date.parse(time(3)), to: Date.parse(time(5)), value: [-2000, 9000] }]),
    };
    await told(substationId, ...hours(3, 5), 0, limit);
    const { status, body } = await call(
      "GET",
      `/api/charge-points/${charger.id}/connectors/1/curves?from=${time(2)}&to=${time(8)}`,
      { token },
    );
    expect(status).toBe(200);
    expect(body.capacity).toEqual([
      { from: time(2), to: time(3), most: 22_080, least: 0, isLimited: false },
      { from: time(3), to: time(5), most: 9000, least: -2000, isLimited: true },
      { from: time(5), to: time(8), most: 22_080, least: 0, isLimited: false },
    ]);
    const currency = "EUR";
    expect(body.prices).toEqual([
      { from: time(2), to: time(4), price: 0.1, exportPrice: 0.2, gridPrice: 0, currency },
      { from: time(4), to: time(5), price: 0.1, exportPrice: 0.2, gridPrice: 0.05, currency },
      { from: time(5), to: time(6), price: 0.4, exportPrice: 0.2, gridPrice: 0.05, currency },
      { from: time(6), to: time(8), price: 0.4, exportPrice: 0.2, gridPrice: 0, currency },
    ]);
    expect((await call("GET", `/api/charge-points/${charger.id}/connectors/7/curves`, { token })).status).toBe(404);
  });
});
