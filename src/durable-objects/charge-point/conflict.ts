// Two chargers under one identity push each other out for ever. The one that is there is kept for a while, and the
// other one has to wait; a charger that merely reconnects is no conflict, see door.ts for one that does so in a loop.
import type { Handshake } from "../../workers/handshake.ts";
import { type Refusal, refuse } from "./admit.ts";
import type { Boot } from "./boots.ts";
import type { Connection } from "./session.ts";
import { FLAPPING_WINDOW_MS, isFlapping } from "./transport.ts";

/** Long enough to get something done in, short enough that nobody is kept out by an error of ours. */
const HOLD_MS = 2 * 60_000;

/** @returns why it has to wait; undefined: it may come in */
export function heldBack(
  current: Connection | undefined,
  { ip }: Pick<Handshake, "ip">,
  boot: Boot | undefined,
  now: number,
): Refusal | undefined {
  if (current === undefined || !isFlapping(current.swaps) || now - current.connectedAt >= HOLD_MS) return undefined;
  if (!comesFromElsewhere(current, ip) && !hasTwoNames(boot, now)) return undefined;
  const retryAfter = Math.ceil((current.connectedAt + HOLD_MS - now) / 1000);
  return { ...refuse("identity_in_use").refusal, retryAfter };
}

/** It was pushed out by the one that is there, and dials from another place: a mobile charger is not where it was before. */
const comesFromElsewhere = ({ ip: present, peers = [] }: Connection, ip: string | undefined): boolean =>
  ip !== undefined && present !== undefined && ip !== present && peers.includes(ip);

/** Behind one address: they told different serial numbers. */
function hasTwoNames(boot: Boot | undefined, now: number): boolean {
  const recent = (boot?.recent ?? []).filter(({ at }) => at > now - FLAPPING_WINDOW_MS);
  return new Set(recent.flatMap(({ serialNumber }) => serialNumber ?? [])).size > 1;
}
