// What a session did, out of what its meter said: nothing made up, no glitch billed, a reset survived.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../../src/pricing/amounts.ts";
import { type MeteredSession, timelineOf } from "../../src/pricing/timeline.ts";

const MINUTE = 60_000;
const at = (minutes: number) => Date.parse("2026-03-02T09:00:00Z") + minutes * MINUTE;

/** Registers by the minute. */
function metered(registers: [minutes: number, importWh: number][], more: Partial<MeteredSession> = {}): MeteredSession {
  const readings = registers.map(([minutes, importWh]) => ({ at: at(minutes), importWh }));
  return { startedAt: at(0), endedAt: at(60), readings, ...more };
}

const energies = (session: MeteredSession) => timelineOf(session).map(({ importedWh }) => importedWh.valueOf());
const total = (session: MeteredSession) => sum(timelineOf(session).map(({ importedWh }) => importedWh)).valueOf();

describe("a session's timeline", () => {
  test("has an interval between each two readings, from the start to the end", () => {
    const session = metered(
      [
        [20, 3000],
        [40, 4000],
      ],
      { meterStart: 1000, meterStop: 4000 },
    );
    expect(energies(session)).toEqual([2000, 1000, 0]);
    expect(timelineOf(session).map(({ charging }) => charging)).toEqual([true, true, false]);
  });

  test("is one interval when there are only a start and a stop", () => {
    expect(energies(metered([], { meterStart: 100, meterStop: 5100 }))).toEqual([5000]);
  });

  test("credits what was given back between readings that are a moment older and younger than its ends", () => {
    const exported = (session: MeteredSession) =>
      sum(timelineOf(session).map(({ exportedWh }) => exportedWh)).valueOf();
    const told: [minutes: number, exportWh: number][] = [
      [-0.001, 500],
      [30, 800],
      [60.001, 900],
    ];
    const readings = told.map(([minutes, exportWh]) => ({ at: at(minutes), exportWh }));
    expect(exported(metered([], { readings }))).toBe(400);
    expect(exported(metered([], { readings: readings.slice(0, 2) }))).toBe(300);
    // What it showed in a session before says nothing of this one, beside a nearer reading.
    expect(exported(metered([], { readings: [{ at: at(-9), exportWh: 0 }, ...readings] }))).toBe(400);
  });

  test("bills nothing of what was never measured", () => {
    expect(total(metered([]))).toBe(0);
    expect(total(metered([[30, 7000]]))).toBe(0);
    expect(total(metered([], { meterStop: 9000 }))).toBe(0);
  });

  test("takes readings in any order, and those outside of the session for nothing", () => {
    const session = metered(
      [
        [90, 9000],
        [40, 4000],
        [-5, 0],
        [20, 3000],
      ],
      { meterStart: 1000, meterStop: 4000 },
    );
    expect(energies(session)).toEqual([2000, 1000, 0]);
  });

  test.each([
    [
      "a dip to nothing",
      [
        [20, 3000],
        [30, 0],
        [40, 4000],
      ],
    ],
    [
      "a leap to the sky",
      [
        [20, 3000],
        [30, 900_000],
        [40, 4000],
      ],
    ],
    [
      "two leaps and two dips",
      [
        [10, 900_000],
        [20, 3000],
        [30, 0],
        [35, 0],
        [40, 4000],
        [50, 800_000],
      ],
    ],
    [
      "a first reading that is too high",
      [
        [10, 4500],
        [20, 2000],
        [30, 3000],
      ],
    ],
  ] satisfies [string, [number, number][]][])("passes over %s", (_name, registers) => {
    expect(total(metered(registers, { meterStart: 1000, meterStop: 5000 }))).toBe(4000);
  });

  test("counts on after a register that started anew", () => {
    const session = metered(
      [
        [20, 3000],
        [30, 500],
        [40, 1500],
      ],
      { meterStart: 1000, meterStop: 2000 },
    );
    // The 2,000 up to the reset, and the 2,000 after it.
    expect(total(session)).toBe(4000);
  });

  test("knows energy that was given back", () => {
    const readings = [
      { at: at(0), importWh: 0, exportWh: 100 },
      { at: at(30), importWh: 0, exportWh: 2100 },
      { at: at(60), importWh: 500, exportWh: 2100 },
    ];
    const told = timelineOf({ startedAt: at(0), endedAt: at(60), readings });
    expect(told.map(({ exportedWh }) => exportedWh.valueOf())).toEqual([2000, 0]);
    expect(told.every(({ charging }) => charging)).toBe(true);
  });

  test("is exact where binary fractions are not", () => {
    const session = metered(
      [
        [20, 0.1],
        [40, 0.3],
      ],
      { meterStart: 0, meterStop: 20.45 * 1000 },
    );
    expect(sum(timelineOf(session).map(({ importedWh }) => importedWh)).toFraction()).toBe("20450");
  });

  test("of any readings at all has no gap and no negative energy", () => {
    const registers = fc.array(fc.tuple(fc.integer({ min: -10, max: 70 }), fc.integer({ min: 0, max: 50_000 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        registers,
        fc.option(fc.nat(50_000), { nil: undefined }),
        fc.option(fc.nat(50_000), { nil: undefined }),
        (told, meterStart, meterStop) => {
          const session = metered(told, { meterStart, meterStop });
          const intervals = timelineOf(session);
          expect(intervals[0]?.from).toBe(session.startedAt);
          expect(intervals.at(-1)?.to).toBe(session.endedAt);
          expect(intervals.slice(1).map(({ from }) => from)).toEqual(intervals.slice(0, -1).map(({ to }) => to));
          expect(intervals.every(({ importedWh }) => importedWh.compare(0) >= 0)).toBe(true);
        },
      ),
    );
  });

  test("of readings that only grow has the difference of stop and start, whichever single one is wrong", () => {
    const growing = fc.array(fc.nat(5000), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(growing, fc.nat(), fc.nat(1_000_000), (steps, index, wrong) => {
        let wh = 0;
        const registers = steps.map((step, i): [number, number] => {
          wh += step;
          return [i + 1, wh];
        });
        const meterStop = wh;
        const spoilt = registers[index % registers.length];
        if (spoilt !== undefined) spoilt[1] = wrong;
        expect(total(metered(registers, { meterStart: 0, meterStop }))).toBe(meterStop);
      }),
      { numRuns: 1000 },
    );
  });
});
