/** The last frames, for the logs that a CSMS may ask for; bounded, as a charger's memory is. */
import { formatFrame, type Message } from "./frame.ts";

export class RecentFrames {
  readonly #limit: number;
  readonly #lines: { at: number; text: string }[] = [];
  #lastSentAt = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** When the last frame of any kind left, by the charger's clock. */
  get lastSentAt(): number {
    return this.#lastSentAt;
  }

  add(at: number, direction: "in" | "out", message: Message): void {
    if (direction === "out") this.#lastSentAt = at;
    if (this.#limit === 0) return;
    this.#lines.push({ at, text: `${direction} ${formatFrame(message)}` });
    if (this.#lines.length > this.#limit) this.#lines.shift();
  }

  text(from = 0, to = Infinity): string {
    const lines = this.#lines.filter(({ at }) => at >= from && at <= to);
    return lines.map(({ at, text }) => `${new Date(at).toISOString()} ${text}\n`).join("");
  }
}
