/**
 * Time for one charger. Everything that waits goes through Timers, so that closing a charger leaves nothing
 * behind that would keep its process alive.
 */
export interface Clock {
  now(): number;
  /** Runs once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A longer setTimeout overflows and fires at once, so a longer wait is made of several. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = { now: () => Date.now(), after: afterMs };

/** A clock that runs `factor` times as fast as the wall's, for tests and demonstrations. */
export function fastClock(factor: number): Clock {
  const origin = Date.now();
  return {
    now: () => origin + (Date.now() - origin) * factor,
    after: (ms, run) => afterMs(ms / factor, run),
  };
}

function afterMs(ms: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (left: number) => {
    const step = Math.min(Math.max(left, 0), MAX_TIMEOUT_MS);
    timer = setTimeout(() => (left > step ? arm(left - step) : run()), step);
  };
  arm(ms);
  return () => clearTimeout(timer);
}

export class Timers implements Clock {
  readonly #clock: Clock;
  readonly #running = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return Math.round(this.#clock.now());
  }

  after(ms: number, run: () => void): () => void {
    if (this.#stopped || ms === Infinity) return () => {};
    const stop = this.#clock.after(ms, () => {
      this.#running.delete(cancel);
      run();
    });
    const cancel = () => {
      this.#running.delete(cancel);
      stop();
    };
    this.#running.add(cancel);
    return cancel;
  }

  /** Never resolves once stopped: whoever waited is part of a charger that is gone. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of [...this.#running]) cancel();
  }
}
