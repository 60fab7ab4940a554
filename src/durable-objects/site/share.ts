// One look at a site, one answer: who shall have what, who holds on to what regardless, and what to send now. Pure, but
// for what it is given to read.
import { allocate, askedOf } from "../../energy/allocate.ts";
import { type Constraint, constraintsOf, type Load, type Node } from "../../energy/electrical.ts";
import type { Policy, Session, Situation } from "../../energy/policies.ts";
import { type Held, nextOrders, type Order, worstOf } from "../../energy/transition.ts";

export interface Scene {
  nodes: readonly Node[];
  policy: Policy;
  loads: readonly Load[];
  sessions: readonly Session[];
  held: ReadonlyMap<string, Held>;
  /** Whose word is no proof: they refused, fell silent, are away, or draw more than they may. */
  doubtful: ReadonlySet<string>;
  situation: Situation;
}

export interface Sharing {
  wanted: Map<string, number>;
  constraints: Constraint[];
  orders: Order[];
}

export function share({ nodes, policy, loads, sessions, held, doubtful, situation }: Scene): Sharing {
  const site = { nodes, policy };
  const fair = allocate(site, sessions, situation);
  const taken = loads.flatMap((load) => {
    const charger = held.get(load.id);
    if (charger === undefined || !doubtful.has(load.id)) return [];
    const current = worstOf(charger);
    return current > (fair.get(load.id) ?? 0) ? [{ ...load, current }] : [];
  });
  // Who holds on to more than its share takes it from the others, but is still told its share.
  const holders = new Set(taken.map(({ id }) => id));
  const others = sessions.filter(({ id }) => !holders.has(id));
  const wanted = taken.length === 0 ? fair : new Map([...fair, ...allocate(site, others, { ...situation, taken })]);
  const constraints = constraintsOf(askedOf(nodes, situation), loads);
  return { wanted, constraints, orders: nextOrders(held, wanted, constraints) };
}
