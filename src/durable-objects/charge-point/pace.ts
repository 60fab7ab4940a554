// How fast a charger may speak. Who waits for each answer, as OCPP demands, is never slowed down, however fast it is: our
// answers are its pace. Who does not is answered at the limit, in order, so that its neighbours keep their share.
import { Bucket } from "./bucket.ts";

/** Seconds of the limit that may come at once: a charger that is back from a time without network. */
const BURST_S = 2;
/** The same for one that was seen to wait. */
const TRUSTED_S = 10;
/** The bucket of one without a limit; it is asked again after so many frames. */
const UNLIMITED = { perSecond: 1_000_000, most: 1_000 };

export class Pace {
  readonly #perSecond: () => number;
  readonly #bucket: Bucket;

  /** @param perSecond the limit; 0: none */
  constructor(perSecond: () => number) {
    this.#perSecond = perSecond;
    this.#bucket = new Bucket(() => {
      const limit = perSecond();
      return limit === 0 ? UNLIMITED : { perSecond: limit, most: Math.max(1, limit * BURST_S) };
    });
  }

  /** @returns for how many milliseconds the frame that just came has to be held back; 0 nearly always */
  holdMs(now: number): number {
    return this.#bucket.take(now);
  }

  /** What was waiting for its turn will not be handled: nothing is owed for it. */
  forgive(now: number): void {
    this.#bucket.refill(0, now);
  }

  /** A frame was held back, and nothing else came meanwhile: its sender waits for the answer. */
  hasWaited(now: number): void {
    this.#bucket.refill(this.#perSecond() * TRUSTED_S, now);
  }
}
