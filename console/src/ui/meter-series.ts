// Curves out of meter values: the totals of power, current, voltage, energy and state of charge, whatever phases and
// places they were told for.
import type { Schemas } from "../api/client";
import type { Series } from "./curve";

type MeterValue = Schemas["MeterValue"];
type Sample = Schemas["SampledValue"];

interface Kind {
  measurand: string;
  /** `curves.<name>` of the common texts. */
  name: string;
  unit: string;
  /** To the unit of the curve, by the unit that was told. */
  per: Readonly<Record<string, number>>;
  /** How readings of the phases make one. */
  join: (values: number[]) => number;
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: number[]): number => sum(values) / values.length;
const most = (values: number[]): number => Math.max(...values);

const KINDS: readonly Kind[] = [
  { measurand: "Power.Active.Import", name: "power", unit: "kW", per: { W: 0.001, kW: 1 }, join: sum },
  { measurand: "Current.Import", name: "current", unit: "A", per: { A: 1 }, join: most },
  { measurand: "Voltage", name: "voltage", unit: "V", per: { V: 1 }, join: mean },
  { measurand: "SoC", name: "soc", unit: "%", per: { Percent: 1, "%": 1 }, join: mean },
];

export interface Curves {
  /** Epoch milliseconds. */
  times: number[];
  /** Of those kinds alone that were measured. */
  series: (Omit<Series, "label"> & { name: string })[];
}

export function curvesOf(meterValues: readonly MeterValue[]): Curves {
  const byTime = new Map<number, Sample[]>();
  for (const { sampledAt, sampledValue } of meterValues) {
    const at = Date.parse(sampledAt);
    byTime.set(at, [...(byTime.get(at) ?? []), ...sampledValue]);
  }
  const times = [...byTime.keys()].sort((one, other) => one - other);
  const series = KINDS.map((kind) => ({
    name: kind.name,
    unit: kind.unit,
    values: times.map((at) => reading(byTime.get(at) ?? [], kind)),
  }));
  return { times, series: series.filter(({ values }) => values.some((value) => value !== null)) };
}

/** The total if it was told, else what the phases make together. */
function reading(samples: readonly Sample[], { measurand, per, join }: Kind): number | null {
  const told = samples.flatMap((sample) => {
    const factor = per[sample.unit];
    if (sample.measurand !== measurand || sample.value === null || factor === undefined) return [];
    return sample.location === "Outlet" || sample.location === "EV"
      ? [{ ...sample, value: sample.value * factor }]
      : [];
  });
  const total = told.find(({ phase }) => phase == null || phase === "");
  if (total !== undefined) return total.value;
  return told.length === 0 ? null : join(told.map(({ value }) => value));
}
