// Looks at what all chargers were told and draw, node by node and phase by phase, and at nothing that the server says.
import type { SiteCharger } from "./charger.ts";

export const PHASES = ["L1", "L2", "L3"] as const;
export const NOMINAL_V = 230;
const TOLERANCE_A = 0.01;

export interface JudgedNode {
  id: string;
  parent?: string;
  /** A per phase. */
  maxCurrent: number;
}

export interface Sample {
  /** Hours of the simulated day. */
  hour: number;
  /** kW. */
  limit: number;
  told: number;
  drawn: number;
}

export interface Breach {
  node: string;
  /** A above the limit, at most. */
  by: number;
  ms: number;
}

export class Judge {
  readonly samples: Sample[] = [];
  /** Of what was told, and of what was drawn while nobody lied or had just begun to. */
  readonly told = new Map<string, Breach>();
  readonly drawn = new Map<string, Breach>();
  readonly #chargers: readonly SiteCharger[];
  readonly #nodes: readonly JudgedNode[];

  constructor(chargers: readonly SiteCharger[], nodes: readonly JudgedNode[]) {
    this.#chargers = chargers;
    this.#nodes = nodes;
  }

  /** @param limitW the grid's limit now, which the chargers had the time to follow */
  look(hour: number, elapsedMs: number, limitW: number | undefined): void {
    for (const node of this.#nodes) {
      for (const phase of PHASES) {
        const below = this.#chargers.filter(
          ({ wiring }) => wiring.phases.includes(phase) && (wiring.node === node.id || node.parent === undefined),
        );
        note(this.told, node.id, sum(below, ({ told = 0 }) => told) - node.maxCurrent, elapsedMs);
        note(this.drawn, node.id, sum(below, ({ drawn }) => drawn) - node.maxCurrent, elapsedMs);
      }
    }
    const root = this.#nodes.find(({ parent }) => parent === undefined);
    const wires = (root?.maxCurrent ?? 0) * PHASES.length * NOMINAL_V;
    const watts = (of: (charger: SiteCharger) => number) =>
      sum(this.#chargers, (one) => of(one) * one.wiring.phases.length) * NOMINAL_V;
    const [told, drawn] = [watts(({ told: own = 0 }) => own), watts(({ drawn: own }) => own)];
    if (limitW !== undefined) {
      note(this.told, "signal", (told - limitW) / NOMINAL_V / PHASES.length, elapsedMs);
    }
    this.samples.push({ hour, limit: Math.min(wires, limitW ?? wires) / 1000, told: told / 1000, drawn: drawn / 1000 });
  }
}

const sum = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((total, one) => total + of(one), 0);

function note(breaches: Map<string, Breach>, node: string, by: number, ms: number): void {
  if (by <= TOLERANCE_A) return;
  const known = breaches.get(node) ?? { node, by: 0, ms: 0 };
  breaches.set(node, { node, by: Math.max(known.by, by), ms: known.ms + ms });
}
