// Brute force is made slow: each failure from an address doubles the wait for the next failed answer, and attempts at a name
// that failed from there queue behind each other, so that many connections do not help. A charger behind the same address
// that gives the right password waits for nobody.

const WINDOW_MS = 10 * 60_000;
const MOST_DOUBLINGS = 4;
const MOST_KEPT = 10_000;

export class Failures {
  readonly #delayMs: number;
  readonly #byAddress = new Map<string, { failures: number; lastAt: number }>();
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Runs an attempt, and holds back a failed one's answer until its time. The wait hides how long the check took. */
  async attempt<T>(
    { remoteAddress, username }: { remoteAddress: string; username: string },
    check: () => Promise<T>,
    failed: (outcome: T) => boolean,
  ): Promise<T> {
    const key = `${remoteAddress} ${username}`;
    const before = this.#queues.get(key) ?? Promise.resolve();
    const turn = before.then(() => this.#run(remoteAddress, check, failed));
    const settled = turn.catch(() => {});
    this.#queues.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(key) === settled) this.#queues.delete(key);
    }
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

  #note(address: string): number {
    const now = Date.now();
    const known = this.#byAddress.get(address);
    const recent = known !== undefined && now - known.lastAt <= WINDOW_MS ? known.failures : 0;
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { failures: recent + 1, lastAt: now });
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size > MOST_KEPT && oldest !== undefined) this.#byAddress.delete(oldest);
    return recent + 1;
  }
}
