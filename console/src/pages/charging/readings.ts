// Meter values as curves. A charger tells a measurand for the whole connector, by phase, or both.
import type { Schemas } from "../../api/client";
import type { Series } from "../../ui/curve";

type MeterValue = Schemas["MeterValue"];
type Sample = Schemas["SampledValue"];

interface Kind {
  measurand: string;
  /** Of the curve, and how its values are made of the API's unit. */
  unit: string;
  factor: number;
  /** Phases add up to the whole. */
  isSum?: true;
}

/** In the order of the legend. */
const KINDS: readonly Kind[] = [
  { measurand: "Power.Active.Import", unit: "kW", factor: 1 / 1000, isSum: true },
  { measurand: "Power.Active.Export", unit: "kW", factor: 1 / 1000, isSum: true },
  { measurand: "Power.Offered", unit: "kW", factor: 1 / 1000 },
  { measurand: "Current.Import", unit: "A", factor: 1 },
  { measurand: "Current.Export", unit: "A", factor: 1 },
  { measurand: "Current.Offered", unit: "A", factor: 1 },
  { measurand: "Voltage", unit: "V", factor: 1 },
  { measurand: "SoC", unit: "%", factor: 1 },
  { measurand: "Energy.Active.Import.Register", unit: "kWh", factor: 1 / 1000 },
  { measurand: "Energy.Active.Export.Register", unit: "kWh", factor: 1 / 1000 },
];

/** Where the car is. What the grid's side says is another thing. */
const PLACES = new Set(["Outlet", "Cable", "EV"]);

export interface Curves {
  /** Epoch milliseconds, ascending. */
  times: number[];
  /** By measurand; the label is the phase, or the measurand itself. */
  byMeasurand: { measurand: string; unit: string; series: Series[] }[];
}

export function curvesOf(readings: readonly MeterValue[]): Curves {
  const sorted = [...readings].sort((a, b) => Date.parse(a.sampledAt) - Date.parse(b.sampledAt));
  const times = sorted.map(({ sampledAt }) => Date.parse(sampledAt));
  const byMeasurand = KINDS.flatMap((kind) => {
    const samples = sorted.map(({ sampledValue }) => sampledValue.filter((sample) => isOf(kind, sample)));
    const phases = [...new Set(samples.flatMap((some) => some.map(phaseOf)))].sort();
    if (phases.length === 0) return [];
    const series =
      phases.includes("") || kind.isSum
        ? [line(kind, kind.measurand, samples, whole)]
        : phases.map((phase) => line(kind, phase, samples, (some) => valueAt(some, phase)));
    return [{ measurand: kind.measurand, unit: kind.unit, series }];
  });
  return { times, byMeasurand };
}

type Choose = (samples: readonly Sample[]) => number | null;

function line({ unit, factor }: Kind, label: string, samples: readonly Sample[][], choose: Choose): Series {
  const values = samples.map((some) => {
    const value = choose(some);
    return value === null ? null : value * factor;
  });
  return { label, unit, values };
}

function whole(samples: readonly Sample[]): number | null {
  const told = valueAt(samples, "");
  const phases = samples.flatMap((sample) => (/^L[123](-N)?$/.test(phaseOf(sample)) ? [sample.value] : []));
  if (told !== null || phases.length === 0) return told;
  return phases.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

const isOf = ({ measurand }: Kind, sample: Sample): boolean =>
  sample.measurand === measurand && PLACES.has(sample.location);

/** Whole readings have none. */
const phaseOf = ({ phase }: Sample): string => phase ?? "";

const valueAt = (samples: readonly Sample[], phase: string): number | null =>
  samples.find((sample) => phaseOf(sample) === phase)?.value ?? null;
