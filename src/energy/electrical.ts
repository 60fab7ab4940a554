// A site's wires: which currents add up where, and what may flow there. Pure.
// Currents are per phase; power is taken at nominal voltage, which is what fuses and contracts are sized for.
// A current below zero is one that a car gives back. Nothing relies on it: a car may stop giving at any moment, and one
// that charges may stop, too. So what charges must fit without what gives back, and the other way round.

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
  /** W over all phases, below zero: how much may flow back; 0: nothing. undefined: as much as may flow there. */
  minPower?: number | undefined;
  /** What else flows there and is not ours to steer: W over all phases; below zero: a roof gives more than is used. */
  baseLoad?: number | undefined;
  /** The same in A of each phase, where it is known; else the base load counts as evenly spread. */
  baseCurrent?: Readonly<Record<Phase, number>> | undefined;
}

/** Something that draws current at a node. */
export interface Load {
  id: string;
  node: string;
  /** The site's phases that it is wired to. */
  phases: readonly Phase[];
}

/** The sum of some loads' currents, each by its factor: of those that charge at most, of those that give back at least. */
export interface Constraint {
  node: string;
  /** Load id -> factor. */
  factors: ReadonlyMap<string, number>;
  /** A or W, whichever the factors make of currents. Never below zero. */
  bound: number;
  /** The same for what flows back. Never above zero. */
  lower: number;
}

/** W that a current through this load is. */
export const powerOf = ({ phases }: Load, amperes: number): number => amperes * phases.length * NOMINAL_VOLTAGE;
export const currentOf = ({ phases }: Load, watts: number): number => watts / (phases.length * NOMINAL_VOLTAGE);

/**
 * Everything that must hold at once: for each node its phases and its power. What others draw leaves less to charge
 * with, and what a roof gives is no promise; wires are not relieved by either, a limit of power is by what is used on site.
 */
export function constraintsOf(nodes: readonly Node[], loads: readonly Load[]): Constraint[] {
  return nodes.flatMap((node) => {
    const below = loads.filter((load) => isBelow(load.node, node.id, nodes));
    if (below.length === 0) return [];
    const constraints: Constraint[] = [];
    const { maxCurrent, maxPower, minPower, baseLoad = 0 } = node;
    if (maxCurrent !== undefined) {
      for (const phase of PHASES) {
        const onPhase = below.filter(({ phases }) => phases.includes(phase));
        const base = node.baseCurrent?.[phase] ?? baseLoad / PHASES.length / NOMINAL_VOLTAGE;
        const factors = new Map(onPhase.map(({ id }) => [id, 1]));
        const bound = Math.max(0, maxCurrent - Math.max(0, base));
        constraints.push({ node: node.id, factors, bound, lower: Math.min(0, -maxCurrent - Math.min(0, base)) });
      }
    }
    if (maxPower !== undefined || minPower !== undefined) {
      const factors = new Map(below.map((load) => [load.id, powerOf(load, 1)]));
      const most = maxPower ?? Number.POSITIVE_INFINITY;
      const bound = Math.max(0, most - Math.max(0, baseLoad));
      constraints.push({ node: node.id, factors, bound, lower: Math.min(0, (minPower ?? -most) - baseLoad) });
    }
    return constraints;
  });
}

/** Whether current to the one flows through the other. */
export function isBelow(id: string, above: string, nodes: readonly Node[]): boolean {
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
  for (const [id, factor] of factors) used += factor * Math.max(0, currents.get(id) ?? 0);
  return bound - used;
}

/** The same of what flows back. */
export function backSlackOf({ factors, lower }: Constraint, currents: ReadonlyMap<string, number>): number {
  let used = 0;
  for (const [id, factor] of factors) used += factor * Math.min(0, currents.get(id) ?? 0);
  return used - lower;
}
