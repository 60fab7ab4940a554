// Values that cannot be: kept as they came, but somebody is told. A measurand is a row. Pure.
import type { Fact } from "./facts/fact.ts";
import { finding } from "./handler.ts";
import type { Sample } from "./metering.ts";

/** Uniform measurand or its family -> what any charger may measure, in the uniform unit. */
const BOUNDS: readonly (readonly [family: string, min: number, max: number])[] = [
  ["Energy.", 0, 1e12],
  ["Power.Factor", -1, 1],
  ["Power.", -4e6, 4e6],
  ["Current.", -5_000, 5_000],
  ["Voltage", 0, 2_000],
  ["SoC", 0, 100],
  ["Frequency", 40, 70],
  ["Temperature", -60, 200],
];

/** One finding a measurand, however many values are odd. */
export function implausible(values: readonly Pick<Sample, "sampledValue">[]): Fact[] {
  let found: Map<string, string> | undefined;
  for (const { sampledValue } of values) {
    for (const { measurand, value, unit } of sampledValue) {
      if (value === null || isPlausible(measurand, value)) continue;
      found ??= new Map();
      found.set(measurand.slice(0, 100), `${measurand} of ${value} ${unit}`);
    }
  }
  return found === undefined
    ? []
    : [...found].map(([measurand, detail]) => finding(`implausible:${measurand}`, detail));
}

function isPlausible(measurand: string, value: number): boolean {
  const bounds = BOUNDS.find(([family]) => measurand.startsWith(family));
  return bounds === undefined || (value >= bounds[1] && value <= bounds[2]);
}
