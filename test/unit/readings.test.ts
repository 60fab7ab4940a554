// Energy out of meter values as versions and makes spell them: registers, intervals, power; what is given back as well.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readingsOf } from "../../src/billing/readings.ts";
import { readMeterValues } from "../../src/ocpp/metering.ts";
import { sum } from "../../src/pricing/amounts.ts";
import { timelineOf } from "../../src/pricing/timeline.ts";

const START = Date.parse("2026-03-02T09:00:00Z");
const MINUTE = 60_000;

type Sample = Record<string, unknown>;
type Moment = [minutes: number, ...samples: Sample[]];

/** Wh in and out of a session of an hour, of MeterValues payloads as they come. */
function energies(moments: readonly Moment[]): [imported: number, exported: number] {
  const meterValue = moments.map(([minutes, ...sampledValue]) => ({
    timestamp: new Date(START + minutes * MINUTE).toISOString(),
    sampledValue,
  }));
  const values = readMeterValues({ meterValue }, START);
  const intervals = timelineOf({ startedAt: START, endedAt: START + 60 * MINUTE, readings: readingsOf(values, START) });
  const total = (of: "importedWh" | "exportedWh") => sum(intervals.map((interval) => interval[of])).valueOf();
  return [total("importedWh"), total("exportedWh")];
}

const register = (value: unknown, more: Sample = {}): Sample => ({
  ...{ measurand: "Energy.Active.Export.Register", value },
  ...more,
});
const interval = (value: unknown, more: Sample = {}): Sample => ({
  ...{ measurand: "Energy.Active.Export.Interval", value },
  ...more,
});
const power = (value: unknown, direction = "Import", more: Sample = {}): Sample => ({
  ...{ measurand: `Power.Active.${direction}`, value },
  ...more,
});

describe("energy given back", () => {
  test.each<[string, Moment[], number]>([
    [
      "1.6's register, as text in Wh",
      [
        [0, register("100", { unit: "Wh" })],
        [60, register("4100")],
      ],
      4000,
    ],
    [
      "1.6's register in kWh",
      [
        [0, register("1.5", { unit: "kWh" })],
        [60, register("2.25", { unit: "kWh" })],
      ],
      750,
    ],
    [
      "2.x's register with a multiplier",
      [
        [0, register(0, { unitOfMeasure: { unit: "Wh", multiplier: 3 } })],
        [60, register(3.5, { unitOfMeasure: { unit: "Wh", multiplier: 3 } })],
      ],
      3500,
    ],
    [
      "a register for each phase",
      [
        [0, register(10, { phase: "L1" }), register(20, { phase: "L2" }), register(30, { phase: "L3" })],
        [60, register(110, { phase: "L1" }), register(120, { phase: "L2" }), register(131, { phase: "L3" })],
      ],
      301,
    ],
    [
      "the register at the outlet, not the inlet's",
      [
        [0, register(0, { location: "Inlet" }), register(500, { location: "Outlet" })],
        [60, register(9000, { location: "Inlet" }), register(1500, { location: "Outlet" })],
      ],
      1000,
    ],
    [
      "a register that starts anew",
      [
        [0, register(5000)],
        [20, register(6000)],
        [40, register(0)],
        [60, register(700)],
      ],
      1700,
    ],
    [
      "a gap",
      [
        [0, register(0)],
        [50, register(900)],
      ],
      900,
    ],
    [
      "intervals",
      [
        [15, interval(100)],
        [30, interval(0)],
        [45, interval(250)],
      ],
      350,
    ],
    [
      "intervals that are sent twice",
      [
        [15, interval(100)],
        [15, interval(100)],
        [45, interval(250)],
      ],
      350,
    ],
    [
      "a register and intervals: the register",
      [
        [0, register(0), interval(9)],
        [60, register(70), interval(80)],
      ],
      70,
    ],
    [
      "power out",
      [
        [0, power(6000, "Export")],
        [10, power(6000, "Export")],
        [20, power(6000, "Export")],
      ],
      2000,
    ],
    [
      "power in below zero",
      [
        [0, power(3000)],
        [10, power(-6000)],
        [20, power(-6000)],
        [30, power(3000)],
      ],
      2000,
    ],
    [
      "power on three phases",
      [
        [0, power(-1000, "Import", { phase: "L1" }), power(-2000, "Import", { phase: "L2" })],
        [10, power(-3000)],
      ],
      500,
    ],
    [
      "power that nobody heard of for long",
      [
        [0, power(-6000)],
        [40, power(-6000)],
      ],
      0,
    ],
  ])("is known by %s", (_name, moments, wh) => {
    expect(energies(moments)[1]).toBeCloseTo(wh, 6);
  });

  test("is not made up of power that flows in", () => {
    expect(
      energies([
        [0, power(7000)],
        [10, power(7000)],
      ]),
    ).toEqual([0, 0]);
  });

  test("is the same however a session is cut into intervals", () => {
    const parts = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 59 });
    fc.assert(
      fc.property(parts, (all) => {
        const whole = all.reduce((total, part) => total + part, 0);
        const cut = all.map((part, index): Moment => [index + 1, interval(part)]);
        expect(energies(cut)[1]).toBe(whole);
        expect(energies([[all.length, interval(whole)]])[1]).toBe(whole);
      }),
    );
  });
});

describe("energy taken", () => {
  test("is known by intervals where there is no register", () => {
    const taken = (value: number): Sample => ({ measurand: "Energy.Active.Import.Interval", value });
    expect(
      energies([
        [15, taken(500)],
        [30, taken(700)],
      ]),
    ).toEqual([1200, 0]);
  });
});
