// A charger's book: what it said, and what of that was answered. The judge believes nothing else.
import type { Claim } from "./claims.ts";

/** `must`: it was answered, so it has to be in history once. `may`: sent, but never answered: at most once. */
export type Duty = "must" | "may";

export interface Entry extends Claim {
  duty: Duty;
}

export class Book {
  readonly id: string;
  readonly #entries = new Map<string, Entry>();
  /** Sequences that were sent out of order on purpose. */
  readonly shuffled = new Set<string>();
  /** What was wrong with the answers themselves, a sentence each. */
  readonly objections: string[] = [];

  constructor(id: string) {
    this.id = id;
  }

  sent(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const key = nameOf(claim);
      if (!this.#entries.has(key)) this.#entries.set(key, { ...claim, duty: "may" });
    }
  }

  answered(claims: readonly Claim[]): void {
    this.sent(claims);
    for (const claim of claims) {
      const entry = this.#entries.get(nameOf(claim));
      if (entry !== undefined) entry.duty = "must";
    }
  }

  object(sentence: string): void {
    this.objections.push(`${this.id} ${sentence}`);
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  entry(claim: Claim): Entry | undefined {
    return this.#entries.get(nameOf(claim));
  }
}

const nameOf = ({ kind, key }: Claim): string => `${kind} ${key}`;
