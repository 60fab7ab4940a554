// What a site's actor knows at one moment, put together for sharing: sessions, what each charger holds, and whom to doubt.
import { excessOf, type Track } from "../../energy/draw.ts";
import type { Ask, Session } from "../../energy/policies.ts";
import { loadId, type SiteConfig } from "../../energy/site.ts";
import type { Held } from "../../energy/transition.ts";
import type { Meters } from "./meters.ts";
import type { Observation } from "./observe.ts";
import type { Orders } from "./orders.ts";
import { sessionOf } from "./sessions.ts";
import type { Scene } from "./share.ts";
import { doubtOf, type LoadDoubt } from "./status.ts";

interface Known {
  config: SiteConfig;
  seen: Observation;
  orders: Orders;
  meters: Meters;
  now: number;
  paceMs: number;
}

interface Looked extends Scene {
  tracks: Map<string, Track>;
  doubts: Map<string, LoadDoubt>;
  ask: Ask | undefined;
  surplus: number | undefined;
  price: number | undefined;
}

export function lookAt({ config, seen, orders, meters, now, paceMs }: Known): Looked {
  const { nodes, surplus } = meters.at(config, now);
  const sessions: Session[] = [];
  const tracks = new Map<string, Track>();
  for (const opened of seen.opened) {
    const session = sessionOf(opened, meters);
    sessions.push(session);
    const track = meters.trackOf(session.id, opened.transactionId);
    if (track !== undefined) tracks.set(session.id, track);
  }
  const held = new Map<string, Held>();
  const doubts = new Map<string, LoadDoubt>();
  for (const connection of config.connections) {
    const id = loadId(connection);
    const track = tracks.get(id);
    const reachable = seen.reachable.has(id);
    const atLeast = excessOf(track, connection.maxCurrent);
    held.set(id, { ...orders.held(id, connection.maxCurrent, reachable, now), atLeast });
    const { hasRefused, isUnanswered } = orders.doubt(id, now);
    const doubt = doubtOf({ reachable, isAbove: atLeast !== undefined, hasRefused, isUnanswered, track }, now, paceMs);
    if (doubt !== undefined) doubts.set(id, doubt);
  }
  return {
    ...{ nodes, surplus, policy: config.policy, sessions, held, tracks, doubts, ask: seen.ask },
    loads: config.connections.map((one) => ({ ...one, id: loadId(one) })),
    // A meter that tells no more is no reason to take power from others: the charger did say what it took.
    doubtful: new Set([...doubts].flatMap(([id, doubt]) => (doubt === "silent" ? [] : id))),
    price: seen.prices?.findLast(({ from }) => from <= now)?.price,
    situation: { now, prices: seen.prices, surplus, ask: seen.ask },
  };
}
