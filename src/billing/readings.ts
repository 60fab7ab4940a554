// What a session's meter values tell a bill: total registers and the current. Where a direction has no register, its
// intervals are added up, and where it has none of these, its power.
import type { MeterValue, SampledValue } from "../ocpp/metering.ts";
import type { Reading } from "../pricing/timeline.ts";

type Value = Pick<MeterValue, "sampledAt" | "sampledValue">;
type Direction = "Import" | "Export";
interface Told {
  at: number;
  value: number;
}

/** Further apart, two readings of power say nothing of what was between them. */
const MAX_GAP_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/**
 * @param values of one session, in any order; repeated ones count once
 * @param startedAt epoch milliseconds: where the first interval begins
 */
export function readingsOf(values: readonly Value[], startedAt: number): Reading[] {
  const ordered = values.toSorted((a, b) => Date.parse(a.sampledAt) - Date.parse(b.sampledAt));
  return [
    ...registerOf(ordered, "Import", startedAt).map(({ at, value }) => ({ at, importWh: value })),
    ...registerOf(ordered, "Export", startedAt).map(({ at, value }) => ({ at, exportWh: value })),
    ...ordered.flatMap(({ sampledAt, sampledValue }) => {
      const current = totalOf(sampledValue, "Current.Import");
      return current === undefined ? [] : [{ at: Date.parse(sampledAt), current }];
    }),
  ];
}

function registerOf(values: readonly Value[], direction: Direction, startedAt: number): Told[] {
  const registers = told(values, `Energy.Active.${direction}.Register`);
  if (registers.length > 0) return registers;
  // An interval ends where it is told, and is told once however often it is sent.
  const intervals = atDistinctTimes(told(values, `Energy.Active.${direction}.Interval`));
  if (intervals.length > 0) return addedUp(intervals, startedAt, ({ value }) => Math.max(0, value));
  // What is taken in is not billed on an estimate; what is given back would otherwise be lost to the driver.
  return direction === "Import" ? [] : fromPower(values, startedAt);
}

function fromPower(values: readonly Value[], startedAt: number): Told[] {
  const exported = told(values, "Power.Active.Export");
  const powers =
    exported.length > 0
      ? exported
      : told(values, "Power.Active.Import").map(({ at, value }) => ({ at, value: -value }));
  if (!powers.some(({ value }) => value > 0)) return [];
  return addedUp(atDistinctTimes(powers), startedAt, ({ at, value }, before) =>
    before === undefined || at - before.at > MAX_GAP_MS
      ? 0
      : ((Math.max(0, value) + Math.max(0, before.value)) / 2) * ((at - before.at) / HOUR_MS),
  );
}

/** As a register that began at nothing when the session did. */
function addedUp(
  all: readonly Told[],
  startedAt: number,
  growth: (one: Told, before: Told | undefined) => number,
): Told[] {
  let total = 0;
  const grown = all.map((one, index) => {
    total += growth(one, all[index - 1]);
    return { at: one.at, value: total };
  });
  return [{ at: startedAt, value: 0 }, ...grown];
}

const atDistinctTimes = (all: readonly Told[]): Told[] => [...new Map(all.map((one) => [one.at, one])).values()];

const told = (values: readonly Value[], measurand: string): Told[] =>
  values.flatMap(({ sampledAt, sampledValue }) => {
    const value = totalOf(sampledValue, measurand);
    return value === undefined ? [] : [{ at: Date.parse(sampledAt), value }];
  });

/** At the outlet if it is told of, in all: a total, or else the sum of the phases. */
function totalOf(samples: readonly SampledValue[], measurand: string): number | undefined {
  const all = samples.filter((sample) => sample.measurand === measurand && sample.value !== null);
  const atOutlet = all.filter(({ location }) => location === "Outlet");
  const told = atOutlet.length > 0 ? atOutlet : all;
  const total = told.find(({ phase }) => phase === undefined);
  const isCurrent = measurand.startsWith("Current");
  const phases = told.filter(({ phase }) => phase !== undefined && /^L[123](-N)?$/.test(phase));
  // A current without a phase is of each phase, not of all: where the phases are told, they say more.
  if (total !== undefined && !(isCurrent && phases.length > 0)) return total.value ?? undefined;
  if (phases.length === 0) return undefined;
  return phases.reduce((sum, { value }) => sum + (value ?? 0), 0);
}
