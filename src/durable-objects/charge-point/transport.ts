// What is wrong with a connection or a frame before OCPP comes into it.
import type { Fact } from "../../ocpp/facts/fact.ts";

/** Frames above this are refused, whatever the platform would take. */
export const MAX_FRAME_BYTES = 1024 * 1024;
/** This many replacements within this time mean two chargers with one identity, or one in a reconnect loop. */
const FLAPPING_SWAPS = 5;
export const FLAPPING_WINDOW_MS = 10 * 60_000;

export function isOversized(message: string | ArrayBuffer): boolean {
  if (typeof message !== "string") return message.byteLength > MAX_FRAME_BYTES;
  if (message.length > MAX_FRAME_BYTES) return true;
  // A UTF-16 unit is at most three bytes of UTF-8: most frames need no counting.
  return message.length * 3 > MAX_FRAME_BYTES && new TextEncoder().encode(message).byteLength > MAX_FRAME_BYTES;
}

export function isFlapping(swaps: readonly number[]): boolean {
  const [first] = swaps;
  const last = swaps.at(-1);
  return (
    swaps.length >= FLAPPING_SWAPS && first !== undefined && last !== undefined && last - first <= FLAPPING_WINDOW_MS
  );
}

export const OVERSIZED: Fact = {
  kind: "finding",
  code: "frame_oversized",
  detail: "a frame above 1 MiB was refused and the socket closed",
};
export const FLAPPING: Fact = {
  kind: "finding",
  code: "identity_conflict",
  detail:
    "its connection was replaced five times within ten minutes: two chargers with one identity, or a reconnect loop",
};
export const NO_SUBPROTOCOL: Fact = {
  kind: "finding",
  code: "no_subprotocol",
  detail: "it offers no WebSocket subprotocol",
};
