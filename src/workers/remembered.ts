// Answers that cost more than they change: one that took long serves longer, for whoever asks the same meanwhile.
// Kept in the isolate's memory alone; nobody may depend on it being there.

/** For as many times as long as it took to make it ... */
const TIMES = 20;
/** ... but never so long that somebody would call it wrong. */
const LONGEST_MS = 10_000;
const KEPT = 100;

interface Answer<T> {
  value: T;
  until: number;
}

export class Remembered<T> {
  readonly #answers = new Map<string, Answer<T>>();
  readonly #clock: () => number;

  /** @param clock epoch milliseconds */
  constructor(clock = (): number => Date.now()) {
    this.#clock = clock;
  }

  async get(key: string, make: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock();
    const known = this.#answers.get(key);
    if (known !== undefined && startedAt < known.until) return known.value;
    const value = await make();
    const now = this.#clock();
    this.#answers.delete(key);
    this.#answers.set(key, { value, until: now + Math.min(LONGEST_MS, (now - startedAt) * TIMES) });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT && oldest !== undefined) this.#answers.delete(oldest);
    return value;
  }
}
