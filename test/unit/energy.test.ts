// A site's power: whatever the site, the cars and the order of events, no wire carries more than it may.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate } from "../../src/energy/allocate.ts";
import { constraintsOf, type Node, PHASES, slackOf } from "../../src/energy/electrical.ts";
import { POLICIES, type Policy, type Session } from "../../src/energy/policies.ts";
import { withGridPrices } from "../../src/energy/prices.ts";
import { type Held, nextOrders, worstOf } from "../../src/energy/transition.ts";

const NOW = Date.parse("2026-03-02T12:00:00Z");
const HOUR = 3_600_000;

const session = (id: string, more: Partial<Session> = {}): Session => ({
  ...{ id, node: "grid", phases: PHASES, since: NOW, minCurrent: 6, maxCurrent: 32 },
  ...more,
});
const site = (policy: Policy, maxCurrent: number, nodes: Node[] = []) => ({
  policy,
  nodes: [{ id: "grid", maxCurrent }, ...nodes],
});
const shares = (...given: Parameters<typeof allocate>) => [...allocate(...given).values()];

describe("sharing a connection of 40 A", () => {
  test("equally: all get the same, and what one cannot take goes to the others", () => {
    const cars = [session("a"), session("b"), session("c", { maxCurrent: 8 })];
    expect(shares(site("equalShare", 40), cars, { now: NOW })).toEqual([16, 16, 8]);
  });

  test("equally: who would get less than its minimum waits, the last ones first", () => {
    const cars = Array.from({ length: 8 }, (_, i) => session(`${i}`, { since: NOW + i }));
    expect(shares(site("equalShare", 40), cars, { now: NOW })).toEqual([6.6, 6.6, 6.6, 6.6, 6.6, 6.6, 0, 0]);
  });

  test("in the order of arrival: the first one has what it can take", () => {
    const cars = [session("late", { since: NOW + 1 }), session("early")];
    expect(shares(site("firstCome", 40), cars, { now: NOW })).toEqual([8, 32]);
  });

  test("by priority, and equally among the same", () => {
    const cars = [session("a"), session("b"), session("vip", { priority: 1, maxCurrent: 20 })];
    expect(shares(site("priority", 40), cars, { now: NOW })).toEqual([10, 10, 20]);
  });

  test("by departure: first what each needs, then the rest evenly", () => {
    // 16 A on three phases at 230 V for an hour.
    const hurried = session("hurried", { neededEnergy: 16 * 3 * 230, departure: NOW + HOUR });
    const idle = session("idle");
    expect(shares(site("deadline", 40), [hurried, idle], { now: NOW })).toEqual([20, 20]);
    expect(shares(site("deadline", 24), [hurried, idle], { now: NOW })).toEqual([16, 8]);
  });

  test("by price: a car that has time waits for the cheap hours", () => {
    const prices = [0.3, 0.1, 0.2].map((price, hour) => ({ from: NOW + hour * HOUR, price }));
    const twoHours = { neededEnergy: 2 * 32 * 3 * 230, departure: NOW + 3 * HOUR };
    const cars = [session("patient", twoHours), session("whenever"), session("full", { ...twoHours, neededEnergy: 0 })];
    expect(shares(site("price", 40), cars, { now: NOW, prices })).toEqual([0, 32, 0]);
    expect(shares(site("price", 40), cars, { now: NOW + HOUR, prices })).toEqual([20, 20, 0]);
    // Three hours' energy in three hours: there is nothing to choose.
    const all = session("all", { neededEnergy: 3 * 32 * 3 * 230, departure: NOW + 3 * HOUR });
    expect(shares(site("price", 40), [all], { now: NOW, prices })).toEqual([32]);
  });

  test("by the sun: what the roof gives, and more only to who could not make it otherwise", () => {
    const surplus = 10 * 3 * 230;
    const late = session("late", { neededEnergy: 50_000, departure: NOW + HOUR, maxCurrent: 16 });
    expect(shares(site("solar", 40), [session("a"), late], { now: NOW, surplus })).toEqual([10, 16]);
    expect(shares(site("solar", 40), [session("a")], { now: NOW, surplus: 1000 })).toEqual([0]);
  });

  test("with a panel of 16 A below it, and cars on single phases", () => {
    const panel = { id: "panel", parent: "grid", maxCurrent: 16 };
    const cars = [
      session("on L1", { node: "panel", phases: ["L1"] }),
      session("also on L1", { node: "panel", phases: ["L1"] }),
      session("on L2", { node: "panel", phases: ["L2"] }),
      session("on all"),
    ];
    expect(shares(site("equalShare", 40, [panel]), cars, { now: NOW })).toEqual([8, 8, 16, 24]);
  });

  test("beside a building that draws current, too", () => {
    const nodes = [{ id: "grid", maxCurrent: 40, baseLoad: 20 * 3 * 230 }];
    expect(shares({ policy: "equalShare", nodes }, [session("a"), session("b")], { now: NOW })).toEqual([10, 10]);
  });

  test("limited in watts", () => {
    const nodes = [{ id: "grid", maxPower: 11_040 }];
    const cars = [session("a"), session("b", { phases: ["L1"] })];
    expect(shares({ policy: "equalShare", nodes }, cars, { now: NOW })).toEqual([12, 12]);
  });
});

/** A tree of up to six nodes, each under one before it. */
const nodes = fc
  .array(
    fc.record({
      under: fc.nat(5),
      maxCurrent: fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined }),
      maxPower: fc.option(fc.integer({ min: 0, max: 80_000 }), { nil: undefined }),
      baseLoad: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((told): Node[] =>
    told.map(({ under, ...limits }, index) => ({
      id: `n${index}`,
      parent: index === 0 ? undefined : `n${under % index}`,
      ...limits,
    })),
  );
const cars = fc
  .array(
    fc.record({
      at: fc.nat(5),
      phases: fc.constantFrom<Session["phases"]>(["L1"], ["L2"], ["L3"], ["L1", "L2"], PHASES),
      since: fc.integer({ min: NOW - HOUR, max: NOW }),
      minCurrent: fc.constantFrom(6, 8, 10),
      maxCurrent: fc.integer({ min: 0, max: 63 }),
      priority: fc.option(fc.nat(2), { nil: undefined }),
      neededEnergy: fc.option(fc.nat(60_000), { nil: undefined }),
      departure: fc.option(fc.integer({ min: NOW - HOUR, max: NOW + 8 * HOUR }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map(
    (told) =>
      (tree: Node[]): Session[] =>
        told.map(({ at, ...rest }, index) => ({ ...rest, id: `s${index}`, node: `n${at % tree.length}` })),
  );
const situation = fc.record({
  now: fc.constant(NOW),
  surplus: fc.option(fc.nat(40_000), { nil: undefined }),
  prices: fc
    .array(fc.nat(9), { maxLength: 8 })
    .map((all) => all.map((price, i) => ({ from: NOW + (i - 1) * HOUR, price }))),
});

describe.each(POLICIES)("any site by %s", (policy) => {
  test("keeps every limit, and gives each car its minimum at least, its maximum at most, or nothing", () => {
    fc.assert(
      fc.property(nodes, cars, situation, (tree, told, now) => {
        const sessions = told(tree);
        const currents = allocate({ nodes: tree, policy }, sessions, now);
        for (const constraint of constraintsOf(tree, sessions)) {
          expect(slackOf(constraint, currents)).toBeGreaterThanOrEqual(-1e-6);
        }
        for (const { id, minCurrent, maxCurrent } of sessions) {
          const current = currents.get(id) ?? -1;
          if (current !== 0) {
            expect(current).toBeGreaterThanOrEqual(minCurrent);
            expect(current).toBeLessThanOrEqual(maxCurrent);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("does not depend on the order in which the cars are told, so that nothing swings", () => {
    fc.assert(
      fc.property(nodes, cars, situation, (tree, told, now) => {
        const sessions = told(tree);
        const forth = allocate({ nodes: tree, policy }, sessions, now);
        const back = allocate({ nodes: tree, policy }, sessions.toReversed(), now);
        for (const [id, current] of forth) expect(back.get(id)).toBeCloseTo(current, 6);
      }),
      { numRuns: 100 },
    );
  });
});

describe("an equal share", () => {
  test("leaves nobody waiting who would fit, and nobody could have more but from one who has no more", () => {
    fc.assert(
      fc.property(nodes, cars, (tree, told) => {
        const sessions = told(tree);
        const currents = allocate({ nodes: tree, policy: "equalShare" }, sessions, { now: NOW });
        const constraints = constraintsOf(tree, sessions);
        for (const { id, maxCurrent, minCurrent } of sessions) {
          const own = currents.get(id) ?? 0;
          if (own === 0 || own > maxCurrent - 0.1) continue;
          // What holds it: a constraint without a tenth of an ampere left for each in it, in which nobody has more
          // than it has, unless at the minimum that it needs to charge at all.
          const holding = constraints.filter(({ factors, bound }) => {
            const steps = [...factors].reduce(
              (sum, [one, factor]) => sum + ((currents.get(one) ?? 0) > 0 ? factor : 0),
              0,
            );
            return factors.has(id) && slackOf({ node: "", factors, bound, lower: 0 }, currents) <= 0.1 * steps + 1e-6;
          });
          const isFair = holding.some(({ factors }) =>
            sessions.every((other) => {
              const theirs = currents.get(other.id) ?? 0;
              return !factors.has(other.id) || theirs <= Math.max(own + 0.1 + 1e-6, other.minCurrent);
            }),
          );
          expect(isFair, `${id} has ${own} of ${maxCurrent}, at least ${minCurrent}`).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a price curve with what the grid charges", () => {
  test("is at each moment the sum of both, wherever they change", () => {
    const hour = fc.integer({ min: -5, max: 20 });
    const price = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hour, price), { maxLength: 6 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), price), { minLength: 1, maxLength: 6 }),
        (own, grid) => {
          const at = (hours: number) => NOW + hours * HOUR;
          const distinct = (all: [number, number][]) => [...new Map(all)].sort(([a], [b]) => a - b);
          const curve = distinct(own).map(([from, price]) => ({ from: at(from), price }));
          // Each until the next one, and the last for an hour; those at odd hours for half of it.
          const steps = distinct(grid).map(([from, price], i, all) => {
            const end = all[i + 1]?.[0] ?? from + 1;
            return { from: at(from), to: at(from % 2 === 0 ? end : (from + end) / 2), price };
          });
          const sum = withGridPrices(curve.length === 0 ? undefined : curve, steps, NOW);
          expect(sum.map(({ from }) => from)).toEqual([...new Set(sum.map(({ from }) => from))].sort((a, b) => a - b));
          for (let quarter = Math.max(NOW, curve[0]?.from ?? NOW); quarter < at(22); quarter += HOUR / 4) {
            const base = curve.findLast(({ from }) => from <= quarter)?.price ?? 0;
            const more = steps.find(({ from, to }) => from <= quarter && quarter < to)?.price ?? 0;
            expect(sum.findLast(({ from }) => from <= quarter)?.price).toBe(base + more);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("from one allocation to the next", () => {
  /** What can become of an order. */
  const fate = fc.constantFrom("taken", "refused", "lost", "late" as const);
  const wishes = fc.array(fc.array(fc.nat(40), { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 6 });

  test("no limit is exceeded at any instant, whatever order is taken, refused, lost or late, and whoever goes away", () => {
    fc.assert(
      fc.property(
        wishes,
        fc.array(fate, { minLength: 200, maxLength: 200 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (rounds, fates, outages) => {
          const sessions = Array.from({ length: 6 }, (_, i) => session(`${i}`));
          const tree = [{ id: "grid", maxCurrent: 60 }];
          const constraints = constraintsOf(tree, sessions);
          const held = new Map<string, Held>(
            sessions.map(({ id }) => [id, { confirmed: 6, inFlight: [], fallback: 6, reachable: true }]),
          );
          /** What each charger really has in force. */
          const real = new Map(sessions.map(({ id }) => [id, 6]));
          let turn = 0;
          const check = () => {
            expect(Math.min(...constraints.map((one) => slackOf(one, real)))).toBeGreaterThanOrEqual(-1e-6);
            for (const [id, charger] of held) expect(real.get(id)).toBeLessThanOrEqual(worstOf(charger) + 1e-6);
          };
          for (const round of rounds) {
            // Wishes that keep the limits, as allocations do.
            const sum = round.reduce((all, one) => all + one, 0);
            const wanted = new Map(round.map((one, i) => [`${i}`, Math.floor(sum > 60 ? (one * 60) / sum : one)]));
            for (let pass = 0; pass < 8; pass += 1) {
              for (const { id, current } of nextOrders(held, wanted, constraints)) {
                const charger = held.get(id);
                if (charger === undefined) continue;
                charger.inFlight = [...charger.inFlight, current];
                const what = fates[turn++ % fates.length];
                if (what === "taken" || what === "late") real.set(id, current);
                if (what === "taken") Object.assign(charger, { confirmed: current, inFlight: [] });
                // A refusal tells that nothing changed.
                if (what === "refused") charger.inFlight = charger.inFlight.slice(0, -1);
                check();
              }
              const away = `${turn % 6}`;
              const charger = held.get(away);
              if (charger !== undefined && outages[(turn + pass) % outages.length]) {
                charger.reachable = !charger.reachable;
                // It restarted meanwhile, and fell back.
                if (!charger.reachable) real.set(away, Math.min(real.get(away) ?? 0, charger.fallback));
                check();
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("comes to what is wanted when everybody answers, lowering first", () => {
    const sessions = [session("a"), session("b")];
    const constraints = constraintsOf([{ id: "grid", maxCurrent: 40 }], sessions);
    const held = new Map<string, Held>([
      ["a", { confirmed: 32, inFlight: [], fallback: 6, reachable: true }],
      ["b", { confirmed: 8, inFlight: [], fallback: 6, reachable: true }],
    ]);
    const wanted = new Map([
      ["a", 8],
      ["b", 32],
    ]);
    const sent = [];
    for (
      let orders = nextOrders(held, wanted, constraints);
      orders.length > 0;
      orders = nextOrders(held, wanted, constraints)
    ) {
      sent.push(orders);
      for (const { id, current } of orders) Object.assign(held.get(id) ?? {}, { confirmed: current });
    }
    expect(sent).toEqual([[{ id: "a", current: 8 }], [{ id: "b", current: 32 }]]);
  });

  test("comes to what is wanted, but for changes not worth a message, which keep nobody from power", () => {
    const wish = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(wish, { minLength: 2, maxLength: 8 }), (rounds) => {
        const sessions = Array.from({ length: 8 }, (_, i) => session(`${i}`));
        const constraints = constraintsOf([{ id: "grid", maxCurrent: 60 }], sessions);
        const held = new Map<string, Held>(
          sessions.map(({ id }) => [id, { confirmed: 0, inFlight: [], fallback: 6, reachable: true }]),
        );
        for (const round of rounds) {
          const sum = round.reduce((all, one) => all + one / 10, 0);
          const wanted = new Map(round.map((one, i) => [`${i}`, Math.floor(sum > 60 ? (one * 60) / sum : one) / 10]));
          for (let pass = 0; pass < 10; pass += 1) {
            for (const { id, current } of nextOrders(held, wanted, constraints)) {
              Object.assign(held.get(id) ?? {}, { confirmed: current });
            }
          }
          for (const [id, current] of wanted) {
            expect(Math.abs((held.get(id)?.confirmed ?? 0) - current), id).toBeLessThan(0.5);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
