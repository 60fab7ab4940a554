// MeterValue of any version, made uniform: Wh, W, A, V, with the specification's defaults filled in.
// Pure and total: whatever a charger sends, what is usable is kept and the rest is dropped.
// Source: OCPP 1.6 section 7.32 and 7.43; OCPP 2.0.1 part 2 SampledValueType.
import { instant, list, number, type Payload, record, text } from "./read.ts";

export interface SampledValue {
  /** In `unit`; null where the charger sent no number (signed data). */
  value: number | null;
  measurand: string;
  unit: string;
  context: string;
  location: string;
  phase?: string;
  /** What the charger sent, where it differs from the above. */
  raw?: Payload;
}

export interface MeterValue {
  /** ISO 8601; the charger's claim, or the receipt where that is insane. */
  sampledAt: string;
  receivedAt: string;
  sampledValue: SampledValue[];
}

/** A MeterValue whose times are not spelt out: all that a frame on its way needs, and much cheaper. */
export interface Sample {
  /** Epoch milliseconds; the charger's claim, or the receipt where that is insane. */
  at: number;
  sampledValue: SampledValue[];
}

export const DEFAULT_MEASURAND = "Energy.Active.Import.Register";

const UNIT_OF_MEASURAND: readonly (readonly [RegExp, string])[] = [
  [/^Energy\.Reactive/, "varh"],
  [/^Energy\.Apparent/, "VAh"],
  [/^Power\.Reactive/, "var"],
  [/^Power\.(Active|Offered|Export|Import)/, "W"],
  [/^Power\.Factor/, ""],
  [/^Power/, "W"],
  [/^Current/, "A"],
  [/^Voltage/, "V"],
  [/^SoC/, "Percent"],
  [/^Temperature/, "Celsius"],
  [/^Frequency/, "Hz"],
  [/^RPM/, "RPM"],
];

/** Unit in lower case -> uniform unit and factor. */
const UNITS: Readonly<Record<string, readonly [string, number]>> = {
  wh: ["Wh", 1],
  kwh: ["Wh", 1000],
  mwh: ["Wh", 1_000_000],
  varh: ["varh", 1],
  kvarh: ["varh", 1000],
  vah: ["VAh", 1],
  kvah: ["VAh", 1000],
  w: ["W", 1],
  kw: ["W", 1000],
  var: ["var", 1],
  kvar: ["var", 1000],
  va: ["VA", 1],
  kva: ["VA", 1000],
  a: ["A", 1],
  ma: ["A", 0.001],
  v: ["V", 1],
  mv: ["V", 0.001],
  celsius: ["Celsius", 1],
  celcius: ["Celsius", 1], // the 1.6 schema itself misspells it
  percent: ["Percent", 1],
  "%": ["Percent", 1],
};

/** The values of a MeterValues, StopTransaction or TransactionEvent payload, in the order sent. */
export function readMeterValues(payload: Payload, receivedAt: number): MeterValue[] {
  const received = new Date(receivedAt).toISOString();
  return readSamples(payload, receivedAt).map(({ at, sampledValue }) => ({
    sampledAt: new Date(at).toISOString(),
    receivedAt: received,
    sampledValue,
  }));
}

/** The same, for whoever reckons with them. */
export function readSamples(payload: Payload, receivedAt: number): Sample[] {
  const samples: Sample[] = [];
  for (const sent of list(payload.meterValue ?? payload.transactionData)) {
    const { timestamp, sampledValue: sentValues } = record(sent);
    const sampledValue: SampledValue[] = [];
    for (const one of list(sentValues)) {
      const value = readSampledValue(one);
      if (value !== undefined) sampledValue.push(value);
    }
    if (sampledValue.length > 0) samples.push({ at: instant(timestamp, receivedAt).at, sampledValue });
  }
  return samples;
}

type Sampled = Pick<Sample, "sampledValue">;

const isImportRegister = ({ measurand, phase, value }: SampledValue): boolean =>
  measurand === DEFAULT_MEASURAND && phase === undefined && value !== null;

/** The newest total import register in Wh, if one is among them. */
export function lastImportRegister(values: readonly Sampled[]): number | undefined {
  for (const { sampledValue } of values.toReversed()) {
    const total = sampledValue.find(isImportRegister);
    if (total?.value != null) return total.value;
  }
  return undefined;
}

/** The total import register in Wh of a reading that was taken at this point, e.g. Transaction.Begin; the first one. */
export function importRegisterAt(values: readonly Sampled[], context?: string): number | undefined {
  for (const { sampledValue } of values) {
    for (const sampled of sampledValue) {
      if (isImportRegister(sampled) && (context === undefined || sampled.context === context))
        return sampled.value ?? undefined;
    }
  }
  return undefined;
}

function readSampledValue(sent: unknown): SampledValue | undefined {
  // A bare number or text stands for the value alone.
  const sample = typeof sent === "object" ? record(sent) : { value: sent };
  const format = text(sample.format);
  const value = format === "SignedData" ? undefined : number(sample.value);
  const signed = format === "SignedData" || sample.signedMeterValue !== undefined;
  if (value === undefined && !signed) return undefined;
  const measurand = text(sample.measurand) ?? DEFAULT_MEASURAND;
  const unitOfMeasure = record(sample.unitOfMeasure);
  const sentUnit = text(sample.unit) ?? text(unitOfMeasure.unit);
  const [unit, factor] = uniformUnit(sentUnit, measurand);
  const scaled = value === undefined ? null : scale(value, factor, number(unitOfMeasure.multiplier) ?? 0);
  const phase = text(sample.phase);
  const asSent =
    typeof sample.value === "number" || typeof sample.value === "string" ? Number(sample.value) : Number.NaN;
  const changed = signed || asSent !== scaled || (sentUnit !== undefined && sentUnit !== unit);
  const read: SampledValue = {
    value: scaled,
    measurand,
    unit,
    context: text(sample.context) ?? "Sample.Periodic",
    location: text(sample.location) ?? "Outlet",
  };
  if (phase !== undefined) read.phase = phase;
  if (changed) read.raw = sample;
  return read;
}

function uniformUnit(sent: string | undefined, measurand: string): readonly [string, number] {
  if (sent === undefined) return [UNIT_OF_MEASURAND.find(([pattern]) => pattern.test(measurand))?.[1] ?? "Wh", 1];
  const key = sent.trim().toLowerCase();
  return (Object.hasOwn(UNITS, key) ? UNITS[key] : undefined) ?? [sent, 1];
}

/** Decimal-safe: 1.1 kWh is 1100 Wh, not 1100.0000000000002. A multiplier that leaves the world of numbers is void. */
function scale(value: number, factor: number, multiplier: number): number {
  if (factor === 1 && multiplier === 0) return value;
  const scaled = Number((value * factor * 10 ** multiplier).toPrecision(15));
  return Number.isFinite(scaled) && (scaled !== 0 || value === 0) ? scaled : value;
}
