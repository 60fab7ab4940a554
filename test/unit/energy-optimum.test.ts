// Shares against a reference that finds them another way, and what must not swing.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate } from "../../src/energy/allocate.ts";
import { follow, type Track } from "../../src/energy/draw.ts";
import { constraintsOf, type Node, PHASES } from "../../src/energy/electrical.ts";
import type { Session } from "../../src/energy/policies.ts";
import { optimum } from "../support/node/site-optimum.ts";

const NOW = Date.parse("2026-03-02T12:00:00Z");

const tree = fc
  .array(
    fc.record({
      under: fc.nat(4),
      maxCurrent: fc.option(fc.integer({ min: 30, max: 160 }), { nil: undefined }),
      maxPower: fc.option(fc.integer({ min: 20_000, max: 100_000 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((told): Node[] =>
    told.map(({ under, ...limits }, i) => ({ id: `n${i}`, parent: i === 0 ? undefined : `n${under % i}`, ...limits })),
  );
const cars = fc.array(
  fc.record({
    at: fc.nat(4),
    phases: fc.constantFrom<Session["phases"]>(["L1"], ["L2"], ["L3"], PHASES),
    since: fc.integer({ min: NOW - 1000, max: NOW }),
    maxCurrent: fc.integer({ min: 6, max: 63 }),
    priority: fc.nat(2),
  }),
  { minLength: 1, maxLength: 8 },
);
const sessionsOf = (
  nodes: readonly Node[],
  told: readonly (Omit<Session, "id" | "node" | "minCurrent"> & { at: number })[],
) =>
  told.map(({ at, ...rest }, i): Session => ({ ...rest, id: `s${i}`, node: `n${at % nodes.length}`, minCurrent: 6 }));

describe("the share of each car is within a hundredth of the optimum", () => {
  test("that a reference finds for equal shares, on thousands of sites", () => {
    fc.assert(
      fc.property(tree, cars, (nodes, told) => {
        const sessions = sessionsOf(nodes, told);
        const shared = allocate({ nodes, policy: "equalShare" }, sessions, { now: NOW });
        // Who is let in is the policy's choice; how the rest is shared among them has one answer.
        const admitted = sessions.filter(({ id }) => (shared.get(id) ?? 0) > 0);
        const wishes = admitted.map(({ id, minCurrent, maxCurrent }) => ({ id, least: minCurrent, most: maxCurrent }));
        if (wishes.length === 0) return;
        const best = optimum(wishes, constraintsOf(nodes, admitted));
        for (const { id } of admitted) {
          const reference = best.get(id) ?? 0;
          // And the tenth of an ampere that OCPP can say.
          expect(Math.abs((shared.get(id) ?? 0) - reference), id).toBeLessThanOrEqual(0.1 + reference * 0.01);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("by arrival: each has the most that those before it leave", () => {
    fc.assert(
      fc.property(tree, cars, (nodes, told) => {
        const sessions = sessionsOf(nodes, told).map((one, i) => ({ ...one, since: NOW + i }));
        const shared = allocate({ nodes, policy: "firstCome" }, sessions, { now: NOW });
        const admitted = sessions.filter(({ id }) => (shared.get(id) ?? 0) > 0);
        const constraints = constraintsOf(nodes, admitted);
        const least = new Map(admitted.map(({ id }) => [id, 6]));
        for (const { id, maxCurrent } of admitted) {
          const fixed = admitted.map((one) => {
            const current = least.get(one.id) ?? 6;
            return { id: one.id, least: current, most: one.id === id ? maxCurrent : current };
          });
          least.set(id, optimum(fixed, constraints).get(id) ?? 6);
        }
        for (const { id } of admitted) {
          const reference = least.get(id) ?? 0;
          expect(Math.abs((shared.get(id) ?? 0) - reference)).toBeLessThanOrEqual(0.1 + reference * 0.01);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("in stages, each of which has an optimum of its own", () => {
  const HOUR = 3_600_000;
  /** The reference of stages that are filled one after the other, upon what those before gave. */
  function inStages(
    sessions: readonly Session[],
    constraints: ReturnType<typeof constraintsOf>,
    stages: readonly ((one: Session) => { upTo: number; weight?: number } | undefined)[],
  ): Map<string, number> {
    let currents = new Map(sessions.map(({ id, minCurrent }) => [id, minCurrent]));
    for (const stage of stages) {
      const wishes = sessions.map((one) => {
        const least = currents.get(one.id) ?? 0;
        const { upTo = 0, weight = 1 } = stage(one) ?? {};
        return { id: one.id, least, most: Math.max(least, Math.min(one.maxCurrent, upTo)), weight };
      });
      currents = optimum(wishes, constraints);
    }
    return currents;
  }
  const isClose = (shared: ReadonlyMap<string, number>, best: ReadonlyMap<string, number>) => {
    for (const [id, reference] of best)
      expect(Math.abs((shared.get(id) ?? 0) - reference), id).toBeLessThanOrEqual(0.1 + reference * 0.01);
  };
  const admittedOf = (sessions: readonly Session[], shared: ReadonlyMap<string, number>) =>
    sessions.filter(({ id }) => (shared.get(id) ?? 0) > 0);

  test("by priority: the higher ones first, evenly among themselves", () => {
    fc.assert(
      fc.property(tree, cars, (nodes, told) => {
        const sessions = sessionsOf(nodes, told);
        const shared = allocate({ nodes, policy: "priority" }, sessions, { now: NOW });
        const admitted = admittedOf(sessions, shared);
        if (admitted.length === 0) return;
        const levels = [2, 1, 0].map(
          (level) => (one: Session) => (one.priority === level ? { upTo: one.maxCurrent } : undefined),
        );
        isClose(shared, inStages(admitted, constraintsOf(nodes, admitted), levels));
      }),
      { numRuns: 1000 },
    );
  });

  test("by deadline: what is needed by its measure, then what is left evenly", () => {
    fc.assert(
      fc.property(
        tree,
        cars,
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 8, maxLength: 8 }),
        (nodes, told, kwh) => {
          const sessions = sessionsOf(nodes, told).map((one, i) => ({
            ...one,
            ...{ neededEnergy: (kwh[i] ?? 0) * 1000, departure: NOW + 2 * HOUR },
          }));
          const shared = allocate({ nodes, policy: "deadline" }, sessions, { now: NOW });
          const admitted = admittedOf(sessions, shared);
          if (admitted.length === 0) return;
          const needed = ({ neededEnergy = 0, phases, maxCurrent }: Session) =>
            Math.min(maxCurrent, neededEnergy / 2 / (phases.length * 230));
          const stages = [
            (one: Session) => ({ upTo: needed(one), weight: Math.max(needed(one), 0.1) }),
            (one: Session) => ({ upTo: one.maxCurrent }),
          ];
          isClose(shared, inStages(admitted, constraintsOf(nodes, admitted), stages));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("by the sun: evenly, and all together no more than it leaves", () => {
    fc.assert(
      fc.property(tree, cars, fc.integer({ min: 0, max: 60_000 }), (nodes, told, surplus) => {
        const sessions = sessionsOf(nodes, told);
        const shared = allocate({ nodes, policy: "solar" }, sessions, { now: NOW, surplus });
        const admitted = admittedOf(sessions, shared);
        const watts = admitted.reduce((sum, { id, phases }) => sum + (shared.get(id) ?? 0) * phases.length * 230, 0);
        expect(watts).toBeLessThanOrEqual(surplus + 1e-6);
        if (admitted.length === 0) return;
        const sun = {
          ...{ node: "", bound: surplus, lower: 0 },
          factors: new Map(admitted.map(({ id, phases }) => [id, phases.length * 230])),
        };
        const everything = (one: Session) => ({ upTo: one.maxCurrent });
        isClose(shared, inStages(admitted, [...constraintsOf(nodes, admitted), sun], [everything]));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("nothing swings", () => {
  /** Rounds of sharing and measuring, each car drawing what it can of what it was given, with noise. */
  function run(nodes: Node[], sessions: Session[], appetites: number[], rounds: number, noise: () => number) {
    const tracks = new Map<string, Track | undefined>();
    let given = new Map<string, number>();
    const changes: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const asked = sessions.map((one) => {
        const demand = tracks.get(one.id)?.demand ?? one.maxCurrent;
        return { ...one, maxCurrent: Math.min(one.maxCurrent, Math.max(one.minCurrent, demand)) };
      });
      const next = allocate({ nodes, policy: "equalShare" }, asked, { now: NOW });
      changes.push([...next].filter(([id, current]) => Math.abs(current - (given.get(id) ?? 0)) >= 0.5).length);
      given = next;
      for (const [i, load] of sessions.entries()) {
        const allowed = given.get(load.id) ?? 0;
        const drawn = allowed < 6 ? 0 : Math.max(0, Math.min(allowed, (appetites[i] ?? 0) + noise()));
        const currents = Object.fromEntries(load.phases.map((phase) => [phase, drawn]));
        const draw = { at: NOW + round, watts: undefined, currents, imported: undefined, exported: undefined };
        tracks.set(load.id, follow(tracks.get(load.id), { draw, load, allowed, isSettled: true }));
      }
    }
    return changes;
  }
  const appetites = fc.array(fc.double({ min: 0, max: 63, noNaN: true }), { minLength: 8, maxLength: 8 });

  test("with the same inputs the shares come to rest and stay", () => {
    fc.assert(
      fc.property(tree, cars, appetites, (nodes, told, wants) => {
        const changes = run(nodes, sessionsOf(nodes, told), wants, 40, () => 0);
        expect(changes.slice(-20)).toEqual(new Array(20).fill(0));
      }),
      { numRuns: 1000 },
    );
  });

  test("with meters that flicker by half an ampere, hardly any order is sent after the first rounds", () => {
    fc.assert(
      fc.property(
        tree,
        cars,
        appetites,
        fc.infiniteStream(fc.double({ min: -0.4, max: 0.4, noNaN: true })),
        (nodes, told, wants, stream) => {
          const noise = () => stream.next().value ?? 0;
          const changes = run(nodes, sessionsOf(nodes, told), wants, 60, noise);
          const late = changes.slice(-30).reduce((sum, one) => sum + one, 0);
          expect(late).toBeLessThanOrEqual(told.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
