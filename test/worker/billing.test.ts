// A session becomes a bill: one, right to the cent, debited once, whatever the charger repeats and in every version.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { settle } from "../../src/billing/settle.ts";
import { billUnbilled } from "../../src/billing/unbilled.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { type Charger, eventually } from "../support/worker/charger.ts";
import {
  account,
  addLocation,
  addTariff,
  bills,
  driver,
  ELEMENTS,
  operator as operatorOf,
  place,
  SESSIONS,
} from "../support/worker/money.ts";
import { actorOf, at, online, SUBPROTOCOLS, sample, start, transactionsOf } from "../support/worker/sessions.ts";

let operator: string;

beforeAll(async () => {
  operator = await operatorOf();
});

async function only(charger: Charger): Promise<string> {
  const [row, ...others] = await transactionsOf(charger);
  expect(others).toEqual([]);
  return row.id;
}

describe.each(["1.6", "2.0.1", "2.1"] as const)("a session of OCPP %s", (version) => {
  it("is billed once and debited once, however often its stop is repeated", async () => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const { id, card, token } = await driver();
    const tariff = await addTariff();
    const locationId = await addLocation(charger.id, [tariff]);
    const stop = await SESSIONS[version](charger, card);
    for (let times = 0; times < 10; times += 1) await stop();
    const transactionId = await only(charger);
    await Promise.all(Array.from({ length: 5 }, () => settle(env, transactionId)));
    const [cdr, ...others] = await bills(transactionId);
    expect(others).toEqual([]);
    expect(cdr).toMatchObject({
      id: transactionId,
      chargePointId: charger.id,
      currency: "EUR",
      totalCost: { exclVat: 5.5, inclVat: 6.1 },
      totalFixedCost: { exclVat: 0.5, inclVat: 0.6 },
      totalEnergyCost: { exclVat: 5, inclVat: 5.5 },
      totalEnergy: 20,
      totalTime: 2,
      cdrToken: { uid: card },
      cdrLocation: { id: locationId, city: "Athens", connectorStandard: "IEC_62196_T2" },
      tariffs: [{ id: tariff }],
      credit: false,
    });
    expect(await account(id)).toMatchObject({
      items: [{ amount: -6.1, currency: "EUR", cdrId: transactionId }],
      balances: [{ currency: "EUR", balance: -6.1 }],
    });
    const own = await call("GET", "/api/users/me/credit", { token });
    expect(own.body.balances).toEqual([{ currency: "EUR", balance: -6.1 }]);
  });
});

describe("a bill", () => {
  /** A 1.6 session on a new charger with this tariff. */
  async function session(elements?: unknown, more: object = {}) {
    const charger = await online();
    const { card, id } = await driver();
    const tariff = await addTariff(elements, more);
    const locationId = await addLocation(charger.id, [tariff]);
    return { charger, card, userId: id, tariff, locationId };
  }

  it("is shown while the session goes on, and then has the record's total", async () => {
    const { charger, card } = await session();
    const stop = await SESSIONS["1.6"](charger, card);
    const id = await only(charger);
    const running = await call("GET", `/api/transactions/${id}`, { token: operator });
    expect(running.body.cost).toMatchObject({ totalCost: { exclVat: 3 }, totalEnergy: 10, cdrId: null });
    await stop();
    await bills(id);
    const ended = await call("GET", `/api/transactions/${id}`, { token: operator });
    expect(ended.body.cost).toMatchObject({ totalCost: { exclVat: 5.5 }, totalEnergy: 20, cdrId: id });
  });

  it("that learns of a later stop is credited and made anew", async () => {
    const { charger, card, userId } = await session();
    const transactionId = await start(charger, { idTag: card, meterStart: 1000 });
    const id = await only(charger);
    // A second start on the connector ends the first one at its last reading; its own stop comes later.
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1800, "5000")] });
    await start(charger, { idTag: "OTHER", meterStart: 9000, timestamp: at(8000) });
    await transactionsOf(charger);
    await settle(env, id);
    expect((await bills(id)).map((cdr: { totalEnergy: number }) => cdr.totalEnergy)).toEqual([4]);
    await charger.call("StopTransaction", { transactionId, meterStop: 9000, timestamp: at(7200) });
    const all = await bills(id);
    expect(all).toHaveLength(3);
    expect(all.find((cdr: { credit: boolean }) => cdr.credit)).toMatchObject({
      creditReferenceId: id,
      totalCost: { exclVat: -1.5, inclVat: -1.7 },
    });
    expect(
      all
        .filter((cdr: { credit: boolean }) => !cdr.credit)
        .map((cdr: { totalEnergy: number }) => cdr.totalEnergy)
        .sort(),
    ).toEqual([4, 8]);
    expect((await account(userId)).balances).toEqual([{ currency: "EUR", balance: -2.8 }]);
  });

  it("keeps the tariff that it was made with", async () => {
    const { charger, card, tariff } = await session();
    await (await SESSIONS["1.6"](charger, card))();
    const id = await only(charger);
    await bills(id);
    const dearer = { currency: "EUR", elements: [{ priceComponents: [{ type: "ENERGY", price: 9 }] }] };
    expect((await call("PUT", `/api/tariffs/${tariff}`, { token: operator, body: dearer })).status).toBe(200);
    await settle(env, id);
    const [cdr, ...others] = await bills(id);
    expect(others).toEqual([]);
    expect(cdr.totalCost.exclVat).toBe(5.5);
  });

  it("is made when the session ends, unasked", async () => {
    const { charger, card } = await session();
    await (await SESSIONS["1.6"](charger, card))();
    const id = await only(charger);
    const total = await eventually(
      () =>
        env.DB.prepare("SELECT total FROM cdrs WHERE transaction_id = ?")
          .bind(id)
          .first<number>("total")
          .then((told) => told ?? undefined),
      "the bill",
    );
    expect(total).toBe(61_000);
  });

  it("is made by the scheduled work where nobody asked for it", async () => {
    const { charger, card } = await session();
    // Within the time that it looks back upon.
    const now = Date.now();
    const told = (ms: number) => new Date(now + ms).toISOString();
    const transactionId = await start(charger, { idTag: card, meterStart: 0, timestamp: told(-60_000) });
    await charger.call("StopTransaction", { transactionId, meterStop: 1000, timestamp: told(0) });
    const id = await only(charger);
    // As if the one that is made at the end had failed.
    await eventually(
      () =>
        env.DB.prepare("DELETE FROM cdrs WHERE transaction_id = ?")
          .bind(id)
          .run()
          .then(({ meta }) => meta.changes || undefined),
      "the bill",
    );
    await billUnbilled(env);
    const { results } = await env.DB.prepare("SELECT total FROM cdrs WHERE transaction_id = ?").bind(id).all();
    expect(results).toEqual([{ total: 8800 }]);
  });

  it("of discharging credits what was given back", async () => {
    const { charger, card, userId } = await session([
      {
        priceComponents: [
          { type: "ENERGY", price: 0.3 },
          { type: "ENERGY_EXPORT", price: 0.2 },
        ],
      },
    ]);
    const transactionId = await start(charger, { idTag: card, meterStart: 0 });
    const both = (second: number, wh: number, exported: number) => ({
      timestamp: at(second),
      sampledValue: [{ value: String(wh) }, { value: String(exported), measurand: "Energy.Active.Export.Register" }],
    });
    const meterValue = [both(0, 0, 0), both(1800, 4000, 0), both(3600, 4000, 10_000)];
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue });
    await charger.call("StopTransaction", { transactionId, meterStop: 4000, timestamp: at(3600) });
    const [cdr] = await bills(await only(charger));
    expect(cdr).toMatchObject({ totalEnergy: 4, totalExportedEnergy: 10, totalCost: { exclVat: -0.8 } });
    const read = await call("GET", `/api/transactions/${cdr.transactionId}`, { token: operator });
    expect(read.body).toMatchObject({ energy: 4000, energyExported: 10_000, cost: { totalExportedEnergy: 10 } });
    expect((await account(userId)).balances).toEqual([{ currency: "EUR", balance: 0.8 }]);
  });

  it("without a tariff is of nothing; without a location there is none", async () => {
    const charger = await online();
    await (await SESSIONS["1.6"](charger, "TAG"))();
    const id = await only(charger);
    expect(await bills(id)).toEqual([]);
    expect((await call("GET", `/api/transactions/${id}`, { token: operator })).body.cost).toBeNull();
    await addLocation(charger.id);
    expect(await bills(id)).toMatchObject([{ totalCost: { exclVat: 0 }, totalEnergy: 20, tariffs: [] }]);
  });

  it("takes the first tariff of the connector that was valid at the start", async () => {
    const charger = await online();
    const past = await addTariff(ELEMENTS, { endDateTime: "2025-12-31T00:00:00Z" });
    const adHoc = await addTariff(ELEMENTS, { type: "AD_HOC_PAYMENT" });
    const now = await addTariff(ELEMENTS, { startDateTime: "2026-01-01T00:00:00Z" });
    await addLocation(charger.id, [past, adHoc, now, await addTariff()]);
    await (await SESSIONS["1.6"](charger, "TAG"))();
    const [cdr] = await bills(await only(charger));
    expect(cdr.tariffs.map(({ id }: { id: string }) => id)).toEqual([now]);
  });

  it("is its driver's to see, and nobody else's", async () => {
    const { charger, card, userId } = await session();
    await (await SESSIONS["1.6"](charger, card))();
    const id = await only(charger);
    await bills(id);
    const stranger = await someone("driver");
    expect((await call("GET", `/api/cdrs/${id}`, { token: stranger.token })).status).toBe(404);
    expect((await call("GET", "/api/cdrs", { token: stranger.token })).body.items).toEqual([]);
    expect((await call("GET", `/api/users/${userId}/credit`, { token: stranger.token })).status).toBe(404);
    expect((await walk(`/api/cdrs?userId=${userId}`, operator, 1)).map((cdr) => cdr.id)).toEqual([id]);
  });
});

describe.each(["2.0.1", "2.1"] as const)("the end of a session of OCPP %s", (version) => {
  const ending = async (tariffIds?: string[]) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const { card } = await driver();
    if (tariffIds !== undefined) await addLocation(charger.id, tariffIds);
    return { charger, stop: await SESSIONS[version](charger, card) };
  };

  it("is answered with what it costs, each time it is told, and the bill says the same", async () => {
    const { charger, stop } = await ending([await addTariff()]);
    // Made of what its actor has, also after it slept.
    await evictDurableObject(actorOf(charger));
    for (let times = 0; times < 2; times += 1)
      expect((await stop())[2]).toMatchObject({ totalCost: 6.1, idTokenInfo: { status: "Accepted" } });
    const [cdr] = await bills(await only(charger));
    expect(cdr.totalCost.inclVat).toBe(6.1);
  });

  it("names no cost where there is no tariff, no location, or no database to ask", async () => {
    for (const tariffIds of [undefined, []]) {
      expect((await (await ending(tariffIds)).stop())[2]).not.toHaveProperty("totalCost");
    }
    const { stop } = await ending([await addTariff()]);
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    await env.DB.exec("ALTER TABLE location_evses RENAME TO location_evses_away");
    try {
      expect((await stop())[2]).toEqual({ idTokenInfo: { status: "Accepted" } });
    } finally {
      await env.DB.exec("ALTER TABLE location_evses_away RENAME TO location_evses");
      warned.mockRestore();
    }
  });
});

describe("an account", () => {
  it("has each payment once, by its reference", async () => {
    const { id, token } = await driver();
    const pay = (body: object, as = operator) => call("POST", `/api/users/${id}/credit`, { token: as, body });
    for (let times = 0; times < 2; times += 1) {
      expect((await pay({ amount: 20, currency: "EUR", reference: "bank-1", note: "top-up" })).status).toBe(204);
    }
    expect((await pay({ amount: -5.25, currency: "EUR" })).status).toBe(204);
    expect((await account(id)).balances).toEqual([{ currency: "EUR", balance: 14.75 }]);
    expect((await pay({ amount: 0.001, currency: "EUR" })).status).toBe(422);
    expect((await pay({ amount: 0, currency: "EUR" })).status).toBe(422);
    expect((await pay({ amount: 1, currency: "euro" })).status).toBe(422);
    expect((await pay({ amount: 1, currency: "EUR" }, token)).status).toBe(403);
    expect(
      (await call("POST", "/api/users/nobody/credit", { token: operator, body: { amount: 1, currency: "EUR" } }))
        .status,
    ).toBe(404);
  });
});

const LOCATION_OF_MANY = {
  ...{ address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens" },
  coordinates: { latitude: "37.98", longitude: "23.73" },
};
const evseOf = (chargePointId: string) => {
  const power = { powerType: "AC_3_PHASE", maxVoltage: 230, maxAmperage: 32 };
  const connectors = [{ id: "1", standard: "IEC_62196_T2", format: "SOCKET", ...power }];
  return { chargePointId, ocppEvseId: 1, connectors };
};

describe("a location", () => {
  it("may have hundreds of charge points", async () => {
    const location = { ...LOCATION_OF_MANY, evses: Array.from({ length: 250 }, (_, i) => evseOf(`MANY-${i}`)) };
    const { status, body } = await call("POST", "/api/locations", { token: operator, body: location });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body.evses).toHaveLength(250);
    expect((await call("POST", "/api/locations", { token: operator, body: location })).status).toBe(409);
  });

  it("is read, replaced and deleted, by OCPI's names as well", async () => {
    const charger = await online();
    const id = await addLocation(charger.id, [], { substationId: "T-1" });
    const read = await call("GET", `/api/locations/${id}`, { token: operator });
    expect(read.body).toMatchObject({ id, timeZone: "Europe/Athens", evses: [{ chargePointId: charger.id }] });
    const found = await walk("/api/locations?substationId=T-1", operator, 10);
    expect(found.map((location) => location.id)).toEqual([id]);
    const ocpi = { ...place(charger.id), time_zone: "Europe/Paris", postal_code: "75001", timeZone: undefined };
    const replaced = await call("PUT", `/api/locations/${id}`, { token: operator, body: ocpi });
    expect(replaced.body).toMatchObject({ timeZone: "Europe/Paris", postalCode: "75001" });
    expect((await call("DELETE", `/api/locations/${id}`, { token: operator })).status).toBe(204);
    expect((await call("GET", `/api/locations/${id}`, { token: operator })).status).toBe(404);
  });

  it("has no EVSE that another one has", async () => {
    const charger = await online();
    const id = await addLocation(charger.id);
    const again = await call("POST", "/api/locations", { token: operator, body: place(charger.id.toUpperCase()) });
    expect(again).toMatchObject({ status: 409, body: { detail: expect.stringContaining(id) } });
  });

  it.each([
    ["a time zone that is none", { timeZone: "Europe/Atlantis" }, "/timeZone"],
    ["an offset for a time zone", { timeZone: "+02:00" }, "/timeZone"],
    ["coordinates that are none", { coordinates: { latitude: "north", longitude: "1.0" } }, "/coordinates/latitude"],
  ])("refuses %s", async (_name, wrong, pointer) => {
    const body = place("CP-of-nobody", [], wrong);
    const { status, body: told } = await call("POST", "/api/locations", { token: operator, body });
    expect(status).toBe(422);
    expect(told.errors[0].pointer).toBe(pointer);
  });
});

describe("a tariff", () => {
  it("is taken as OCPI spells it", async () => {
    const id = `T-${crypto.randomUUID().slice(0, 8)}`;
    const body = {
      ...{ country_code: "DE", party_id: "ALL", id, currency: "EUR", last_updated: "2018-12-17T11:36:01Z" },
      elements: [
        { price_components: [{ type: "ENERGY", price: 0.25, vat: 10, step_size: 1 }], restrictions: { max_kwh: 5 } },
      ],
    };
    const { status, body: tariff } = await call("POST", "/api/tariffs", { token: operator, body });
    expect(status).toBe(201);
    expect(tariff).toMatchObject({
      id,
      countryCode: "DE",
      elements: [{ priceComponents: [{ stepSize: 1 }], restrictions: { maxKwh: 5 } }],
    });
    expect((await call("POST", "/api/tariffs", { token: operator, body })).status).toBe(409);
  });

  it("is not deleted while a connector has it", async () => {
    const charger = await online();
    const tariff = await addTariff();
    const locationId = await addLocation(charger.id, [tariff]);
    expect(await call("DELETE", `/api/tariffs/${tariff}`, { token: operator })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(locationId) },
    });
    await call("DELETE", `/api/locations/${locationId}`, { token: operator });
    expect((await call("DELETE", `/api/tariffs/${tariff}`, { token: operator })).status).toBe(204);
  });

  it.each([
    ["no element", { elements: [] }],
    [
      "an energy price for a reservation",
      { elements: [{ priceComponents: [{ type: "ENERGY", price: 1 }], restrictions: { reservation: "RESERVATION" } }] },
    ],
    ["a negative price", { elements: [{ priceComponents: [{ type: "ENERGY", price: -1 }] }] }],
    [
      "a time that is none",
      { elements: [{ priceComponents: [{ type: "ENERGY", price: 1 }], restrictions: { startTime: "24:00" } }] },
    ],
  ])("refuses %s", async (_name, wrong) => {
    expect((await call("POST", "/api/tariffs", { token: operator, body: { currency: "EUR", ...wrong } })).status).toBe(
      422,
    );
  });
});
