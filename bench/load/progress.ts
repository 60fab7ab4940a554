// A line now and then on runs that take long, and, for a program that waits, events as JSON lines. All on stderr.
import type { Score } from "./score.ts";

const EVERY_MS = 5_000;

export class Progress {
  readonly #isForPrograms: boolean;
  #timer: NodeJS.Timeout | undefined;

  constructor(isForPrograms: boolean) {
    this.#isForPrograms = isForPrograms;
  }

  watch(score: Score): void {
    let before = score.count;
    this.#timer = setInterval(() => {
      console.error(`  … ${Math.round(((score.count - before) * 1000) / EVERY_MS)} answers/s, ${score.count} so far`);
      before = score.count;
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** What the program that started this waits for. */
  event(what: object): void {
    if (this.#isForPrograms) process.send?.(what);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
