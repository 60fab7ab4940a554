// Frames that are no OCPP, or that no charger may send: each is answered, as long as there are few of them each is kept
// in the log for whoever looks, and thousands of them cost the connection. What a handler took is never junk.
import { Bucket } from "./bucket.ts";

/** What is kept: rows are paid for, and the hundredth of a kind tells nothing that the first did not. */
const KEPT = { perSecond: 1 / 6, most: 100 };
/** A charger that merely has a bad habit, such as a message a second that we do not know, stays below it for ever. */
const BORNE = { perSecond: 1, most: 2_000 };
/** What the next connection may cost again. */
const FORGIVEN = 200;

export class Junk {
  readonly #kept = new Bucket(() => KEPT);
  readonly #borne = new Bucket(() => BORNE);
  readonly #notKept: (now: number) => void;
  #isTooMuch = false;

  /** @param notKept told of each that is not to be kept */
  constructor(notKept: (now: number) => void) {
    this.#notKept = notKept;
  }

  /** Counts one. @returns whether it is to be kept */
  noted(now: number): boolean {
    if (!this.#borne.tryTake(now)) this.#isTooMuch = true;
    if (this.#kept.tryTake(now)) return true;
    this.#notKept(now);
    return false;
  }

  get isTooMuch(): boolean {
    return this.#isTooMuch;
  }

  /** Its sender was thrown out. */
  forgive(now: number): void {
    this.#isTooMuch = false;
    this.#borne.refill(FORGIVEN, now);
  }
}
