// What the grid asks: bands over time, what of them falls to a site, several at once, and prices that do not overlap.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askOf, bandAt, curveOf, nextChange, priceStepsOf, together } from "../../src/energy/grid-signal.ts";

const signal = (from: number, to: number, value: number | [number, number], cancelledAt?: number) => ({
  ...{ periods: [{ from, to, value }], cancelledAt },
});

describe("a band", () => {
  test("is the tightest of what is asked now, and a least above the most gives way", () => {
    const signals = [signal(0, 10, [-10, 25]), signal(5, 10, 8), signal(7, 10, [-4, 30]), signal(8, 10, -6)];
    expect(bandAt(signals, -1)).toBeUndefined();
    expect(bandAt(signals, 0)).toEqual({ most: 25, least: -10 });
    expect(bandAt(signals, 5)).toEqual({ most: 8, least: -10 });
    expect(bandAt(signals, 7)).toEqual({ most: 8, least: -4 });
    expect(bandAt(signals, 8)).toEqual({ most: -6, least: -6 });
    expect(bandAt(signals, 10)).toBeUndefined();
  });

  test("ends when its signal is taken back, and that is a change to wait for", () => {
    expect(bandAt([signal(0, 10, 5, 3)], 3)).toBeUndefined();
    expect(nextChange([signal(0, 10, 5, 3)], 1)).toBe(3);
    expect(curveOf([signal(0, 10, 5, 3)], 0, 5)).toEqual([
      { from: 0, to: 3, value: 5, least: null },
      { from: 3, to: 5, value: null, least: null },
    ]);
  });

  test("asks a site for its share: who can give back shall, down to the least", () => {
    expect(askOf({ most: 25, least: -10 }, 0.5)).toEqual({
      maxW: 12.5,
      minW: -5,
      aim: { watts: -5, by: "givingBack" },
    });
    expect(askOf({ most: 25, least: 5 }, 1)).toEqual({ maxW: 25 });
    expect(askOf({ most: -8 }, 0.25)).toEqual({ maxW: -2 });
  });

  test("together with others is the tightest bounds and the lowest aim", () => {
    expect(together([])).toBeUndefined();
    expect(
      together([
        { maxW: 9, minW: -9, aim: { watts: -9, by: "givingBack" } },
        { maxW: 7 },
        { aim: { watts: -4, by: "all" } },
      ]),
    ).toEqual({ maxW: 7, minW: -9, aim: { watts: -9, by: "all" } });
  });
});

describe("prices of the grid", () => {
  const priced = (createdAt: number, from: number, to: number, price: number, cancelledAt?: number) => ({
    ...signal(from, to, price, cancelledAt),
    createdAt,
  });

  test("count from when they are told, and the last one told counts", () => {
    expect(priceStepsOf([priced(2, 0, 10, 0.1), priced(4, 6, 8, 0.3), priced(5, 9, 12, 0.2, 10)], 0, 20)).toEqual([
      { from: 2, to: 6, price: 0.1 },
      { from: 6, to: 8, price: 0.3 },
      { from: 8, to: 9, price: 0.1 },
      { from: 9, to: 10, price: 0.2 },
    ]);
  });

  test("never overlap, and are what the newest signal says at each moment", () => {
    const one = fc.record({
      createdAt: fc.integer({ min: 0, max: 30 }),
      from: fc.integer({ min: 0, max: 30 }),
      length: fc.integer({ min: 1, max: 20 }),
      price: fc.integer({ min: -5, max: 5 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ createdAt }) => createdAt, maxLength: 6 }), (all) => {
        const signals = all.map(({ createdAt, from, length, price }) => priced(createdAt, from, from + length, price));
        const steps = priceStepsOf(signals, 3, 40);
        for (const [index, step] of steps.entries()) {
          expect(step.to).toBeGreaterThan(step.from);
          expect(step.from).toBeGreaterThanOrEqual(steps[index - 1]?.to ?? 3);
        }
        for (let at = 3; at < 40; at += 1) {
          const known = all.filter(
            ({ createdAt, from, length }) => createdAt <= at && from <= at && at < from + length,
          );
          const newest = known.toSorted((a, b) => b.createdAt - a.createdAt)[0];
          expect(steps.find(({ from, to }) => from <= at && at < to)?.price).toBe(newest?.price);
        }
      }),
    );
  });
});
