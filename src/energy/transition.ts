// From what is set to what shall be set, so that no limit is exceeded on the way: what falls is sent at once, what rises
// only when there is room for it even if every other order is still unanswered, refused or lost. Pure.
import { type Constraint, slackOf } from "./electrical.ts";

/** What is known of one charger's limit, A. */
export interface Held {
  /** What it last said that it took; undefined: nobody knows. */
  confirmed: number | undefined;
  /** What was sent since, and may be in force by now. */
  inFlight: readonly number[];
  /** What it may draw if it lost everything that it was told, or is away: its default profile's limit. */
  fallback: number;
  /** It answers. */
  reachable: boolean;
}

/** A that it may be drawing, whatever became of the orders. */
export function worstOf({ confirmed, inFlight, fallback, reachable }: Held): number {
  const known = Math.max(confirmed ?? fallback, ...inFlight, 0);
  return reachable ? known : Math.max(known, fallback);
}

export interface Order {
  id: string;
  /** A */
  current: number;
}

/** A below which a rise is not worth a message: loads flicker, orders should not. */
const WORTHWHILE = 0.5;
const TOLERANCE = 1e-6;

/**
 * What to send now; asked again after each answer, until nothing is left.
 *
 * @param held of each charger at the site
 * @param wanted A for each; of one that is not named nothing is wanted: 0
 */
export function nextOrders(
  held: ReadonlyMap<string, Held>,
  wanted: ReadonlyMap<string, number>,
  constraints: readonly Constraint[],
): Order[] {
  const worst = new Map([...held].map(([id, charger]) => [id, worstOf(charger)]));
  const orders: Order[] = [];
  const rises: Order[] = [];
  for (const [id, charger] of held) {
    const order = { id, current: wanted.get(id) ?? 0 };
    const newest = charger.inFlight.at(-1) ?? charger.confirmed;
    if (!charger.reachable || newest === order.current) continue;
    if (newest === undefined || order.current < newest) orders.push(order);
    else if (order.current - newest >= WORTHWHILE || order.current === 0) rises.push(order);
  }
  for (const order of rises) {
    const before = worst.get(order.id) ?? 0;
    worst.set(order.id, Math.max(before, order.current));
    const fits = constraints.every((one) => !one.factors.has(order.id) || slackOf(one, worst) >= -TOLERANCE);
    if (fits) orders.push(order);
    else worst.set(order.id, before);
  }
  return orders;
}
