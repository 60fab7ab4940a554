// Prices: the examples of OCPI 2.2.1 to their own figures, and what must hold for any tariff and any session.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exact, rounded } from "../../src/pricing/amounts.ts";
import { price } from "../../src/pricing/price.ts";
import type { Interval } from "../../src/pricing/slices.ts";
import type { PriceComponent, PricedBy, Restrictions, TariffElement } from "../../src/pricing/tariff.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Monday, 09:30 in UTC, where local times are easy to read. */
const MONDAY_0930 = Date.parse("2026-03-02T09:30:00Z");

const tariff = (elements: TariffElement[], more: Partial<PricedBy> = {}): PricedBy => ({
  currency: "EUR",
  elements,
  ...more,
});
const element = (priceComponents: PriceComponent[], restrictions?: Restrictions): TariffElement => ({
  priceComponents,
  restrictions,
});
const energy = (price: number, vat?: number, stepSize = 1): PriceComponent => ({
  type: "ENERGY",
  price,
  vat,
  stepSize,
});
const flat = (price: number, vat?: number): PriceComponent => ({ type: "FLAT", price, vat, stepSize: 1 });
const time = (price: number, vat: number | undefined, stepSize: number): PriceComponent => ({
  ...{ type: "TIME", price, vat, stepSize },
});
const parking = (price: number, vat: number | undefined, stepSize: number): PriceComponent => ({
  ...{ type: "PARKING_TIME", price, vat, stepSize },
});

/** Phases of a session one after another, each with its minutes and kWh. */
function session(
  phases: { minutes: number; kwh?: number; exported?: number; current?: number; parked?: boolean }[],
  from = MONDAY_0930,
): Interval[] {
  const intervals: Interval[] = [];
  let at = from;
  for (const { minutes, kwh = 0, exported = 0, current, parked = false } of phases) {
    const to = at + minutes * MINUTE;
    intervals.push({
      from: at,
      to,
      importedWh: exact(kwh).mul(1000),
      exportedWh: exact(exported).mul(1000),
      charging: !parked,
      current,
    });
    at = to;
  }
  return intervals;
}

interface Told {
  reservation?: { minutes: number; expired?: boolean };
  timeZone?: string;
}

/** [without VAT, with VAT] as the specification tells them. */
function costs(intervals: Interval[], of: PricedBy, { reservation, timeZone = "UTC" }: Told = {}) {
  const to = intervals[0]?.from ?? MONDAY_0930;
  const reserved = reservation && {
    from: to - reservation.minutes * MINUTE,
    to,
    expired: reservation.expired ?? false,
  };
  const { total } = price({ timeZone, intervals, reservation: reserved }, of);
  const exclVat = rounded(total.exclVat, 4);
  return total.inclVat === undefined ? [exclVat] : [exclVat, rounded(total.inclVat, 4)];
}

describe("the tariff examples of OCPI 2.2.1", () => {
  const startFee = [flat(0.5, 20), energy(0.25, 10)];
  const twentyKwh = session([{ minutes: 120, kwh: 20 }]);

  test("0.25 per kWh", () => {
    expect(costs(twentyKwh, tariff([element([energy(0.25, 10)])]))).toEqual([5, 5.5]);
  });

  test("0.25 per kWh and a start fee", () => {
    expect(costs(twentyKwh, tariff([element(startFee)]))).toEqual([5.5, 6.1]);
  });

  test("0.25 per kWh and a minimum price", () => {
    const of = tariff([element([energy(0.25, 10)])], { minPrice: { exclVat: 0.5, inclVat: 0.55 } });
    expect(costs(twentyKwh, of)).toEqual([5, 5.5]);
    expect(costs(session([{ minutes: 30, kwh: 1.9 }]), of)).toEqual([0.5, 0.55]);
  });

  test("0.25 per kWh, a parking fee and a start fee", () => {
    const of = tariff([element([...startFee, parking(2, 20, 900)])]);
    expect(
      costs(
        session([
          { minutes: 120, kwh: 20 },
          { minutes: 40, parked: true },
        ]),
        of,
      ),
    ).toEqual([7, 7.9]);
  });

  test("a start fee and a maximum price", () => {
    const of = tariff([element(startFee)], { maxPrice: { exclVat: 10, inclVat: 11 } });
    expect(costs(session([{ minutes: 120, kwh: 50 }]), of)).toEqual([10, 11]);
    expect(costs(session([{ minutes: 120, kwh: 30 }]), of)).toEqual([8, 8.85]);
  });

  test("2 per hour", () => {
    expect(costs(session([{ minutes: 150, kwh: 9 }]), tariff([element([time(2, 10, 60)])]))).toEqual([5, 5.5]);
  });

  test("3 per hour, 5 per hour of parking", () => {
    const of = tariff([element([time(3, 10, 60), parking(5, 20, 300)])]);
    expect(
      costs(
        session([
          { minutes: 150, kwh: 9 },
          { minutes: 42, parked: true },
        ]),
        of,
      ),
    ).toEqual([11.25, 12.75]);
  });

  test("1.90 per hour with 5.2 % VAT", () => {
    // 4.997, which the specification tells as 5.00.
    expect(costs(session([{ minutes: 150, kwh: 9 }]), tariff([element([time(1.9, 5.2, 300)])]))).toEqual([4.75, 4.997]);
  });

  test("a start fee, and energy in steps of 100 Wh", () => {
    const of = tariff([element([flat(0.5, 20), energy(0.25, 10, 100)])]);
    // 5.625 and 6.2375, which the specification tells as 5.63 and 6.24.
    expect(costs(session([{ minutes: 120, kwh: 20.45 }]), of)).toEqual([5.625, 6.2375]);
  });

  describe("the complex one", () => {
    const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"] as const;
    const of = tariff([
      element([flat(2.5, 15)]),
      element([time(1, 20, 900)], { maxCurrent: 32 }),
      element([time(2, 20, 600)], { minCurrent: 32, dayOfWeek: weekdays }),
      element([time(1.25, 20, 600)], { minCurrent: 32, dayOfWeek: ["SATURDAY", "SUNDAY"] }),
      element([parking(5, 10, 300)], { startTime: "09:00", endTime: "18:00", dayOfWeek: weekdays }),
      element([parking(6, 10, 300)], { startTime: "10:00", endTime: "17:00", dayOfWeek: ["SATURDAY"] }),
    ]);

    test("on a Monday morning with 16 A", () => {
      const phases = [
        { minutes: 165, kwh: 9, current: 16 },
        { minutes: 42, parked: true },
      ];
      expect(costs(session(phases), of)).toEqual([9, 10.3]);
    });

    test("on a Saturday afternoon with 43 A", () => {
      const phases = [
        { minutes: 114, kwh: 18, current: 43 },
        { minutes: 71, parked: true },
      ];
      // The specification's table has 2.28 for 114 minutes at 1.25 per hour, which are 2.375, and so 12.28 and 13.861.
      expect(costs(session(phases, Date.parse("2026-03-07T13:30:00Z")), of)).toEqual([12.375, 13.975]);
    });
  });

  test("free of charge", () => {
    const of = tariff([element([{ type: "FLAT", price: 0, stepSize: 0 }])]);
    expect(costs(twentyKwh, of)).toEqual([0]);
  });

  describe("with a reservation", () => {
    const charging = element(startFee);
    const reserved = (components: PriceComponent[]) => element(components, { reservation: "RESERVATION" });
    const expires = (components: PriceComponent[]) => element(components, { reservation: "RESERVATION_EXPIRES" });

    test("at 5 per hour", () => {
      const of = tariff([reserved([time(5, 20, 60)]), charging]);
      expect(costs(twentyKwh, of, { reservation: { minutes: 15 } })).toEqual([6.75, 7.6]);
    });

    test("at 5 per hour and a fee", () => {
      const of = tariff([reserved([flat(2, 20), time(5, 20, 300)]), charging]);
      expect(costs(twentyKwh, of, { reservation: { minutes: 13 } })).toEqual([8.75, 10]);
    });

    test("and a fee if it expires", () => {
      const of = tariff([expires([flat(4, 20)]), reserved([time(2, 20, 600)]), charging]);
      expect(costs(twentyKwh, of, { reservation: { minutes: 22 } })).toEqual([6.5, 7.3]);
      expect(costs([], of, { reservation: { minutes: 60, expired: true } })).toEqual([6, 7.2]);
    });

    test("and another price per hour if it expires", () => {
      const of = tariff([expires([time(6, 20, 600)]), reserved([time(3, 20, 600)]), charging]);
      expect(costs(twentyKwh, of, { reservation: { minutes: 22 } })).toEqual([7, 7.9]);
      expect(costs([], of, { reservation: { minutes: 90, expired: true } })).toEqual([9, 10.8]);
    });
  });

  describe("steps when prices change", () => {
    const of = tariff([
      element([time(1.2, undefined, 1800), parking(1, undefined, 900)], { startTime: "00:00", endTime: "17:00" }),
      element([time(2.4, undefined, 900), parking(1, undefined, 900)], { startTime: "17:00", endTime: "20:00" }),
      element([time(2.4, undefined, 900)], { startTime: "20:00", endTime: "00:00" }),
    ]);
    const at = (clock: string) => Date.parse(`2026-03-02T${clock}:00Z`);

    test("from charging to parking: only the parking is rounded up", () => {
      const phases = [
        { minutes: 10, kwh: 1 },
        { minutes: 2, parked: true },
      ];
      expect(costs(session(phases, at("16:55")), of)).toEqual([0.55]);
    });

    test("from one price to another: the last one's step, over all of the time", () => {
      expect(costs(session([{ minutes: 35, kwh: 3 }], at("16:35")), of)).toEqual([1.3]);
    });

    test("from priced to free parking: the priced part is rounded up", () => {
      // The specification's table has 0.80, with charging at 1.20 and parking at 2.40: not the prices of its own
      // tariff at that time, which are 2.40 (12 minutes: 0.48) and 1.00 (15 minutes: 0.25).
      const phases = [
        { minutes: 12, kwh: 1 },
        { minutes: 20, parked: true },
      ];
      expect(costs(session(phases, at("19:40")), of)).toEqual([0.73]);
    });

    test("5.4 kWh in steps of 500 Wh are 5.5 kWh in all", () => {
      const halves = tariff([
        element([energy(0.2, undefined, 500)], { endTime: "17:00" }),
        element([energy(0.27, undefined, 500)]),
      ]);
      const phases = [
        { minutes: 60, kwh: 4.3 },
        { minutes: 60, kwh: 1.1 },
      ];
      expect(costs(session(phases, at("16:00")), halves)).toEqual([4.3 * 0.2 + 1.2 * 0.27]);
    });
  });

  test("bounds of power: 20.30 for 41.5 kWh", () => {
    const of = tariff([
      element([energy(0.2, 20)], { maxPower: 16 }),
      element([energy(0.35, 20)], { maxPower: 32 }),
      element([energy(0.5, 20)]),
    ]);
    const phases = [
      { minutes: 10, kwh: 1 },
      { minutes: 50, kwh: 40 },
      { minutes: 7.5, kwh: 0.5 },
    ];
    expect(costs(session(phases), of)[0]).toBe(20.3);
  });

  test("bounds of duration: the first half hour is free", () => {
    const of = tariff([
      element([energy(0, 20)], { maxDuration: 1800 }),
      element([energy(0.25, 20)], { maxDuration: 3600 }),
      element([energy(0.4, 20)]),
    ]);
    expect(
      costs(
        session([
          { minutes: 30, kwh: 5 },
          { minutes: 10, kwh: 1.2 },
        ]),
        of,
      )[0],
    ).toBe(0.3);
  });
});

describe("a threshold of energy", () => {
  const of = tariff([element([energy(0)], { maxKwh: 1 }), element([energy(0.2)])]);

  test("cuts exactly, wherever the readings lie", () => {
    expect(costs(session([{ minutes: 7, kwh: 3 }]), of)).toEqual([0.4]);
    expect(
      costs(
        session([
          { minutes: 1, kwh: 0.3 },
          { minutes: 1, kwh: 0.3 },
          { minutes: 1, kwh: 2.4 },
        ]),
        of,
      ),
    ).toEqual([0.4]);
  });

  test("begins a charging period", () => {
    const { periods } = price({ timeZone: "UTC", intervals: session([{ minutes: 30, kwh: 3 }]) }, of);
    expect(periods.map(({ importedKwh }) => importedKwh.valueOf())).toEqual([1, 2]);
    expect(periods.map(({ from }) => (from - MONDAY_0930) / MINUTE)).toEqual([0, 10]);
  });
});

describe("local time", () => {
  const night = tariff([
    element([time(1, undefined, 1)], { startTime: "22:00", endTime: "06:00" }),
    element([time(2, undefined, 1)]),
  ]);

  test.each([
    ["a plain night has eight cheap hours", "2026-03-01T20:00", 12, 8 + 4 * 2],
    ["the night that loses an hour has seven", "2026-03-28T20:00", 11, 7 + 4 * 2],
    ["the night that gains an hour has nine", "2026-10-24T20:00", 13, 9 + 4 * 2],
  ])("%s", (_name, local, hours, cost) => {
    const offset = local < "2026-03-29" || local > "2026-10-25" ? 2 : local > "2026-10" ? 3 : 2;
    const from = Date.parse(`${local}:00Z`) - offset * HOUR;
    expect(costs(session([{ minutes: hours * 60, kwh: 9 }], from), night, { timeZone: "Europe/Athens" })).toEqual([
      cost,
    ]);
  });

  test("a window of dates ends at its local midnight", () => {
    const of = tariff([
      element([time(0, undefined, 1)], { startDate: "2026-01-01", endDate: "2026-01-02" }),
      element([time(6, undefined, 1)]),
    ]);
    const from = Date.parse("2026-01-01T21:00:00Z");
    expect(costs(session([{ minutes: 120, kwh: 9 }], from), of, { timeZone: "Europe/Athens" })).toEqual([6]);
  });
});

describe("energy given back", () => {
  const of = tariff([element([energy(0.3, 20), { type: "ENERGY_EXPORT", price: 0.2, vat: 0, stepSize: 1 }])], {
    minPrice: { exclVat: 1 },
  });

  test("is credited", () => {
    expect(
      costs(
        session([
          { minutes: 60, kwh: 10 },
          { minutes: 60, exported: 4 },
        ]),
        of,
      ),
    ).toEqual([2.2, 2.8]);
  });

  test("does not count towards the minimum price", () => {
    expect(
      costs(
        session([
          { minutes: 60, kwh: 1 },
          { minutes: 60, exported: 10 },
        ]),
        of,
      ),
    ).toEqual([-1, -0.8]);
  });
});

describe("what the grid adds", () => {
  const hour = (index: number) => MONDAY_0930 + index * HOUR;
  const gridPrices = [{ from: hour(1), to: hour(2), price: 0.1 }];
  const lasting = (of: PricedBy, phases: Parameters<typeof session>[0] = [{ minutes: 180, kwh: 30 }]) =>
    price({ timeZone: "UTC", intervals: session(phases), gridPrices }, of);

  test("is due for the energy of its time, taxed as that energy", () => {
    const { lines, total, periods } = lasting(tariff([element([energy(0.2, 20)])]));
    expect(lines.map(({ dimension, cost }) => [dimension, cost.valueOf()])).toEqual([
      ["ENERGY", 6],
      ["GRID", 1],
    ]);
    expect(total.inclVat?.valueOf()).toBe(8.4);
    expect(periods.map(({ from, gridPrice }) => [from, gridPrice])).toEqual([
      [hour(0), 0],
      [hour(1), 0.1],
      [hour(2), 0],
    ]);
  });

  test("is not due where energy has no price, nor for energy given back", () => {
    expect(lasting(tariff([element([time(1, undefined, 1)])])).total.exclVat.valueOf()).toBe(3);
    const both = tariff([element([energy(0.2), { type: "ENERGY_EXPORT", price: 0.1, stepSize: 1 }])]);
    expect(lasting(both, [{ minutes: 180, kwh: 0, exported: 30 }]).total.exclVat.valueOf()).toBe(-3);
  });

  test("does not go beyond the most that a session may cost", () => {
    expect(lasting(tariff([element([energy(0.2)])], { maxPrice: { exclVat: 6.5 } })).total.exclVat.valueOf()).toBe(6.5);
  });
});

describe("any session", () => {
  const phase = fc.record({
    minutes: fc.integer({ min: 1, max: 600 }),
    kwh: fc.double({ min: 0, max: 80, noNaN: true }).map((kwh) => Math.round(kwh * 1000) / 1000),
    exported: fc.integer({ min: 0, max: 5 }),
    parked: fc.boolean(),
  });
  const phases = fc.array(phase, { minLength: 1, maxLength: 6 });
  const clock = fc.integer({ min: 0, max: 47 }).map((half) => {
    return `${String(Math.floor(half / 2)).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;
  });
  const component = fc.record({
    type: fc.constantFrom("ENERGY" as const, "ENERGY_EXPORT", "TIME", "PARKING_TIME", "FLAT"),
    price: fc.integer({ min: 0, max: 500 }).map((cents) => cents / 100),
    vat: fc.constantFrom(undefined, 0, 5.2, 20, 24),
    stepSize: fc.constantFrom(0, 1, 60, 900),
  });
  // Power is left out: it is a mean between two readings, so that more readings are another session.
  const restrictions = fc.record(
    {
      startTime: clock,
      endTime: clock,
      minKwh: fc.integer({ min: 0, max: 30 }),
      maxKwh: fc.integer({ min: 1, max: 60 }),
      minDuration: fc.integer({ min: 0, max: 7200 }),
      maxDuration: fc.integer({ min: 1, max: 20_000 }),
    },
    { requiredKeys: [] },
  );
  const elements = fc.array(
    fc.record({ priceComponents: fc.array(component, { minLength: 1, maxLength: 3 }), restrictions }),
    { minLength: 1, maxLength: 4 },
  );
  const zone = fc.constantFrom("UTC", "Europe/Athens", "America/New_York", "Australia/Lord_Howe");
  const start = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2026-12-31") });

  /** The same session with one more reading in it, on a line between its neighbours. */
  function split(intervals: Interval[], index: number, numerator: number): Interval[] {
    const chosen = intervals[index % intervals.length];
    if (chosen === undefined) return intervals;
    const at = chosen.from + ((chosen.to - chosen.from) * numerator) / 8;
    const halves = [numerator, 8 - numerator].map(
      (part, half): Interval => ({
        ...chosen,
        from: half === 0 ? chosen.from : at,
        to: half === 0 ? at : chosen.to,
        importedWh: chosen.importedWh.mul(part).div(8),
        exportedWh: chosen.exportedWh.mul(part).div(8),
      }),
    );
    return intervals.flatMap((interval) => (interval === chosen ? halves : [interval]));
  }

  test("costs the same however many readings it has", () => {
    fc.assert(
      fc.property(
        phases,
        elements,
        zone,
        start,
        fc.nat(),
        fc.integer({ min: 1, max: 7 }),
        (told, of, timeZone, from, at, part) => {
          const intervals = session(told, from);
          const whole = price({ timeZone, intervals }, tariff(of)).total;
          const cut = price({ timeZone, intervals: split(intervals, at, part) }, tariff(of)).total;
          expect(cut.exclVat.toFraction()).toBe(whole.exclVat.toFraction());
          expect(cut.inclVat?.toFraction()).toBe(whole.inclVat?.toFraction());
        },
      ),
      { numRuns: 400 },
    );
  });

  test("costs the same however many readings it has, also where the grid adds to the price", () => {
    const steps = fc.array(
      fc.record({ hours: fc.integer({ min: 1, max: 9 }), cents: fc.integer({ min: -9, max: 40 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(
        phases,
        elements,
        start,
        steps,
        fc.nat(),
        fc.integer({ min: 1, max: 7 }),
        (told, of, from, grid, at, part) => {
          const intervals = session(told, from);
          let begin = from - HOUR / 3;
          const gridPrices = grid.map(({ hours, cents }) => {
            const step = { from: begin, to: begin + hours * HOUR, price: cents / 100 };
            begin = step.to + HOUR / 2;
            return step;
          });
          const whole = price({ timeZone: "UTC", intervals, gridPrices }, tariff(of)).total;
          const cut = price({ timeZone: "UTC", intervals: split(intervals, at, part), gridPrices }, tariff(of)).total;
          expect(cut.exclVat.toFraction()).toBe(whole.exclVat.toFraction());
          expect(cut.inclVat?.toFraction()).toBe(whole.inclVat?.toFraction());
        },
      ),
      { numRuns: 300 },
    );
  });

  test("has all of its energy and time in its periods, once", () => {
    fc.assert(
      fc.property(phases, elements, zone, start, (told, of, timeZone, from) => {
        const { periods } = price({ timeZone, intervals: session(told, from) }, tariff(of));
        const total = (of: (p: (typeof periods)[number]) => number) => periods.reduce((all, p) => all + of(p), 0);
        expect(total((p) => p.importedKwh.valueOf())).toBeCloseTo(
          told.reduce((all, { kwh }) => all + kwh, 0),
          6,
        );
        expect(total((p) => p.chargingSeconds.add(p.parkingSeconds).valueOf())).toBeCloseTo(
          told.reduce((all, { minutes }) => all + minutes * 60, 0),
          3,
        );
        expect(periods.slice(1).map(({ from }) => from)).toEqual(periods.slice(0, -1).map(({ to }) => to));
      }),
      { numRuns: 300 },
    );
  });

  test("costs at least the least and at most the most", () => {
    fc.assert(
      fc.property(phases, elements, start, (told, of, from) => {
        const bounds = { minPrice: { exclVat: 3 }, maxPrice: { exclVat: 7 } };
        // What is given back is credited beyond all bounds.
        const taken = told.map((phase) => ({ ...phase, exported: 0 }));
        const [exclVat = 0] = costs(session(taken, from), tariff(of, bounds));
        expect(exclVat).toBeGreaterThanOrEqual(3);
        expect(exclVat).toBeLessThanOrEqual(7);
      }),
      { numRuns: 200 },
    );
  });
});
