// What flows at a node besides the chargers, as a meter there tells: it counts at once when it rises, and falls only
// when it has stayed low for a while, so that a lift or an oven does not send orders around. Pure.
import { NOMINAL_VOLTAGE, type Node, PHASES, type Phase } from "./electrical.ts";

type PerPhase = Readonly<Record<Phase, number>>;

/** Of everything but the chargers; below zero: a roof gives more than is used. */
export interface BaseReading {
  /** Epoch milliseconds. */
  at: number;
  /** W */
  watts: number;
  /** A, where each phase was told. */
  currents?: PerPhase | undefined;
}

/** The most within so long counts. */
const WINDOW_MS = 5 * 60_000;
/** One in three seconds. */
const MAX_READINGS = 100;
/** After that nobody knows any more: what is configured counts, or the last that was told if that is more. */
const STALE_MS = 15 * 60_000;

/** @returns those that may still matter, oldest first */
export function withReading(readings: readonly BaseReading[], reading: BaseReading): BaseReading[] {
  const kept = [...readings, reading].toSorted((a, b) => a.at - b.at).slice(-MAX_READINGS);
  const newest = kept.at(-1)?.at ?? 0;
  return kept.filter(({ at }) => newest - at <= WINDOW_MS);
}

export interface Base {
  baseLoad: number;
  baseCurrent?: PerPhase | undefined;
  /** A meter told it of late. */
  isFresh: boolean;
}

export function baseOf(readings: readonly BaseReading[], configured: number | undefined, now: number): Base {
  const last = readings.at(-1);
  if (last === undefined) return { baseLoad: configured ?? 0, isFresh: false };
  const counting = readings.filter(({ at }) => last.at - at <= WINDOW_MS);
  const watts = Math.max(...counting.map((one) => one.watts));
  const phases = counting.flatMap(({ currents }) => currents ?? []);
  const baseCurrent = phases.length === counting.length ? mostOf(phases) : undefined;
  if (now - last.at <= STALE_MS) return { baseLoad: watts, baseCurrent, isFresh: true };
  return { baseLoad: Math.max(watts, configured ?? 0), baseCurrent: undefined, isFresh: false };
}

function mostOf(all: readonly PerPhase[]): PerPhase {
  const [L1, L2, L3] = PHASES.map((phase) => Math.max(...all.map((one) => one[phase])));
  return { L1: L1 ?? 0, L2: L2 ?? 0, L3: L3 ?? 0 };
}

/** The nodes with what their meters told. */
export const measuredNodes = (
  nodes: readonly Node[],
  readings: ReadonlyMap<string, readonly BaseReading[]>,
  now: number,
): Node[] =>
  nodes.map((node) => {
    const { baseLoad, baseCurrent } = baseOf(readings.get(node.id) ?? [], node.baseLoad, now);
    return { ...node, baseLoad, baseCurrent };
  });

/** W that the roof makes and nobody uses; undefined: no meter at the grid connection tells. */
export function surplusOf(
  nodes: readonly Node[],
  readings: ReadonlyMap<string, readonly BaseReading[]>,
  now: number,
): number | undefined {
  const root = nodes.find(({ parent }) => parent === undefined);
  const { baseLoad, isFresh } = baseOf(readings.get(root?.id ?? "") ?? [], undefined, now);
  return isFresh ? Math.max(0, -baseLoad) : undefined;
}

/** What is left of a node's meter without the chargers below it, as far as their own meters tell. */
export function withoutChargers(
  told: BaseReading,
  chargers: readonly { watts: number; currents: PerPhase }[],
): BaseReading {
  const { at, currents } = told;
  const watts = told.watts - chargers.reduce((sum, one) => sum + one.watts, 0);
  const left = (phase: Phase) => (currents?.[phase] ?? 0) - chargers.reduce((sum, one) => sum + one.currents[phase], 0);
  return { at, watts, ...(currents && { currents: { L1: left("L1"), L2: left("L2"), L3: left("L3") } }) };
}

/** W of currents, where a meter tells nothing else. */
export const wattsOf = (currents: PerPhase): number =>
  PHASES.reduce((sum, phase) => sum + currents[phase] * NOMINAL_VOLTAGE, 0);
