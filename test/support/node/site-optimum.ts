// A small reference for sharing power: the greatest level that all can rise to, found by bisection; who is held there by
// a full wire stays, and the others go on. Slow, and with nothing in common with the way it is done in earnest.
import { type Constraint, slackOf } from "../../../src/energy/electrical.ts";

export interface Wish {
  id: string;
  /** A */
  least: number;
  most: number;
  /** How fast it rises, compared with the others; 1 if not said. */
  weight?: number;
}

const STEPS = 60;

/** Max-min fair currents by weight, every one at least at its least, A. */
export function optimum(wishes: readonly Wish[], constraints: readonly Constraint[]): Map<string, number> {
  const settled = new Map<string, number>();
  const at = (level: number) =>
    new Map(
      wishes.map(({ id, least, most, weight = 1 }) => [
        id,
        settled.get(id) ?? Math.max(least, Math.min(most, level * weight)),
      ]),
    );
  const fits = (currents: Map<string, number>) => constraints.every((one) => slackOf(one, currents) >= -1e-7);
  while (settled.size < wishes.length) {
    let [low, high] = [0, Math.max(...wishes.map(({ most, weight = 1 }) => most / weight)) + 1];
    if (!fits(at(high))) {
      for (let i = 0; i < STEPS; i += 1) {
        const middle = (low + high) / 2;
        if (fits(at(middle))) low = middle;
        else high = middle;
      }
    } else low = high;
    const currents = at(low);
    const open = wishes.filter(({ id }) => !settled.has(id));
    // Held by a wire: a little more for it alone does not fit.
    const held = open.filter(({ id, most }) => {
      const own = currents.get(id) ?? 0;
      return own >= most - 1e-6 || !fits(new Map(currents).set(id, own + 1e-4));
    });
    const done = held.length > 0 ? held : open;
    for (const { id } of done) settled.set(id, currents.get(id) ?? 0);
  }
  return settled;
}
