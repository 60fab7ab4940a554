// When to try again, and when to give up. Pure.

const FIRST_MS = 5_000;
/** A receiver that is back is found within so much. */
const AWAY_MAX_MS = 5 * 60_000;
const REFUSED_MAX_MS = 3_600_000;
/** How long an event is tried. */
export const PATIENCE_MS = 24 * 3_600_000;

/** @param random 0 to 1: spreads those who failed together */
const pause = (failures: number, longest: number, random: number): number =>
  Math.min(longest, FIRST_MS * 2 ** Math.min(failures - 1, 20)) * (0.8 + 0.4 * random);

/** After so many failures in a row of the receiver as a whole. It may ask for longer, within reason. */
export const pauseWhileAway = (failures: number, random: number, askedForMs = 0): number =>
  Math.max(pause(failures, AWAY_MAX_MS, random), Math.min(askedForMs, REFUSED_MAX_MS));

/** After an event was refused so many times while the receiver is well. */
export const pauseWhileRefused = (attempts: number, random: number): number => pause(attempts, REFUSED_MAX_MS, random);
