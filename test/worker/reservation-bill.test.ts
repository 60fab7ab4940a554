// A reservation that nobody used, where the tariff has a price for that.
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { billUnusedReservations, settleReservation } from "../../src/billing/reservation-bill.ts";
import { call } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { commanded, exchange, get, type Setting, type Version } from "../support/worker/commanding.ts";
import { account, addLocation, addTariff, driver, operator } from "../support/worker/money.ts";
import { actorOf } from "../support/worker/sessions.ts";

const HOUR_MS = 3_600_000;
const inMs = (offset: number): string => new Date(Date.now() + offset).toISOString();

const PRICES = [
  {
    priceComponents: [{ type: "FLAT", price: 4, vat: 20 }],
    restrictions: { reservation: "RESERVATION_EXPIRES" },
  },
  { priceComponents: [{ type: "FLAT", price: 1 }], restrictions: { reservation: "RESERVATION" } },
  { priceComponents: [{ type: "ENERGY", price: 0.25 }] },
];

async function reserved(version: Version, elements: unknown, evseId = 1) {
  const setting = await commanded(version);
  const { id: userId, card } = await driver();
  const locationId = await addLocation(setting.id, [await addTariff(elements)]);
  await exchange(
    setting,
    "POST",
    "/api/reservations",
    { chargePointId: setting.id, ...(evseId === 0 ? {} : { evseId }), idToken: card, expiresAt: inMs(700) },
    { status: "Accepted" },
  );
  const { items } = await get(setting, `/api/reservations?chargePointId=${setting.id}`);
  return { setting, userId, card, locationId, reservation: items[0] };
}

async function expired(setting: Setting): Promise<void> {
  await eventually(async () => {
    await runDurableObjectAlarm(actorOf(setting));
    const { items } = await get(setting, `/api/reservations?chargePointId=${setting.id}`);
    return items[0].status === "expired" ? true : undefined;
  }, "the end of the reservation");
  await actorOf(setting).flush();
}

const recordsOf = async ({ id }: Setting) =>
  (await call("GET", `/api/cdrs?chargePointId=${id}`, { token: await operator() })).body.items;
const billsOf = (setting: Setting, count: number) =>
  eventually(async () => {
    const items = await recordsOf(setting);
    return items.length === count ? items : undefined;
  }, `${count} records`);

describe.each(["1.6", "2.0.1", "2.1"] as const)("a reservation of OCPP %s that nobody used", (version) => {
  it("is billed once, whatever is repeated", async () => {
    const { setting, userId, card, locationId, reservation } = await reserved(version, PRICES);
    await expired(setting);
    const [cdr] = await billsOf(setting, 1);
    expect(cdr).toMatchObject({
      ...{ id: reservation.id, transactionId: null, reservationId: reservation.id, credit: false },
      totalCost: { exclVat: 4, inclVat: 4.8 },
      totalReservationCost: { exclVat: 4, inclVat: 4.8 },
      ...{ totalEnergy: 0, totalTime: 0, cdrToken: { uid: card }, cdrLocation: { id: locationId } },
      chargingPeriods: [{ dimensions: [{ type: "RESERVATION_TIME" }] }],
    });
    await Promise.all(Array.from({ length: 5 }, () => settleReservation(env, reservation.id)));
    expect(await recordsOf(setting)).toHaveLength(1);
    expect((await account(userId)).items).toMatchObject([{ amount: -4.8, cdrId: reservation.id }]);
  });
});

describe("a reservation", () => {
  it("of any place is billed by the first one's price, and what was missed is billed later", async () => {
    const { setting, reservation } = await reserved("2.0.1", PRICES, 0);
    await expired(setting);
    await billsOf(setting, 1);
    await env.DB.prepare("DELETE FROM cdrs WHERE id = ?").bind(reservation.id).run();
    expect(await billUnusedReservations(env)).toBeGreaterThanOrEqual(1);
    expect(await recordsOf(setting)).toMatchObject([{ reservationId: reservation.id, totalCost: { exclVat: 4 } }]);
  });

  it("that was used after all, as the charger tells late, is credited, and the session has it", async () => {
    const { setting, userId, card, reservation } = await reserved("2.0.1", PRICES);
    const startedAt = Date.now();
    await expired(setting);
    await billsOf(setting, 1);
    const event = (eventType: string, seqNo: number, at: number, wh: number) =>
      setting.charger.call("TransactionEvent", {
        ...{ eventType, seqNo, triggerReason: "Authorized", timestamp: new Date(at).toISOString(), offline: true },
        ...{ transactionInfo: { transactionId: "late" }, evse: { id: 1, connectorId: 1 } },
        ...{ reservationId: reservation.reservationId, idToken: { idToken: card, type: "ISO14443" } },
        meterValue: [{ timestamp: new Date(at).toISOString(), sampledValue: [{ value: wh }] }],
      });
    await event("Started", 0, startedAt, 0);
    await event("Ended", 1, startedAt + HOUR_MS, 10_000);
    const records = await billsOf(setting, 3);
    expect(records.map(({ totalCost }: { totalCost: { exclVat: number } }) => totalCost.exclVat).sort()).toEqual([
      -4, 3.5, 4,
    ]);
    const { balances } = await account(userId);
    expect(balances).toEqual([{ currency: "EUR", balance: -3.5 }]);
  });

  it.each([
    ["that is cancelled", PRICES, true],
    ["without a price of its own", [PRICES[2]], false],
  ])("%s costs nothing", async (_name, elements, isCancelled) => {
    const { setting, userId, reservation } = await reserved("2.0.1", elements);
    if (isCancelled) {
      await exchange(setting, "DELETE", `/api/reservations/${reservation.id}`, undefined, { status: "Accepted" });
    } else await expired(setting);
    await actorOf(setting).flush();
    await settleReservation(env, reservation.id);
    expect(await recordsOf(setting)).toEqual([]);
    expect((await account(userId)).items).toEqual([]);
  });
});
