// What a session really draws, as its meter shows, and what follows from it: how much it would take, so that the others
// get what it leaves; and whether it draws more than it was told. Pure.
import type { MeterValue } from "../ocpp/metering.ts";
import { lastImportRegister } from "../ocpp/metering.ts";
import { powerOf } from "../ocpp/power.ts";
import { type Load, NOMINAL_VOLTAGE, PHASES, type Phase } from "./electrical.ts";

export interface Draw {
  /** Epoch milliseconds of receipt: chargers' clocks are their own. */
  at: number;
  /** W; below zero: it gives back. */
  watts: number | undefined;
  /** A of each phase that was told. */
  currents: Partial<Record<Phase, number>>;
  /** Wh, registers. */
  imported: number | undefined;
  exported: number | undefined;
}

/** @param values of one session, oldest first */
export function drawOf(values: readonly MeterValue[]): Draw | undefined {
  const last = values.at(-1);
  if (last === undefined) return undefined;
  const currents: Partial<Record<Phase, number>> = {};
  for (const { measurand, phase, value } of last.sampledValue) {
    const name = PHASES.find((one) => one === phase?.slice(0, 2) && phase.length < 5 && !phase.includes("-L"));
    if (measurand === "Current.Import" && name !== undefined && value !== null) currents[name] = value;
  }
  return {
    at: Date.parse(last.receivedAt),
    watts: powerOf(values),
    currents,
    imported: lastImportRegister(values),
    exported: lastExport(values),
  };
}

function lastExport(values: readonly MeterValue[]): number | undefined {
  for (const { sampledValue } of values.toReversed()) {
    const total = sampledValue.find(
      (one) => one.measurand === "Energy.Active.Export.Register" && one.phase === undefined,
    );
    if (total?.value != null) return total.value;
  }
  return undefined;
}

/** A of the fullest phase: at least, and at most where nobody told which phases the power flows through. */
export function currentIn(draw: Draw, load: Load, phasesUsed?: number): { least: number; most: number } | undefined {
  const told = Object.values(draw.currents);
  if (told.length > 0 && (draw.watts ?? 0) >= 0) {
    const fullest = Math.max(...told);
    return { least: fullest, most: fullest };
  }
  if (draw.watts === undefined) return undefined;
  const amperes = draw.watts / NOMINAL_VOLTAGE;
  if (amperes < 0) return { least: amperes / load.phases.length, most: amperes / load.phases.length };
  const known = phasesUsed !== undefined && phasesUsed > 0 ? Math.min(phasesUsed, load.phases.length) : undefined;
  return { least: amperes / (known ?? load.phases.length), most: amperes / (known ?? 1) };
}

/** What is known of a session by its meter. */
export interface Track {
  /** A that it would take; undefined: more than it is allowed, as far as anybody knows. */
  demand?: number | undefined;
  /** A at the last reading, least. */
  current: number;
  /** Epoch milliseconds of the last reading. */
  at: number;
  /** How many readings in a row were above what it is allowed. */
  excesses: number;
  /** Between the last two readings. */
  intervalMs?: number | undefined;
}

/** A that a session is left beyond what it draws, so that it can show that it would take more. */
const MARGIN_A = 2;
/** A below its limit from where it counts as held back by it. Less than the margin, by more than a meter flickers. */
const HELD_BACK_A = 1;
/** A by which a demand must differ to count as another. */
const CHANGED_A = 1;
/** Cars overshoot, meters err, and mains are not at 230 V: that much is no lie. */
const TOLERATED_A = 1;
const TOLERATED_SHARE = 0.1;

interface Seen {
  draw: Draw;
  load: Load;
  phasesUsed?: number | undefined;
  /** A that it was told, and took. */
  allowed: number;
  /** It could follow: the reading was taken long enough after that. */
  isSettled: boolean;
}

/** The track after one more reading; the same reading again changes nothing. */
export function follow(
  track: Track | undefined,
  { draw, load, phasesUsed, allowed, isSettled }: Seen,
): Track | undefined {
  const current = currentIn(draw, load, phasesUsed);
  if (current === undefined || (track !== undefined && draw.at <= track.at)) return track;
  const { least, most } = current;
  const isAbove = least > Math.max(0, allowed) * (1 + TOLERATED_SHARE) + TOLERATED_A;
  return {
    demand: isSettled && allowed > 0 ? demandOf(track?.demand, most, allowed) : track?.demand,
    current: least,
    at: draw.at,
    excesses: isAbove ? (isSettled ? (track?.excesses ?? 0) + 1 : (track?.excesses ?? 0)) : 0,
    intervalMs: track === undefined ? undefined : draw.at - track.at,
  };
}

/** It stays what it was for as long as it explains what is seen: so noise moves nothing. */
function demandOf(before: number | undefined, current: number, allowed: number): number | undefined {
  if (current >= allowed - HELD_BACK_A) return undefined;
  const demand = current + MARGIN_A;
  return before !== undefined && Math.abs(demand - before) <= CHANGED_A ? before : demand;
}

/** A that it draws at worst by its meter; undefined: it keeps to what it was told. @param most A that it could ever draw */
export function excessOf(track: Track | undefined, most: number): number | undefined {
  if (track === undefined || track.excesses === 0) return undefined;
  // One reading may be wrong; of one that goes on nobody knows where it ends.
  return track.excesses === 1 ? track.current : Math.max(most, track.current);
}

/** Readings that came at this pace should have come again. */
export function isSilent(track: Track | undefined, now: number, paceMs: number): boolean {
  return track !== undefined && now - track.at > Math.max(3 * (track.intervalMs ?? 0), 5 * paceMs);
}
