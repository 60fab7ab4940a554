// One of our tariffs on a charger of OCPP 2.1.
import { expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { commanded, exchange, get } from "../support/worker/commanding.ts";
import { addTariff } from "../support/worker/money.ts";

test("a tariff of ours is given to the charger in its own words, or it is said why not", async () => {
  const setting = await commanded("2.1");
  const elements = [{ priceComponents: [{ type: "ENERGY", price: 0.25, vat: 24 }] }];
  const tariffId = await addTariff(elements);
  const given = await exchange(
    setting,
    "POST",
    `/api/charge-points/${setting.id}/default-tariff`,
    { tariffId, evseId: 1 },
    { status: "Accepted" },
  );
  expect(given).toMatchObject({
    status: 200,
    action: "SetDefaultTariff",
    payload: {
      evseId: 1,
      tariff: {
        ...{ tariffId, currency: "EUR" },
        energy: { prices: [{ priceKwh: 0.25 }], taxRates: [{ type: "VAT", tax: 24 }] },
      },
    },
  });
  const { items } = await get(setting, `/api/charge-points/${setting.id}/tariffs`);
  expect(items).toMatchObject([{ key: tariffId, evseId: 1 }]);
  const give = (id: string, body: object) =>
    call("POST", `/api/charge-points/${id}/default-tariff`, { token: setting.token, body });
  expect((await give(setting.id, { tariffId: "none" })).status).toBe(422);
  const exported = await addTariff([{ priceComponents: [{ type: "ENERGY_EXPORT", price: 0.1 }] }]);
  expect((await give(setting.id, { tariffId: exported })).body).toMatchObject({
    ...{ status: 422, errors: [{ pointer: "/tariffId" }] },
  });
  expect((await give((await commanded("2.0.1")).id, { tariffId })).status).toBe(409);
  expect((await give("nobody", { tariffId })).status).toBe(404);
});
