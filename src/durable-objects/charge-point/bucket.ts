// A token bucket. In memory: an actor that falls asleep was not being flooded.

export interface Allowance {
  perSecond: number;
  /** What may come at once. */
  most: number;
}

export class Bucket {
  readonly #allowance: () => Allowance;
  #credit = 0;
  /** Up to when its credit was counted, in epoch milliseconds. */
  #countedAt = 0;

  /** @param allowance asked when the credit is used up, and not before: most takings are one comparison */
  constructor(allowance: () => Allowance) {
    this.#allowance = allowance;
  }

  /** Takes one, on credit if need be. @returns in how many milliseconds it would have been there */
  take(now: number): number {
    if (this.#credit >= 1) {
      this.#credit -= 1;
      return 0;
    }
    const { perSecond, most } = this.#allowance();
    const earned = (Math.max(0, now - this.#countedAt) / 1000) * perSecond;
    this.#credit = Math.min(most, this.#credit + earned) - 1;
    this.#countedAt = now;
    return this.#credit >= 0 ? 0 : Math.floor((-this.#credit / perSecond) * 1000);
  }

  /** Takes one if it is there. */
  tryTake(now: number): boolean {
    if (this.take(now) === 0) return true;
    this.#credit += 1;
    return false;
  }

  /** @param credit what may come at once from now on */
  refill(credit: number, now: number): void {
    this.#credit = credit;
    this.#countedAt = now;
  }
}
