// A book against a history: what was answered is there, nothing is there twice, nothing else is there, and what has an
// order is in it.
import type { Book } from "./book.ts";
import type { Claim, Kind } from "./claims.ts";

export const FAULTS = ["lost", "doubled", "foreign", "misordered"] as const;
export type Fault = (typeof FAULTS)[number];
/** A sentence about each message. All empty: all is well. */
export type Verdict = Record<Fault, string[]>;

export const emptyVerdict = (): Verdict => ({ lost: [], doubled: [], foreign: [], misordered: [] });

/**
 * @param shown what history has of this charger
 * @param kinds what this history keeps; the book may hold more
 */
export function compare(book: Book, shown: readonly Claim[], kinds: readonly Kind[], source: string): Verdict {
  const verdict = emptyVerdict();
  const say = (fault: Fault, { kind, key }: Claim, more = "") =>
    verdict[fault].push(`${source}: ${book.id} ${kind} ${key}${more}`);
  const counts = new Map<string, number>();
  for (const claim of shown) {
    const name = `${claim.kind} ${claim.key}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count === 2) say("doubled", claim);
    if (book.entry(claim) === undefined && count === 1) say("foreign", claim);
  }
  for (const entry of book.entries()) {
    if (!kinds.includes(entry.kind) || entry.duty === "may") continue;
    if (!counts.has(`${entry.kind} ${entry.key}`)) say("lost", entry);
  }
  for (const claim of misordered(book, shown)) say("misordered", claim);
  return verdict;
}

/** Of each sequence, the first claim that comes before one that was made earlier. */
function* misordered(book: Book, shown: readonly Claim[]): Generator<Claim> {
  const order = new Map([...book.entries()].map(({ kind, key }, index) => [`${kind} ${key}`, index]));
  const newest = new Map<string, number>();
  const broken = new Set<string>();
  for (const claim of shown) {
    const { sequence } = claim;
    const position = order.get(`${claim.kind} ${claim.key}`);
    if (sequence === undefined || position === undefined || book.shuffled.has(sequence)) continue;
    if (position < (newest.get(sequence) ?? 0) && !broken.has(sequence)) {
      broken.add(sequence);
      yield claim;
    }
    newest.set(sequence, Math.max(position, newest.get(sequence) ?? 0));
  }
}

export function merge(into: Verdict, found: Verdict): void {
  for (const fault of FAULTS) into[fault].push(...found[fault]);
}
