// What the cars of a site do now and could do, out of what it was decided that they shall have. Pure.
import { type Node, powerOf } from "./electrical.ts";
import { dischargeOf, type Session } from "./policies.ts";
import type { Flexibility } from "./set-point.ts";

export function flexibilityOf(
  nodes: readonly Node[],
  sessions: readonly Session[],
  currents: ReadonlyMap<string, number>,
  now: number,
): Flexibility {
  const flexibility = { draws: 0, canGiveBack: 0, canRest: 0, base: 0 };
  for (const session of sessions) {
    const draws = powerOf(session, currents.get(session.id) ?? 0);
    const back = powerOf(session, dischargeOf(session, now));
    flexibility.draws += draws;
    if (back > 0) flexibility.canGiveBack += draws + back;
    else flexibility.canRest += Math.max(0, draws);
  }
  flexibility.base = nodes.find(({ parent }) => parent === undefined)?.baseLoad ?? 0;
  return flexibility;
}
