// What each charger of a site was told, and what it said to that. Kept in the actor's storage: after a crash an order
// that was on its way still counts as one that may be in force.
import { backWorstOf, type Held, worstOf } from "../../energy/transition.ts";
import type { Limited } from "./meters.ts";

interface Stored {
  confirmed: number | undefined;
  inFlight: { current: number; at: number }[];
  /** When it was last known for certain. Epoch milliseconds. */
  confirmedAt: number;
  /** Its last answer was a refusal of this. */
  refused?: { current: number; at: number } | undefined;
}

/** An order of which nothing was heard for so long is given again. */
export const RETRY_MS = 60_000;

export class Orders {
  readonly #storage: DurableObjectStorage;
  readonly #known: Map<string, Stored>;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#known = new Map(
      [...storage.kv.list<Stored>({ prefix: "order:" })].map(([key, value]) => [key.slice("order:".length), value]),
    );
  }

  /** @param fallback A that a charger draws that was never told anything, or forgot it */
  held(id: string, fallback: number, reachable: boolean, now: number): Held {
    const { confirmed, inFlight } = this.#get(id);
    // What was lost may be in force, and is sent again as if it never was.
    const [lost, alive] = [
      inFlight.filter(({ at }) => now - at >= RETRY_MS),
      inFlight.filter(({ at }) => now - at < RETRY_MS),
    ];
    const uncertain = lost.length > 0 && alive.length === 0;
    const held = { confirmed, inFlight: inFlight.map(({ current }) => current), fallback, reachable };
    if (!uncertain) return held;
    return { ...held, confirmed: undefined, inFlight: [], fallback: worstOf(held), backFallback: backWorstOf(held) };
  }

  /** Reasons to take what it was told for nothing until it says otherwise. */
  doubt(id: string, now: number): { hasRefused: boolean; isUnanswered: boolean } {
    const { refused, inFlight } = this.#get(id);
    return { hasRefused: refused !== undefined, isUnanswered: inFlight.some(({ at }) => now - at >= RETRY_MS) };
  }

  /** Asked the same again at once, it would refuse again. */
  hasJustRefused(id: string, current: number, now: number, patienceMs: number): boolean {
    const { refused } = this.#get(id);
    return refused !== undefined && refused.current === current && now - refused.at < patienceMs;
  }

  /** What its meter shows is to be measured by this. */
  limit(id: string, settleMs: number): Limited {
    const { confirmed, confirmedAt, inFlight } = this.#get(id);
    return { confirmed, settledAt: confirmedAt + settleMs, isChanging: inFlight.length > 0 };
  }

  /** A charger that booted since may have forgotten what it was told. */
  booted(id: string, at: number): void {
    const stored = this.#get(id);
    if (stored.confirmed !== undefined && at > stored.confirmedAt) this.#save(id, { ...stored, confirmed: undefined });
  }

  sent(id: string, current: number, now: number): void {
    const stored = this.#get(id);
    this.#save(id, { ...stored, inFlight: [...stored.inFlight, { current, at: now }] });
  }

  /** taken: it is in force, and whatever was sent before is not. refused: it is not. */
  answered(id: string, current: number, sentAt: number, outcome: "taken" | "refused", now: number): void {
    const stored = this.#get(id);
    const isIt = (order: Stored["inFlight"][number]) => order.current === current && order.at === sentAt;
    if (outcome === "taken") {
      const later = stored.inFlight.filter(({ at }) => at > sentAt);
      this.#save(id, { confirmed: current, inFlight: later, confirmedAt: now });
    } else
      this.#save(id, {
        ...stored,
        refused: { current, at: now },
        inFlight: stored.inFlight.filter((order) => !isIt(order)),
      });
  }

  /** Some order is open: it was not answered, or was refused. */
  hasOpen(): boolean {
    return [...this.#known.values()].some(({ inFlight, refused }) => inFlight.length > 0 || refused !== undefined);
  }

  forgetAllBut(ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) {
      if (ids.has(id)) continue;
      this.#known.delete(id);
      this.#storage.kv.delete(`order:${id}`);
    }
  }

  #get(id: string): Stored {
    return this.#known.get(id) ?? { confirmed: undefined, inFlight: [], confirmedAt: 0 };
  }

  #save(id: string, stored: Stored): void {
    this.#known.set(id, stored);
    this.#storage.kv.put(`order:${id}`, stored);
  }
}
