// A site as it is configured: its electrical tree, and what hangs on it.
import type { Node, Phase } from "./electrical.ts";
import { NOMINAL_VOLTAGE, PHASES } from "./electrical.ts";
import type { Policy } from "./policies.ts";

export interface Connection {
  /** The OCPP identity, in lower case. */
  chargePoint: string;
  /** OCPP's; in 1.6 the connector. */
  evseId: number;
  node: string;
  phases: readonly Phase[];
  /** A */
  minCurrent: number;
  /** A: what it draws if nobody limits it. */
  maxCurrent: number;
  /** What it is told limits in; direct current has amperes of its own. */
  unit?: "A" | "W" | undefined;
  /** A that it can give back. */
  maxDischarge?: number | undefined;
  priority?: number | undefined;
}

export interface SiteConfig {
  policy: Policy;
  nodes: readonly Node[];
  connections: readonly Connection[];
  /** How often its chargers' meters are looked at while somebody charges. */
  lookSeconds?: number | undefined;
}

/** What a kWh costs from each of these moments (epoch milliseconds) on, in order. */
export type PriceCurve = readonly { from: number; price: number }[];

export const LOOK_SECONDS = 60;

export const loadId = ({ chargePoint, evseId }: Pick<Connection, "chargePoint" | "evseId">): string =>
  `${chargePoint}/${evseId}`;

/** W that the grid connection carries at most: the least of what is said of it. */
export function connectionPower({ nodes }: Pick<SiteConfig, "nodes">): number {
  const root = nodes.find(({ parent }) => parent === undefined);
  const byCurrent = (root?.maxCurrent ?? Number.POSITIVE_INFINITY) * PHASES.length * NOMINAL_VOLTAGE;
  const power = Math.min(byCurrent, root?.maxPower ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(power) ? Math.round(power) : 0;
}

/** What is wrong with a tree; undefined: nothing. */
export function faultIn(nodes: readonly Node[]): string | undefined {
  const ids = new Set(nodes.map(({ id }) => id));
  if (ids.size < nodes.length) return "has two nodes of one name";
  const roots = nodes.filter(({ parent }) => parent === undefined);
  if (roots.length !== 1) return "has not exactly one node without a parent, its grid connection";
  const stray = nodes.find(({ parent }) => parent !== undefined && !ids.has(parent));
  if (stray !== undefined) return `has no node ${stray.parent}, the parent of ${stray.id}`;
  const reached = new Set(roots.map(({ id }) => id));
  for (let grown = 0; grown < reached.size; ) {
    grown = reached.size;
    for (const { id, parent } of nodes) if (parent !== undefined && reached.has(parent)) reached.add(id);
  }
  const lost = nodes.find(({ id }) => !reached.has(id));
  return lost && `has a circle of parents around ${lost.id}`;
}
