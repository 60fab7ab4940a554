// How far a charger's clock is off, from the times that its messages carry. A message may have waited in a queue, so a
// time in the past says little by itself: two messages that are alike, some seconds apart, make it a clock. Pure.
import type { Fact } from "./facts/fact.ts";
import { finding } from "./handler.ts";
import type { Payload } from "./read.ts";

export interface Clock {
  /** Milliseconds that it is ahead; negative: behind. */
  offsetMs: number;
  /** Epoch milliseconds of the message that told. */
  at: number;
  isSure: boolean;
}

const TOLERATED_MS = 60_000;
/** What is further off is no clock: such times are replaced, or are of a queue. */
const BELIEVED_MS = 24 * 3_600_000;
/** A queue is emptied faster than that. */
const APART_MS = 5_000;
const ALIKE_MS = 10_000;

/** What a message says of the clock; nothing for one that is right, which is the common case and writes nothing. */
export function followClock(known: Clock | undefined, payload: Payload, receivedAt: number): Fact[] {
  if (typeof payload.timestamp !== "string" || payload.offline === true) return [];
  const offsetMs = Date.parse(payload.timestamp) - receivedAt;
  if (Math.abs(offsetMs) <= TOLERATED_MS) return known === undefined ? [] : [{ kind: "clock", clock: null }];
  if (!(Math.abs(offsetMs) <= BELIEVED_MS)) return [];
  if (known !== undefined && receivedAt - known.at < APART_MS) return [];
  const isAlike = known !== undefined && Math.abs(offsetMs - known.offsetMs) <= ALIKE_MS;
  if (isAlike && known.isSure) return [];
  // What comes late looks behind: a clock that is known can only be further ahead than that.
  if (known?.isSure === true && offsetMs < known.offsetMs) return [];
  const clock: Clock = { offsetMs, at: receivedAt, isSure: isAlike || offsetMs > 0 };
  return [{ kind: "clock", clock }, ...(clock.isSure ? [finding("clock_skew", spell(offsetMs))] : [])];
}

const spell = (offsetMs: number): string =>
  `its clock is ${Math.round(Math.abs(offsetMs) / 1000)} s ${offsetMs > 0 ? "ahead" : "behind"}`;
