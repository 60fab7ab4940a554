// Brute force is made slow: each failure from an address doubles the wait for the next answer, and attempts of an address
// that has failed queue behind each other, so that many connections do not help.

const WINDOW_MS = 10 * 60_000;
const MOST_DOUBLINGS = 4;
const MOST_ADDRESSES = 10_000;

interface Trouble {
  failures: number;
  lastAt: number;
  queue: Promise<unknown>;
}

export class Failures {
  readonly #delayMs: number;
  readonly #troubles = new Map<string, Trouble>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Runs an attempt, and holds back a failed one's answer until its time. The wait hides how long the check took. */
  async attempt<T>(address: string, check: () => Promise<T>, failed: (outcome: T) => boolean): Promise<T> {
    const trouble = this.#recent(address);
    if (trouble === undefined) return this.#run(address, check, failed);
    const turn = trouble.queue.then(() => this.#run(address, check, failed));
    trouble.queue = turn.catch(() => {});
    return turn;
  }

  async #run<T>(address: string, check: () => Promise<T>, failed: (outcome: T) => boolean): Promise<T> {
    const begun = Date.now();
    const outcome = await check();
    if (!failed(outcome)) return outcome;
    const failures = this.#note(address);
    // A check that took longer than the wait ends at the next whole multiple of it.
    const wait = this.#delayMs * 2 ** Math.min(failures - 1, MOST_DOUBLINGS);
    if (wait > 0) {
      const spent = Date.now() - begun;
      await new Promise((resolve) => setTimeout(resolve, Math.ceil((spent + 1) / wait) * wait - spent));
    }
    return outcome;
  }

  #recent(address: string): Trouble | undefined {
    const trouble = this.#troubles.get(address);
    if (trouble !== undefined && Date.now() - trouble.lastAt <= WINDOW_MS) return trouble;
    this.#troubles.delete(address);
    return undefined;
  }

  #note(address: string): number {
    const trouble = this.#recent(address) ?? { failures: 0, lastAt: 0, queue: Promise.resolve() };
    this.#troubles.delete(address);
    this.#troubles.set(address, trouble);
    trouble.failures += 1;
    trouble.lastAt = Date.now();
    const [oldest] = this.#troubles.keys();
    if (this.#troubles.size > MOST_ADDRESSES && oldest !== undefined) this.#troubles.delete(oldest);
    return trouble.failures;
  }
}
