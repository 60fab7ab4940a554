// What a session's meter values tell a bill: total registers and the current.
import type { MeterValue } from "../ocpp/metering.ts";
import type { Reading } from "../pricing/timeline.ts";

export function readingsOf(values: readonly Pick<MeterValue, "sampledAt" | "sampledValue">[]): Reading[] {
  return values.map(({ sampledAt, sampledValue }) => {
    const total = (measurand: string) =>
      sampledValue.find((sample) => sample.measurand === measurand && sample.phase === undefined)?.value ?? undefined;
    const currents = sampledValue.filter(({ measurand, value }) => measurand === "Current.Import" && value !== null);
    const phases = currents.filter(({ phase }) => phase !== undefined && phase !== "N");
    return {
      at: Date.parse(sampledAt),
      importWh: total("Energy.Active.Import.Register"),
      exportWh: total("Energy.Active.Export.Register"),
      current: (phases.length > 0 ? phases : currents).reduce<number | undefined>(
        (sum, { value }) => (sum ?? 0) + (value ?? 0),
        undefined,
      ),
    };
  });
}
