// Progressive filling: all rise together until something is full; who hangs on it stays, the others rise on.
// What comes out is max-min fair: nobody could have more but at the cost of somebody who has no more than he.
import { type Constraint, slackOf } from "./electrical.ts";

export interface Share {
  id: string;
  /** A, where it begins to rise from. */
  from: number;
  /** A that it wants at most. */
  to: number;
  /** How fast it rises, compared with the others. */
  weight: number;
}

/** Below that, in A, something counts as full. */
const EPSILON = 1e-9;

/**
 * @param currents of everyone else, which count but do not change
 * @returns A for each that shares
 */
export function fill(
  shares: readonly Share[],
  constraints: readonly Constraint[],
  currents: ReadonlyMap<string, number>,
): Map<string, number> {
  const filled = new Map(currents);
  for (const { id, from } of shares) filled.set(id, from);
  let open = shares.filter(({ from, to }) => to - from > EPSILON);
  while (open.length > 0) {
    // The lowest rise, up to the next above them: who began higher waits until they have come to where he is.
    const levels = open.map(levelIn(filled));
    const level = Math.min(...levels);
    const rising = open.filter((share) => levelIn(filled)(share) - level <= EPSILON);
    const next = Math.min(...levels.filter((other) => other - level > EPSILON));
    const step = Math.max(
      0,
      Math.min(next - level, ...rising.map(roomOf(filled)), ...constraints.map(roomIn(filled, rising))),
    );
    for (const { id, weight } of rising) filled.set(id, (filled.get(id) ?? 0) + step * weight);
    const full = constraints.filter((constraint) => slackOf(constraint, filled) <= EPSILON * sizeOf(constraint));
    const left = open.filter(
      ({ id, to }) => to - (filled.get(id) ?? 0) > EPSILON && !full.some(({ factors }) => factors.has(id)),
    );
    // Rounding may leave a constraint a hair short of full: nobody rises by nothing for ever.
    if (left.length === open.length && step <= EPSILON) break;
    open = left;
  }
  return new Map(shares.map(({ id }) => [id, filled.get(id) ?? 0]));
}

/** How high it stands, compared with the others. */
const levelIn =
  (currents: ReadonlyMap<string, number>) =>
  ({ id, weight }: Share): number =>
    (currents.get(id) ?? 0) / weight;

/** Steps until it has what it wants. */
const roomOf =
  (currents: ReadonlyMap<string, number>) =>
  ({ id, to, weight }: Share): number =>
    (to - (currents.get(id) ?? 0)) / weight;

/** Steps until it is full. */
const roomIn = (currents: ReadonlyMap<string, number>, rising: readonly Share[]) => (constraint: Constraint) => {
  let rate = 0;
  for (const { id, weight } of rising) rate += weight * (constraint.factors.get(id) ?? 0);
  return rate > 0 ? slackOf(constraint, currents) / rate : Number.POSITIVE_INFINITY;
};

const sizeOf = ({ factors }: Constraint): number => Math.max(1, ...factors.values());
