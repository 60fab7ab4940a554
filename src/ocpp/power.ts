// The power that a session draws, out of its newest meter values. Pure and total.
// Told as such, as currents and voltages, or left to two readings of the register: chargers differ in what they sample.
import { DEFAULT_MEASURAND, type MeterValue, type SampledValue } from "./metering.ts";

/** Registers count in steps: from readings that are closer than this, no power can be told. */
const MIN_BETWEEN_MS = 5_000;
/** What a charger that tells currents alone is taken to have. */
const USUAL_VOLTAGE = 230;
const PHASE = /^L[123](-N)?$/;

/** W, negative: it feeds back. Undefined: these values do not tell. @param values of one session, oldest first */
export function powerOf(values: readonly MeterValue[]): number | undefined {
  for (const { sampledValue } of values.toReversed()) {
    const told = toldPower(sampledValue) ?? fromCurrents(sampledValue);
    if (told !== undefined) return told;
  }
  return fromRegister(values);
}

function toldPower(samples: readonly SampledValue[]): number | undefined {
  const drawn = total(samples, "Power.Active.Import");
  const fed = total(samples, "Power.Active.Export");
  return drawn === undefined && fed === undefined ? undefined : (drawn ?? 0) - (fed ?? 0);
}

/** The value without a phase, or the sum of those with one. */
function total(samples: readonly SampledValue[], measurand: string): number | undefined {
  const fitting = samples.filter((sample) => sample.measurand === measurand && sample.value !== null);
  const whole = fitting.find(({ phase }) => phase === undefined);
  if (whole !== undefined) return whole.value ?? undefined;
  return sum(fitting.filter(({ phase }) => phase !== undefined && PHASE.test(phase)).map(({ value }) => value ?? 0));
}

function fromCurrents(samples: readonly SampledValue[]): number | undefined {
  const usable = samples.filter(({ phase }) => phase === undefined || PHASE.test(phase));
  const currents = usable.filter(({ measurand, value }) => measurand === "Current.Import" && value !== null);
  const perPhase = currents.filter(({ phase }) => phase !== undefined);
  const voltageAt = (phase: string | undefined): number => {
    const voltages = usable.filter(({ measurand, value }) => measurand === "Voltage" && value !== null);
    const own = voltages.find((one) => one.phase?.slice(0, 2) === phase?.slice(0, 2)) ?? voltages[0];
    return own?.value ?? USUAL_VOLTAGE;
  };
  const counted = perPhase.length > 0 ? perPhase : currents.slice(0, 1);
  return sum(counted.map(({ value, phase }) => (value ?? 0) * voltageAt(phase)));
}

function fromRegister(values: readonly MeterValue[]): number | undefined {
  const readings = values.flatMap(({ sampledAt, sampledValue }) => {
    const wh = total(sampledValue, DEFAULT_MEASURAND);
    return wh === undefined ? [] : [{ at: Date.parse(sampledAt), wh }];
  });
  const newest = readings.at(-1);
  const older = newest && readings.findLast(({ at }) => at <= newest.at - MIN_BETWEEN_MS);
  if (newest === undefined || older === undefined || newest.wh < older.wh) return undefined;
  return ((newest.wh - older.wh) * 3_600_000) / (newest.at - older.at);
}

const sum = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((all, value) => all + value, 0);
