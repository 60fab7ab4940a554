// A for each session of a site: within every wire's limit, at least what its car needs to charge or nothing, and in the
// order of the site's policy. Pure: the same situation always gives the same answer, so that nothing swings.
import { type Constraint, constraintsOf, type Node, powerOf, slackOf } from "./electrical.ts";
import { PLANS, type Plan, type Policy, type Session, type Situation } from "./policies.ts";
import { fill } from "./share.ts";

/** What OCPP can say: a tenth of an ampere. */
const STEP = 0.1;
const TOLERANCE = 1e-6;

export interface Site {
  nodes: readonly Node[];
  policy: Policy;
}

/** @returns A per phase for each session; 0: it waits */
export function allocate(
  { nodes, policy }: Site,
  sessions: readonly Session[],
  situation: Situation,
): Map<string, number> {
  const plan = PLANS[policy](sessions, situation);
  const constraints = [...constraintsOf(nodes, sessions), ...capOf(plan, sessions)];
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
  return new Map(sessions.map((session) => [session.id, rounded(currents.get(session.id) ?? 0, session)]));
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
  return [{ node: "", factors, bound: Math.max(0, powerCap) }];
}

/** Down, so that the sum stays below; never below the minimum, which was granted whole. */
function rounded(current: number, { minCurrent }: Session): number {
  if (current <= 0) return 0;
  const down = Math.floor((current + TOLERANCE) / STEP) * STEP;
  return Math.max(minCurrent, Math.round(down * 10) / 10);
}
