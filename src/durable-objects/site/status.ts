// A site as operators see it: what it gave to whom, why, and whom it does not believe.
import { isSilent, type Track } from "../../energy/draw.ts";
import { type Constraint, type Node, slackOf } from "../../energy/electrical.ts";
import type { Ask, Session } from "../../energy/policies.ts";
import { loadId, type SiteConfig } from "../../energy/site.ts";
import { type Held, worstOf } from "../../energy/transition.ts";

/** exceeds: its meter shows more than it may. silent: its meter tells no more. refuses, unanswered: the last order. */
export const DOUBTS = ["away", "exceeds", "refuses", "unanswered", "silent"] as const;
export type LoadDoubt = (typeof DOUBTS)[number];

export interface LoadStatus {
  chargePoint: string;
  evseId: number;
  charging: boolean;
  reachable: boolean;
  /** A: what it shall have, what it said that it took, and what it may draw at worst; below zero: it gives back. */
  wanted: number;
  confirmed: number | null;
  worst: number;
  /** A by its meter, and what it would take by that; null: nobody knows. */
  measured: number | null;
  demand: number | null;
  doubt: LoadDoubt | null;
  /** Epoch milliseconds, and Wh. */
  departureAt: number | null;
  neededEnergy: number | null;
  spareEnergy: number | null;
}

export interface SiteStatus {
  at: number;
  /** W that the grid grants to the site now; null: as much as its wires carry. */
  gridLimit: number | null;
  ask: Ask | null;
  /** W that the sun leaves; null: nobody knows. */
  surplus: number | null;
  /** What a kWh costs now; null: nobody told. */
  price: number | null;
  nodes: { id: string /** A or W left, at worst. */; slack: number[] /** W */; baseLoad: number }[];
  loads: LoadStatus[];
}

export interface Seen {
  config: SiteConfig;
  nodes: readonly Node[];
  constraints: readonly Constraint[];
  sessions: readonly Session[];
  wanted: ReadonlyMap<string, number>;
  held: ReadonlyMap<string, Held>;
  tracks: ReadonlyMap<string, Track>;
  doubts: ReadonlyMap<string, LoadDoubt>;
  ask: Ask | undefined;
  surplus: number | undefined;
  price: number | undefined;
  now: number;
}

export function statusOf({ config, nodes, constraints, sessions, held, doubts, ...seen }: Seen): SiteStatus {
  const worst = new Map([...held].map(([id, one]) => [id, worstOf(one)]));
  const sessionOf = new Map(sessions.map((session) => [session.id, session]));
  return {
    at: seen.now,
    gridLimit: seen.ask?.maxW ?? null,
    ask: seen.ask ?? null,
    surplus: seen.surplus ?? null,
    price: seen.price ?? null,
    nodes: nodes.map(({ id, baseLoad = 0 }) => ({
      id,
      slack: constraints
        .filter(({ node, bound }) => node === id && Number.isFinite(bound))
        .map((one) => slackOf(one, worst)),
      baseLoad,
    })),
    loads: config.connections.map((one) => {
      const id = loadId(one);
      const session = sessionOf.get(id);
      const track = seen.tracks.get(id);
      return {
        ...{ chargePoint: one.chargePoint, evseId: one.evseId },
        charging: session !== undefined,
        reachable: held.get(id)?.reachable ?? false,
        wanted: seen.wanted.get(id) ?? 0,
        confirmed: held.get(id)?.confirmed ?? null,
        worst: worst.get(id) ?? 0,
        measured: track?.current ?? null,
        demand: track?.demand ?? null,
        doubt: doubts.get(id) ?? null,
        departureAt: session?.departure ?? null,
        neededEnergy: session?.neededEnergy ?? null,
        spareEnergy: session?.spareEnergy ?? null,
      };
    }),
  };
}

/** Why a charger's word counts for nothing now, or less; undefined: it is believed. */
export function doubtOf(
  known: { reachable: boolean; isAbove: boolean; hasRefused: boolean; isUnanswered: boolean; track: Track | undefined },
  now: number,
  paceMs: number,
): LoadDoubt | undefined {
  if (!known.reachable) return "away";
  if (known.isAbove) return "exceeds";
  if (known.hasRefused) return "refuses";
  if (known.isUnanswered) return "unanswered";
  return isSilent(known.track, now, paceMs) ? "silent" : undefined;
}
