// Our tariffs in the words of OCPP 2.1: what comes out keeps the standard's schema and says the same, or nothing comes out.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StoredTariff } from "../../src/billing/documents/tariff.ts";
import { ocppTariff } from "../../src/billing/ocpp-tariff.ts";
import { messages } from "../../src/ocpp/generated/messages-v21.ts";
import { DAYS, DIMENSIONS } from "../../src/pricing/tariff.ts";

const euro = (elements: object[], more: object = {}) => StoredTariff.parse({ currency: "EUR", elements, ...more });
const priced = (type: string, price: number, more: object = {}) => ({ type, price, stepSize: 1, ...more });

describe("a tariff for a charger of OCPP 2.1", () => {
  test("has OCPP's units: per kWh, per minute, Wh, W and seconds, with the VAT of each kind", () => {
    const tariff = euro(
      [
        {
          priceComponents: [priced("ENERGY", 0.2, { vat: 24 }), priced("TIME", 6)],
          restrictions: {
            startTime: "17:00",
            endTime: "20:00",
            dayOfWeek: ["MONDAY", "SUNDAY"],
            maxKwh: 32.1,
            minPower: 16,
          },
        },
        { priceComponents: [priced("ENERGY", 0.3, { vat: 24 }), priced("PARKING_TIME", 3), priced("FLAT", 0.5)] },
        { priceComponents: [priced("TIME", 12), priced("FLAT", 1)], restrictions: { reservation: "RESERVATION" } },
        { priceComponents: [priced("FLAT", 4)], restrictions: { reservation: "RESERVATION_EXPIRES" } },
        { priceComponents: [priced("TIME", 1)], restrictions: { minDuration: 3600, startDate: "2026-01-01" } },
      ],
      {
        ...{ minPrice: { exclVat: 1 }, maxPrice: { exclVat: 50, inclVat: 62 }, startDateTime: "2026-01-01T00:00:00Z" },
        tariffAltText: [{ language: "el", text: "Φθηνά" }],
      },
    );
    const evening = {
      ...{ startTimeOfDay: "17:00", endTimeOfDay: "20:00", dayOfWeek: ["Monday", "Sunday"] },
      ...{ maxEnergy: 32_100, minPower: 16_000 },
    };
    expect(ocppTariff("T", tariff)).toEqual({
      ok: true,
      value: {
        ...{ tariffId: "T", currency: "EUR", validFrom: "2026-01-01T00:00:00Z" },
        energy: {
          prices: [{ priceKwh: 0.2, conditions: evening }, { priceKwh: 0.3 }],
          taxRates: [{ type: "VAT", tax: 24 }],
        },
        chargingTime: {
          prices: [
            { priceMinute: 0.1, conditions: evening },
            { priceMinute: 1 / 60, conditions: { minTime: 3600, validFromDate: "2026-01-01" } },
          ],
        },
        idleTime: { prices: [{ priceMinute: 0.05 }] },
        fixedFee: { prices: [{ priceFixed: 0.5 }] },
        reservationTime: { prices: [{ priceMinute: 0.2 }] },
        reservationFixed: { prices: [{ priceFixed: 1 }] },
        ...{ minCost: { exclTax: 1 }, maxCost: { exclTax: 50, inclTax: 62 } },
        description: [{ format: "UTF8", language: "el", content: "Φθηνά" }],
      },
    });
  });

  test.each([
    ["energy that a car gives back", [{ priceComponents: [priced("ENERGY_EXPORT", 0.1)] }]],
    ["two rates of VAT for one thing", [{ priceComponents: [priced("ENERGY", 1, { vat: 5 }), priced("ENERGY", 2)] }]],
    ["a fee that depends on the energy", [{ priceComponents: [priced("FLAT", 1)], restrictions: { minKwh: 1 } }]],
  ])("with %s is none: it would say something else", (_name, elements) => {
    expect(ocppTariff("T", euro(elements))).toEqual({ ok: false, error: expect.stringContaining("OCPP") });
  });

  test("keeps the schema of SetDefaultTariff, whatever the tariff", () => {
    const bound = fc.integer({ min: 0, max: 500 });
    const clock = fc.constantFrom("00:00", "07:30", "23:59");
    const component = fc.record({
      type: fc.constantFrom(...DIMENSIONS.filter((one) => one !== "ENERGY_EXPORT")),
      price: fc.double({ min: 0, max: 1000, noNaN: true }),
      stepSize: bound,
    });
    const restrictions = fc.record(
      {
        ...{
          startTime: clock,
          endTime: clock,
          startDate: fc.constant("2026-01-01"),
          endDate: fc.constant("2026-12-31"),
        },
        ...{ minKwh: bound, maxKwh: bound, minCurrent: bound, maxCurrent: bound, minPower: bound, maxPower: bound },
        ...{ minDuration: bound, maxDuration: bound, dayOfWeek: fc.subarray([...DAYS]) },
      },
      { requiredKeys: [] },
    );
    const element = fc.record({ priceComponents: fc.array(component, { minLength: 1, maxLength: 3 }), restrictions });
    let said = 0;
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), (elements) => {
        const result = ocppTariff("T", euro(elements));
        if (!result.ok) return;
        said += 1;
        const { request } = messages.SetDefaultTariff;
        expect(request({ evseId: 0, tariff: result.value }), JSON.stringify(request.errors)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(said).toBeGreaterThan(100);
  });
});
