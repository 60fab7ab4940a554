// Fewer samples of a charger that sends more than its operator wants to keep. What bills is never thinned: registers,
// signed values, begin and end. The frames themselves stay in the charger's log as they came. Pure.
import type { MeterValue, SampledValue } from "./metering.ts";

const BILLS = /^Energy\./;
const CONTEXTS: ReadonlySet<string> = new Set(["Transaction.Begin", "Transaction.End"]);

const mustStay = ({ measurand, context, value, raw }: SampledValue): boolean =>
  BILLS.test(measurand) || CONTEXTS.has(context) || value === null || raw?.signedMeterValue !== undefined;

/** Thins readings in the order given: of each interval one stays whole. */
export class Thinning {
  readonly #intervalMs: number;
  readonly #kept = new Map<string, number>();

  /** @param interval seconds; 0: everything stays */
  constructor(interval: number) {
    this.#intervalMs = interval * 1000;
  }

  /** @param place what is thinned on its own, e.g. one transaction */
  of(place: string, values: readonly MeterValue[]): MeterValue[] {
    if (this.#intervalMs === 0) return [...values];
    return values.flatMap((value) => {
      // Intervals are those of the clock, so that the same readings thin to the same, however they are cut.
      const slot = Math.floor(Date.parse(value.sampledAt) / this.#intervalMs);
      if (this.#kept.get(place) !== slot) {
        this.#kept.set(place, slot);
        return [value];
      }
      const sampledValue = value.sampledValue.filter(mustStay);
      return sampledValue.length === 0 ? [] : [{ ...value, sampledValue }];
    });
  }
}
