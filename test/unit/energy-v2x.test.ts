// Cars that give back: as far as is asked, as their drivers can spare, and as wires and contracts allow.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate, askedOf } from "../../src/energy/allocate.ts";
import { backSlackOf, constraintsOf, type Node, PHASES, powerOf, slackOf } from "../../src/energy/electrical.ts";
import { type Ask, POLICIES, type Session } from "../../src/energy/policies.ts";
import { backWorstOf, type Held, nextOrders, worstOf } from "../../src/energy/transition.ts";

const NOW = Date.parse("2026-03-02T12:00:00Z");
const HOUR = 3_600_000;
/** W of an ampere on three phases. */
const WPA = 690;

const car = (id: string, more: Partial<Session> = {}): Session => ({
  ...{ id, node: "grid", phases: PHASES, since: NOW, minCurrent: 6, maxCurrent: 16 },
  ...more,
});
const v2x = (id: string, more: Partial<Session> = {}) => car(id, { maxDischarge: 16, ...more });
const share = (cars: Session[], ask: Ask | undefined, grid: Partial<Node> = {}) => [
  ...allocate({ policy: "equalShare", nodes: [{ id: "grid", maxCurrent: 63, ...grid }] }, cars, {
    now: NOW,
    ask,
  }).values(),
];

describe("a site that is asked to give back", () => {
  test("does it evenly with the cars that can, and lets the others charge", () => {
    const ask: Ask = { minW: -20 * WPA, maxW: 40 * WPA, aim: { watts: -10 * WPA, by: "givingBack" } };
    expect(share([v2x("a"), v2x("b"), car("c", { maxCurrent: 10 })], ask)).toEqual([-10, -10, 10]);
  });

  test("charges less first where that is enough", () => {
    expect(share([v2x("a"), v2x("b")], { aim: { watts: 20 * WPA, by: "all" } })).toEqual([10, 10]);
    expect(share([car("a"), car("b")], { aim: { watts: 20 * WPA, by: "all" } })).toEqual([10, 10]);
  });

  test("stops who only charges as well if all shall help, and no more of them than needed", () => {
    const cars = [v2x("a"), car("b", { since: NOW - 1 }), car("c")];
    expect(share(cars, { aim: { watts: -10 * WPA, by: "all" } })).toEqual([-16, 6, 0]);
  });

  test("below zero at most: nobody charges, and what can gives back", () => {
    expect(share([v2x("a"), car("b")], { maxW: -5 * WPA })).toEqual([-5, 0]);
  });

  test("counts what the building draws", () => {
    const ask: Ask = { aim: { watts: 0, by: "givingBack" } };
    expect(share([v2x("a")], ask, { baseLoad: 7 * WPA })).toEqual([-7]);
  });

  test("gives no more than may flow back", () => {
    const ask: Ask = { aim: { watts: -30 * WPA, by: "all" } };
    expect(share([v2x("a"), v2x("b")], ask, { minPower: 0 })).toEqual([0, 0]);
    expect(share([v2x("a"), v2x("b")], ask, { minPower: -8 * WPA })).toEqual([-4, -4]);
    expect(share([v2x("a"), v2x("b")], { ...ask, minW: -6 * WPA })).toEqual([-3, -3]);
    expect(share([v2x("a"), v2x("b")], ask, { maxCurrent: 20 })).toEqual([-10, -10]);
  });

  test("takes nothing from a driver who would miss it", () => {
    const ask: Ask = { aim: { watts: -30 * WPA, by: "givingBack" } };
    const hurried = v2x("hurried", { neededEnergy: 16 * WPA, departure: NOW + HOUR });
    const empty = v2x("empty", { spareEnergy: 0 });
    expect(share([hurried, empty, v2x("c")], ask)).toEqual([16, 16, -16]);
  });
});

describe("by price", () => {
  const prices = (...all: number[]) => all.map((price, hour) => ({ from: NOW + hour * HOUR, price }));
  const at = (hour: number, told: number[], more: Partial<Session> = {}) => {
    const one = v2x("a", { departure: NOW + 4 * HOUR, neededEnergy: 0, ...more });
    const nodes = [{ id: "grid", maxCurrent: 63 }];
    return allocate({ nodes, policy: "price" }, [one], { now: NOW + hour * HOUR, prices: prices(...told) }).get("a");
  };

  test("a car sells in the dearest hours what later, cheaper ones make good again", () => {
    expect(at(0, [0.5, 0.1, 0.1, 0.3])).toBe(-16);
    expect(at(1, [0.5, 0.1, 0.1, 0.3], { neededEnergy: 16 * WPA })).toBe(16);
  });

  test("it does not for a spread that the losses eat, nor what there is no time to charge again", () => {
    expect(at(0, [0.3, 0.28, 0.28, 0.28])).toBe(0);
    expect(at(0, [0.5, 0.1, 0.1, 0.1], { neededEnergy: 3 * 16 * WPA })).toBe(0);
    expect(at(0, [0.5, 0.1, 0.1, 0.1], { departure: undefined })).toBe(16);
  });
});

const tree = fc
  .array(
    fc.record({
      under: fc.nat(4),
      maxCurrent: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
      maxPower: fc.option(fc.integer({ min: 0, max: 80_000 }), { nil: undefined }),
      minPower: fc.option(fc.integer({ min: -60_000, max: 0 }), { nil: undefined }),
      baseLoad: fc.option(fc.integer({ min: -10_000, max: 10_000 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((told): Node[] =>
    told.map(({ under, ...limits }, i) => ({ id: `n${i}`, parent: i === 0 ? undefined : `n${under % i}`, ...limits })),
  );
const cars = fc.array(
  fc.record({
    at: fc.nat(4),
    phases: fc.constantFrom<Session["phases"]>(["L1"], ["L2"], ["L1", "L2"], PHASES),
    since: fc.integer({ min: NOW - HOUR, max: NOW }),
    minCurrent: fc.constantFrom(6, 8),
    maxCurrent: fc.integer({ min: 0, max: 63 }),
    maxDischarge: fc.option(fc.integer({ min: 0, max: 63 }), { nil: undefined }),
    spareEnergy: fc.option(fc.integer({ min: -5_000, max: 30_000 }), { nil: undefined }),
    neededEnergy: fc.option(fc.nat(60_000), { nil: undefined }),
    departure: fc.option(fc.integer({ min: NOW - HOUR, max: NOW + 8 * HOUR }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 10 },
);
const asks = fc.record({
  minW: fc.option(fc.integer({ min: -60_000, max: 20_000 }), { nil: undefined }),
  maxW: fc.option(fc.integer({ min: -40_000, max: 60_000 }), { nil: undefined }),
  aim: fc.option(
    fc.record({
      watts: fc.integer({ min: -60_000, max: 60_000 }),
      by: fc.constantFrom<"all" | "givingBack">("all", "givingBack"),
    }),
    { nil: undefined },
  ),
});
const prices = fc
  .array(fc.nat(9), { maxLength: 8 })
  .map((all) => all.map((price, i) => ({ from: NOW + (i - 1) * HOUR, price })));

describe.each(POLICIES)("any site of cars that give back, by %s", (policy) => {
  test("keeps every limit in both directions, whatever is asked, and asks no car for more than it can", () => {
    fc.assert(
      fc.property(tree, cars, asks, prices, (nodes, told, ask, curve) => {
        const sessions = told.map(
          ({ at, ...rest }, i): Session => ({ ...rest, id: `s${i}`, node: `n${at % nodes.length}` }),
        );
        const currents = allocate({ nodes, policy }, sessions, { now: NOW, ask, prices: curve });
        for (const constraint of constraintsOf(askedOf(nodes, { ask }), sessions)) {
          expect(slackOf(constraint, currents)).toBeGreaterThanOrEqual(-1e-6);
          expect(backSlackOf(constraint, currents)).toBeGreaterThanOrEqual(-1e-6);
        }
        for (const { id, minCurrent, maxCurrent, maxDischarge = 0, spareEnergy = 1 } of sessions) {
          const current = currents.get(id) ?? Number.NaN;
          if (current > 0) expect(current).toBeGreaterThanOrEqual(minCurrent);
          expect(current).toBeLessThanOrEqual(maxCurrent);
          expect(current).toBeGreaterThanOrEqual(spareEnergy > 0 ? -maxDischarge : 0);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("an aim is missed only where everybody who may help has given all", () => {
  fc.assert(
    fc.property(tree, cars, fc.integer({ min: -60_000, max: 60_000 }), (nodes, told, watts) => {
      const sessions = told.map(
        ({ at, ...rest }, i): Session => ({ ...rest, id: `s${i}`, node: `n${at % nodes.length}` }),
      );
      const currents = allocate({ nodes, policy: "equalShare" }, sessions, {
        now: NOW,
        ask: { aim: { watts, by: "all" } },
      });
      const base = nodes[0]?.baseLoad ?? 0;
      const flow = sessions.reduce((sum, one) => sum + powerOf(one, currents.get(one.id) ?? 0), base);
      // A tenth of an ampere is lost to rounding with each car.
      const rounding = sessions.reduce((sum, one) => sum + powerOf(one, 0.1), 1e-6);
      if (flow > watts + rounding) for (const current of currents.values()) expect(current).toBeLessThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});

describe("from charging to giving back and again", () => {
  const fate = fc.constantFrom("taken", "refused", "lost", "late" as const);
  const wishes = fc.array(fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 5, maxLength: 5 }), {
    minLength: 1,
    maxLength: 6,
  });

  test("no limit is exceeded in either direction at any instant, whatever becomes of the orders", () => {
    fc.assert(
      fc.property(wishes, fc.array(fate, { minLength: 150, maxLength: 150 }), (rounds, fates) => {
        const sessions = Array.from({ length: 5 }, (_, i) => car(`${i}`));
        const constraints = constraintsOf(
          [{ id: "grid", maxCurrent: 60, maxPower: 60 * WPA, minPower: -30 * WPA }],
          sessions,
        );
        const held = new Map<string, Held>(
          sessions.map(({ id }) => [id, { confirmed: 6, inFlight: [], fallback: 6, reachable: true }]),
        );
        const real = new Map(sessions.map(({ id }) => [id, 6]));
        let turn = 0;
        for (const round of rounds) {
          const up = round.reduce((sum, one) => sum + Math.max(0, one), 0);
          const down = round.reduce((sum, one) => sum - Math.min(0, one), 0);
          const scaled = (one: number) =>
            one > 0 ? Math.floor(up > 60 ? (one * 60) / up : one) : -Math.floor(down > 30 ? (-one * 30) / down : -one);
          const wanted = new Map(round.map((one, i) => [`${i}`, scaled(one)]));
          for (let pass = 0; pass < 6; pass += 1) {
            for (const { id, current } of nextOrders(held, wanted, constraints)) {
              const charger = held.get(id);
              if (charger === undefined) continue;
              charger.inFlight = [...charger.inFlight, current];
              const what = fates[turn++ % fates.length];
              if (what === "taken" || what === "late") real.set(id, current);
              if (what === "taken") Object.assign(charger, { confirmed: current, inFlight: [] });
              if (what === "refused") charger.inFlight = charger.inFlight.slice(0, -1);
              for (const one of constraints) {
                expect(slackOf(one, real)).toBeGreaterThanOrEqual(-1e-6);
                expect(backSlackOf(one, real)).toBeGreaterThanOrEqual(-1e-6);
              }
              expect(real.get(id)).toBeLessThanOrEqual(worstOf(charger) + 1e-6);
              expect(real.get(id)).toBeGreaterThanOrEqual(backWorstOf(charger) - 1e-6);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
