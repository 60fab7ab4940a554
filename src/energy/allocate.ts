// A for each session of a site: within every wire's limit, at least what its car needs to charge or nothing, and in the
// order of the site's policy; below zero for cars that give back. Pure: the same situation always gives the same answer,
// so that nothing swings.
//
//   allocate({ nodes, policy }, sessions, { now, prices, surplus, ask }) -> session id -> A per phase
//
// Who wants something of a site says it as `ask` (policies.ts): { minW, maxW, aim }, W at its grid connection. Who can
// give back has `maxDischarge` and `spareEnergy`. The order of work: the policy shares what there is to charge with;
// then, if something is asked for that this exceeds, cars that can give back stop charging and give back; then, if all
// shall help, the others charge less.
import { backSlackOf, type Constraint, constraintsOf, type Load, type Node, powerOf, slackOf } from "./electrical.ts";
import { giveBack } from "./give-back.ts";
import { PLANS, type Plan, type Policy, type Session, type Situation } from "./policies.ts";
import { fill } from "./share.ts";

/** What OCPP can say: a tenth of an ampere. */
const STEP = 0.1;
const TOLERANCE = 1e-6;

export interface Site {
  nodes: readonly Node[];
  policy: Policy;
}

/** @returns A per phase for each session; 0: it waits; below zero: it gives back */
export function allocate(
  { nodes, policy }: Site,
  sessions: readonly Session[],
  situation: Situation,
): Map<string, number> {
  const plan = PLANS[policy](sessions, situation);
  const asked = askedOf(nodes, situation);
  const wires = beside(situation.taken ?? [], (all) => constraintsOf(asked, all), sessions);
  const currents = charge(plan, [...wires, ...capOf(plan, sessions)]);
  giveBack({ nodes: asked, sessions, plan, situation, wires }, currents);
  return new Map(sessions.map((session) => [session.id, rounded(currents.get(session.id) ?? 0, session)]));
}

/** What is asked of the site holds at its grid connection, beside what that is built for. */
export function askedOf(nodes: readonly Node[], { ask }: Pick<Situation, "ask">): Node[] {
  if (ask === undefined) return [...nodes];
  const { minW, maxW } = ask;
  if (minW === undefined && maxW === undefined) return [...nodes];
  return nodes.map((node) => {
    if (node.parent !== undefined) return node;
    const { maxPower = Number.POSITIVE_INFINITY, minPower = -maxPower } = node;
    const [least, most] = [Math.min(0, minW ?? minPower), Math.max(0, maxW ?? maxPower)];
    return { ...node, maxPower: Math.min(maxPower, most), minPower: Math.max(minPower, least) };
  });
}

/** What the wires leave beside what is taken already. */
function beside(
  taken: NonNullable<Situation["taken"]>,
  wiresOf: (loads: readonly Load[]) => Constraint[],
  sessions: readonly Session[],
): Constraint[] {
  const currents = new Map(taken.map(({ id, current }) => [id, current]));
  return wiresOf([...sessions, ...taken]).map((wire) => {
    const factors = new Map([...wire.factors].filter(([id]) => !currents.has(id)));
    const [bound, lower] = [Math.max(0, slackOf(wire, currents)), Math.min(0, -backSlackOf(wire, currents))];
    return { node: wire.node, factors, bound, lower };
  });
}

function charge(plan: Plan, constraints: readonly Constraint[]): Map<string, number> {
  const currents = admit(plan.order, constraints);
  const admitted = ({ id }: Session) => (currents.get(id) ?? 0) > 0;
  for (const { sessions: stage, upTo, weight = () => 1 } of plan.stages) {
    const shares = stage.filter(admitted).map((session) => {
      const from = currents.get(session.id) ?? 0;
      return {
        id: session.id,
        from,
        to: Math.max(from, Math.min(session.maxCurrent, upTo(session))),
        weight: weight(session),
      };
    });
    for (const [id, current] of fill(shares, constraints, currents)) currents.set(id, current);
  }
  return currents;
}

/** The minimum to as many as can have it, in order. */
function admit(order: readonly Session[], constraints: readonly Constraint[]): Map<string, number> {
  const currents = new Map<string, number>();
  for (const { id, minCurrent, maxCurrent } of order) {
    if (maxCurrent < minCurrent) continue;
    currents.set(id, minCurrent);
    const isTooMuch = constraints.some((one) => one.factors.has(id) && slackOf(one, currents) < -TOLERANCE);
    if (isTooMuch) currents.delete(id);
  }
  return currents;
}

function capOf({ powerCap }: Plan, sessions: readonly Session[]): Constraint[] {
  if (powerCap === undefined) return [];
  const factors = new Map(sessions.map((session) => [session.id, powerOf(session, 1)]));
  return [{ node: "", factors, bound: Math.max(0, powerCap), lower: 0 }];
}

/** Towards zero, so that the sum stays within; never below the minimum, which was granted whole. */
function rounded(current: number, { minCurrent }: Session): number {
  const whole = Math.floor((Math.abs(current) + TOLERANCE) / STEP);
  const tenths = Math.round(whole) / 10;
  if (current < 0) return tenths === 0 ? 0 : -tenths;
  return current === 0 ? 0 : Math.max(minCurrent, tenths);
}
