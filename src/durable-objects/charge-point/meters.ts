// What a charger's actor counts of its own work. Kept in memory and told with the next shipment: what an actor that
// falls asleep has not told is lost, which is the price for counting without writing.
import { emptyHistogram, type Histogram, merge, observe } from "../../metrics/histogram.ts";

/** Milliseconds. A Worker's clock stands still while it computes: what is seen is waiting for storage and D1. */
export const ANSWER_BOUNDS_MS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

export interface Counted {
  frames: number;
  /** Frames that we answered with a CALLERROR. */
  refused: number;
  /** Frames that were held back because their sender does not wait for answers. */
  slowed: number;
  /** Refused frames that were answered and not kept in the log. */
  unkept: number;
  /** Connections that were ended for abuse. */
  thrownOut: number;
  answerMs: Histogram;
}

export const nothingCounted = (): Counted => ({
  ...{ frames: 0, refused: 0, slowed: 0, unkept: 0, thrownOut: 0 },
  answerMs: emptyHistogram(ANSWER_BOUNDS_MS),
});

export function addCounted(into: Counted, from: Counted): void {
  into.frames += from.frames;
  into.refused += from.refused;
  into.slowed += from.slowed;
  into.unkept += from.unkept;
  into.thrownOut += from.thrownOut;
  merge(into.answerMs, from.answerMs);
}

export class Meters {
  #counted = nothingCounted();

  /** @param answer the frame that went back, if any */
  handled(answer: string | undefined, tookMs: number): void {
    this.#counted.frames += 1;
    if (answer?.startsWith("[4,")) this.#counted.refused += 1;
    if (answer !== undefined) observe(this.#counted.answerMs, ANSWER_BOUNDS_MS, tookMs);
  }

  slowed(): void {
    this.#counted.slowed += 1;
  }

  unkept(): void {
    this.#counted.unkept += 1;
  }

  thrownOut(): void {
    this.#counted.thrownOut += 1;
  }

  take(): Counted {
    const counted = this.#counted;
    this.#counted = nothingCounted();
    return counted;
  }

  /** What could not be told. */
  giveBack(counted: Counted): void {
    addCounted(this.#counted, counted);
  }
}
