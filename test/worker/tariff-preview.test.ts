// What a session would cost, asked before the tariff is kept: by the arithmetic that bills have.
import { beforeAll, expect, it } from "vitest";
import { call, someone } from "../support/worker/api.ts";

let operator: string;
beforeAll(async () => {
  operator = (await someone("operator")).token;
});

const tariff = {
  currency: "EUR",
  elements: [
    {
      priceComponents: [{ type: "ENERGY", price: 0.2, vat: 24 }],
      restrictions: { startTime: "23:00", endTime: "07:00" },
    },
    {
      priceComponents: [
        { type: "FLAT", price: 1, vat: 24 },
        { type: "ENERGY", price: 0.4, vat: 24 },
        { type: "PARKING_TIME", price: 6, vat: 24 },
      ],
    },
  ],
};
const session = {
  ...{ startDateTime: "2026-03-02T20:00:00Z", timeZone: "Europe/Athens" },
  ...{ energy: 20_000, chargingTime: 7200, parkingTime: 1800 },
};
const preview = (body: object) => call("POST", "/api/tariffs/preview", { token: operator, body });

it("is cut where the price changes at night, in the location's own time", async () => {
  const { status, body } = await preview({ tariff, session });
  expect(status).toBe(200);
  // From 22:00 to midnight: an hour by day, an hour by night; then half an hour of parking.
  expect(body).toEqual({
    currency: "EUR",
    totalCost: { exclVat: 10, inclVat: 12.4 },
    lines: expect.arrayContaining([
      { type: "FLAT", price: 1, quantity: 1, cost: 1 },
      { type: "ENERGY", price: 0.4, quantity: 10, cost: 4 },
      { type: "ENERGY", price: 0.2, quantity: 10, cost: 2 },
      { type: "PARKING_TIME", price: 6, quantity: 0.5, cost: 3 },
    ]),
  });
});

it("keeps nothing, and says which field is wrong", async () => {
  await preview({ tariff: { ...tariff, id: "imagined" }, session });
  expect((await call("GET", "/api/tariffs/imagined", { token: operator })).status).toBe(404);
  const { status, body } = await preview({ tariff, session: { ...session, timeZone: "Mars/Olympus" } });
  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ pointer: "/session/timeZone" }]);
});

it("is for operators, as tariffs are", async () => {
  const { token } = await someone("viewer");
  expect((await call("POST", "/api/tariffs/preview", { token, body: { tariff, session } })).status).toBe(403);
});
