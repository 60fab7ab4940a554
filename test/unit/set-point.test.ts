// A fleet set point spread over sites: in sum what is asked, if they can, and nobody asked for more than it has.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spread } from "../../src/energy/set-point.ts";

const site = (draws: number, canGiveBack: number, canRest = 0) => ({ draws, canGiveBack, canRest, base: 0 });

describe("a set point", () => {
  test("falls first to who can give back, by how much each can", () => {
    expect(spread(-3000, [site(1000, 4000), site(1000, 1000), site(5000, 0, 5000)], "all")).toEqual([
      -4000 + 1000,
      0,
      0,
    ]);
    expect(spread(5000, [site(4000, 6000), site(3000, 2000), site(1000, 0, 1000)], "all")).toEqual([1750, 2250, 1000]);
  });

  test("leaves others alone if it shall, and says by that how far it falls short", () => {
    expect(spread(-9000, [site(1000, 2000), site(5000, 0, 5000)], "givingBack")).toEqual([-1000, 5000]);
  });

  test("above what they draw lets go of who was held back", () => {
    expect(spread(4000, [site(0, 3000), site(1000, 1000)], "all")).toEqual([2250, 1750]);
    expect(spread(4000, [site(0, 0), site(0, 0)], "all")).toEqual([2000, 2000]);
  });

  test("is in sum what is asked, or the nearest that they can", () => {
    const one = fc
      .record({
        draws: fc.integer({ min: 0, max: 20_000 }),
        back: fc.integer({ min: 0, max: 20_000 }),
        isV2x: fc.boolean(),
      })
      .map(({ draws, back, isV2x }) => (isV2x ? site(draws, draws + back) : site(draws, 0, draws)));
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: -400_000, max: 400_000 }),
        (sites, target) => {
          const shares = spread(target, sites, "all");
          const least = sites.reduce((sum, { draws, canGiveBack, canRest }) => sum + draws - canGiveBack - canRest, 0);
          expect(shares.reduce((sum, watts) => sum + watts, 0)).toBeCloseTo(Math.max(target, least), 3);
          for (const [index, { draws, canGiveBack, canRest }] of sites.entries()) {
            expect(shares[index]).toBeGreaterThanOrEqual(draws - canGiveBack - canRest - 1e-6);
          }
        },
      ),
    );
  });
});
