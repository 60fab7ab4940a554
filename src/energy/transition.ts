// From what is set to what shall be set, so that no limit is exceeded on the way: what comes closer to nothing is sent at
// once, what charges or gives back more only when there is room for it even if every other order is still unanswered,
// refused or lost. Pure.
import { backSlackOf, type Constraint, slackOf } from "./electrical.ts";

/** What is known of one charger's limit, A; below zero: it gives back. */
export interface Held {
  /** What it last said that it took; undefined: nobody knows. */
  confirmed: number | undefined;
  /** What was sent since, and may be in force by now. */
  inFlight: readonly number[];
  /** What it may draw if it lost everything that it was told, or is away: its default profile's limit. */
  fallback: number;
  /** The same for what it may give back, never above zero. */
  backFallback?: number | undefined;
  /** It answers. */
  reachable: boolean;
  /** What its meter shows, whatever it said that it took. */
  atLeast?: number | undefined;
}

/** A that it may be drawing, whatever became of the orders. */
export function worstOf({ confirmed, inFlight, fallback, reachable, atLeast = 0 }: Held): number {
  const known = Math.max(confirmed ?? fallback, ...inFlight, atLeast, 0);
  return reachable ? known : Math.max(known, fallback);
}

/** A that it may be giving back, below zero. */
export const backWorstOf = ({ confirmed = 0, inFlight, backFallback = 0 }: Held): number =>
  Math.min(confirmed, backFallback, ...inFlight, 0);

export interface Order {
  id: string;
  /** A */
  current: number;
}

/** A below which a change is not worth a message, unless a wire or somebody who waits needs it: loads flicker. */
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
  const back = new Map([...held].map(([id, charger]) => [id, backWorstOf(charger)]));
  const isTight = (id: string) =>
    constraints.some(
      (one) => one.factors.has(id) && (slackOf(one, worst) < -TOLERANCE || backSlackOf(one, back) < -TOLERANCE),
    );
  const orders: Order[] = [];
  const smallFalls: Order[] = [];
  const rises: (Order & { newest: number | undefined })[] = [];
  for (const [id, charger] of held) {
    const current = wanted.get(id) ?? 0;
    const newest = charger.inFlight.at(-1) ?? charger.confirmed;
    if (!charger.reachable || newest === current) continue;
    const isSmall = newest !== undefined && current * newest > 0 && Math.abs(current - newest) < WORTHWHILE;
    if (isSmall && Math.abs(current) > Math.abs(newest)) continue;
    if (isSmall && !isTight(id)) smallFalls.push({ id, current });
    else if (comesCloser(charger, newest, current)) orders.push({ id, current });
    else rises.push({ id, current, newest });
  }
  /** Who shares a wire with one that may not rise yet. */
  const crowded: ReadonlyMap<string, number>[] = [];
  for (const { id, current, newest } of rises) {
    const [worstBefore, backBefore] = [worst.get(id) ?? 0, back.get(id) ?? 0];
    worst.set(id, Math.max(worstBefore, current));
    back.set(id, Math.min(backBefore, current));
    const slack = current > 0 ? (one: Constraint) => slackOf(one, worst) : (one: Constraint) => backSlackOf(one, back);
    const full = constraints.filter((one) => one.factors.has(id) && slack(one) < -TOLERANCE);
    if (full.length === 0) {
      orders.push({ id, current });
      continue;
    }
    for (const { factors } of full) crowded.push(factors);
    worst.set(id, worstBefore);
    back.set(id, backBefore);
    // To the other side of nothing, nothing is half the way.
    if (newest === undefined ? worstBefore > 0 : newest * current < 0) orders.push({ id, current: 0 });
  }
  return [...orders, ...smallFalls.filter(({ id }) => crowded.some((loads) => loads.has(id)))];
}

/** From what is set to less of it; where nobody knows what is set, to no more than it may be at worst. */
function comesCloser(charger: Held, newest: number | undefined, current: number): boolean {
  if (current === 0) return true;
  if (newest === undefined) return current > 0 && current <= worstOf(charger);
  return newest * current > 0 && Math.abs(current) < Math.abs(newest);
}
