// Below what the policy gave: where less is asked for than the site would draw, cars that can give back stop charging,
// and give back as far as their drivers, the wires and the ask allow; all evenly. Pure.
import { type Constraint, type Node, powerOf } from "./electrical.ts";
import { dischargeOf, type Plan, type Session, type Situation } from "./policies.ts";
import { fill } from "./share.ts";

interface Scene {
  /** Narrowed by what is asked. */
  nodes: readonly Node[];
  sessions: readonly Session[];
  plan: Plan;
  situation: Situation;
  wires: readonly Constraint[];
}

const EPSILON_W = 1e-6;

/** @param currents changed in place */
export function giveBack({ nodes, sessions, plan, situation, wires }: Scene, currents: Map<string, number>): void {
  const { now } = situation;
  const willing = sessions.filter((session) => dischargeOf(session, now) > 0).toSorted(latestFirst);
  const aim = aimOf(situation);
  if (aim !== undefined) {
    const excess = () => flowOf(nodes, sessions, currents) - aim.watts;
    lower(willing, excess(), currents);
    discharge(willing, excess(), { now, wires }, currents);
    if (aim.by === "all") lower(sessions.toSorted(latestFirst), excess(), currents);
  }
  // What pays for itself, where nobody asks for something else.
  const selling = aim === undefined ? (plan.givingBack ?? []) : [];
  discharge(selling, Number.POSITIVE_INFINITY, { now, wires }, currents);
}

/** A limit below zero asks for as much to be given back. */
function aimOf({ ask }: Situation): { watts: number; by: "givingBack" | "all" } | undefined {
  const { aim, maxW } = ask ?? {};
  if (maxW === undefined || maxW >= 0) return aim;
  return { watts: Math.min(maxW, aim?.watts ?? maxW), by: "all" };
}

/** W that flow at the grid connection, what is not ours included. */
function flowOf(nodes: readonly Node[], sessions: readonly Session[], currents: ReadonlyMap<string, number>): number {
  const base = nodes.find(({ parent }) => parent === undefined)?.baseLoad ?? 0;
  return sessions.reduce((sum, session) => sum + powerOf(session, currents.get(session.id) ?? 0), base);
}

/** Evenly down to the minimum, then one after another to nothing. */
function lower(sessions: readonly Session[], excess: number, currents: Map<string, number>): void {
  const charging = sessions.filter(({ id }) => (currents.get(id) ?? 0) > 0);
  let left =
    excess - fall(charging, excess, currents, ({ id, minCurrent }) => (currents.get(id) ?? 0) - minCurrent, []);
  for (const session of charging) {
    if (left <= EPSILON_W) return;
    left -= powerOf(session, currents.get(session.id) ?? 0);
    currents.set(session.id, 0);
  }
}

/** Evenly below zero, those that do not charge. */
function discharge(
  sessions: readonly Session[],
  excess: number,
  { now, wires }: { now: number; wires: readonly Constraint[] },
  currents: Map<string, number>,
): void {
  const idle = sessions.filter(({ id }) => (currents.get(id) ?? 0) <= 0);
  const back = wires.map(({ node, factors, lower }) => {
    const used = [...factors].reduce((sum, [id, factor]) => sum + factor * Math.min(0, currents.get(id) ?? 0), 0);
    return { node, factors, bound: used - lower, lower: 0 };
  });
  fall(idle, excess, currents, (session) => dischargeOf(session, now) + (currents.get(session.id) ?? 0), back);
}

/** Lets these fall evenly. @returns W by which they fell */
function fall(
  sessions: readonly Session[],
  excess: number,
  currents: Map<string, number>,
  most: (session: Session) => number,
  back: readonly Constraint[],
): number {
  if (excess <= EPSILON_W) return 0;
  const factors = new Map(sessions.map((session) => [session.id, powerOf(session, 1)]));
  const shares = sessions.map((session) => ({ id: session.id, from: 0, to: Math.max(0, most(session)), weight: 1 }));
  const falls = fill(shares, [{ node: "", factors, bound: excess, lower: 0 }, ...back], new Map());
  for (const [id, by] of falls) currents.set(id, (currents.get(id) ?? 0) - by);
  return [...falls].reduce((sum, [id, by]) => sum + by * (factors.get(id) ?? 0), 0);
}

const latestFirst = (a: Session, b: Session): number => b.since - a.since || (a.id < b.id ? 1 : -1);
