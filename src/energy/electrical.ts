// A site's wires: which currents add up where, and what may flow there. Pure.
// Currents are per phase; power is taken at nominal voltage, which is what fuses and contracts are sized for.

export const PHASES = ["L1", "L2", "L3"] as const;
export type Phase = (typeof PHASES)[number];

/** Between a phase and neutral, V. */
export const NOMINAL_VOLTAGE = 230;

/** A grid connection, a panel or a feeder. */
export interface Node {
  id: string;
  /** What feeds it; undefined: the grid. */
  parent?: string | undefined;
  /** A per phase. */
  maxCurrent?: number | undefined;
  /** W over all phases. */
  maxPower?: number | undefined;
  /** What else flows there and is not ours to steer: W over all phases, evenly spread. */
  baseLoad?: number | undefined;
}

/** Something that draws current at a node. */
export interface Load {
  id: string;
  node: string;
  /** The site's phases that it is wired to. */
  phases: readonly Phase[];
}

/** The sum of some loads' currents, each by its factor, stays below a bound. */
export interface Constraint {
  node: string;
  /** Load id -> factor. */
  factors: ReadonlyMap<string, number>;
  /** A or W, whichever the factors make of currents. Never below zero. */
  bound: number;
}

/** W that a current through this load is. */
export const powerOf = ({ phases }: Load, amperes: number): number => amperes * phases.length * NOMINAL_VOLTAGE;
export const currentOf = ({ phases }: Load, watts: number): number => watts / (phases.length * NOMINAL_VOLTAGE);

/** Everything that must hold at once: for each node its phases and its power. */
export function constraintsOf(nodes: readonly Node[], loads: readonly Load[]): Constraint[] {
  return nodes.flatMap((node) => {
    const below = loads.filter((load) => isBelow(load.node, node.id, nodes));
    if (below.length === 0) return [];
    const base = node.baseLoad ?? 0;
    const constraints: Constraint[] = [];
    if (node.maxCurrent !== undefined) {
      const bound = Math.max(0, node.maxCurrent - base / PHASES.length / NOMINAL_VOLTAGE);
      for (const phase of PHASES) {
        const onPhase = below.filter(({ phases }) => phases.includes(phase));
        constraints.push({ node: node.id, factors: new Map(onPhase.map(({ id }) => [id, 1])), bound });
      }
    }
    if (node.maxPower !== undefined) {
      const factors = new Map(below.map((load) => [load.id, powerOf(load, 1)]));
      constraints.push({ node: node.id, factors, bound: Math.max(0, node.maxPower - base) });
    }
    return constraints;
  });
}

/** Whether current to the one flows through the other. */
function isBelow(id: string, above: string, nodes: readonly Node[]): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined && !seen.has(at); ) {
    if (at === above) return true;
    seen.add(at);
    at = nodes.find((node) => node.id === at)?.parent;
  }
  return false;
}

/** What is left of a bound under these currents, A per load. Below zero: too much flows. */
export function slackOf({ factors, bound }: Constraint, currents: ReadonlyMap<string, number>): number {
  let used = 0;
  for (const [id, factor] of factors) used += factor * (currents.get(id) ?? 0);
  return bound - used;
}
