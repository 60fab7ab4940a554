/** What the meter says, as 2.x writes it: numbers with their unit. Decides nothing about when. */
import type { Reading } from "../station.ts";
import type { Context } from "./context.ts";
import type { v201 } from "./messages.ts";
import { iso } from "./types.ts";

/** Measured at the outlet, save what only the vehicle knows. */
type Value = Pick<v201.SampledValueType, "value" | "phase" | "location" | "unitOfMeasure">;

const PHASES = ["L1", "L2", "L3"] as const;
const PHASES_TO_NEUTRAL = ["L1-N", "L2-N", "L3-N"] as const;

const one = (value: number, unit: string): Value[] => [{ value, location: "Outlet", unitOfMeasure: { unit } }];
const perPhase = (names: readonly v201.PhaseEnumType[], count: number, value: number, unit: string): Value[] =>
  one(value, unit).flatMap((whole) =>
    count === 1 ? [whole] : names.slice(0, count).map((phase) => ({ ...whole, phase })),
  );
const tenth = (value: number): number => Math.round(value * 10) / 10;

/** How each measurand is read; an empty answer means that there is nothing to measure now. */
const READERS: Record<string, (reading: Reading) => Value[]> = {
  "Energy.Active.Import.Register": ({ registerWh }) => one(registerWh, "Wh"),
  "Energy.Active.Export.Register": ({ exportWh }) => one(exportWh, "Wh"),
  // Signed: whoever reads only this one sees the direction too.
  "Power.Active.Import": ({ powerW }) => one(powerW, "W"),
  "Power.Active.Export": ({ powerW }) => one(Math.max(0, -powerW), "W"),
  "Current.Import": ({ currentA, phases }) => perPhase(PHASES, phases, tenth(currentA), "A"),
  Voltage: ({ voltageV, phases }) => perPhase(PHASES_TO_NEUTRAL, phases, voltageV, "V"),
  SoC: ({ socPercent }) =>
    socPercent === undefined ? [] : [{ value: socPercent, location: "EV", unitOfMeasure: { unit: "Percent" } }],
};

/** The values that a variable of the device model lists, e.g. "SampledDataCtrlr.TxUpdatedMeasurands". */
export function measure(
  { model, station, dialect }: Context,
  connectorId: number,
  path: string,
  context: v201.ReadingContextEnumType,
): v201.MeterValueType[] {
  const reading = station.read(connectorId);
  const wanted = model.list(path);
  const sampledValue = dialect.measurands
    .filter((measurand) => wanted.includes(measurand))
    .flatMap((measurand) => (READERS[measurand]?.(reading) ?? []).map((value) => ({ ...value, measurand, context })));
  return sampledValue.length > 0 ? [{ timestamp: iso(reading.at), sampledValue }] : [];
}
