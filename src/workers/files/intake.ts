// A body that is read piece by piece, counted and hashed as it passes. One reader, so that a slow store slows the
// sender down: the halves of a tee would pile up in memory what the slower one has not taken.
import type { Digest } from "./digest.ts";

/** The body is not what it says that it is: the sender's fault, and nobody else's. */
export class BrokenBody extends Error {}

export class Intake {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #digest: Digest;
  #rest: Uint8Array | undefined;
  #bytes = 0;

  constructor(body: AsyncIterable<Uint8Array>, digest: Digest) {
    this.#source = body[Symbol.asyncIterator]();
    this.#digest = digest;
  }

  /** Bytes that have passed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The next bytes, at most so many; fewer only at the end. */
  async *take(limit: number): AsyncGenerator<Uint8Array> {
    for (let left = limit; left > 0; ) {
      const chunk = await this.#pull();
      if (chunk === undefined) return;
      const piece = chunk.subarray(0, left);
      this.#rest = piece.length < chunk.length ? chunk.subarray(left) : undefined;
      left -= piece.length;
      this.#bytes += piece.length;
      this.#digest.update(piece);
      yield piece;
    }
  }

  /** The same in one piece. */
  async gather(limit: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    // A copy: the platform may use the buffer of a piece again.
    for await (const piece of this.take(limit)) pieces.push(piece.slice());
    const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** Is there nothing more? */
  async ended(): Promise<boolean> {
    this.#rest = await this.#pull();
    return this.#rest === undefined;
  }

  async #pull(): Promise<Uint8Array | undefined> {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined && rest.length > 0) return rest;
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) return undefined;
      if (value.length > 0) return value;
    }
  }
}
