// What a grid signal is and where it stands, as words of the console.
import type { Schemas } from "../../api/client";

/** `value`: at most, or at least and at most. */
export interface Signal extends Omit<Schemas["DsoSignal"], "periods"> {
  periods: { from: string; to: string; value: number | number[] }[];
}

export const TYPES: readonly Signal["type"][] = ["capacityLimit", "duosTariff"];

export const kindOf = (type: Signal["type"]): "limit" | "tariff" => (type === "capacityLimit" ? "limit" : "tariff");

export function spanOf({ periods }: Pick<Signal, "periods">): { from: string | undefined; to: string | undefined } {
  const sorted = [...periods].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const ends = periods.map(({ to }) => to).sort((a, b) => Date.parse(a) - Date.parse(b));
  return { from: sorted[0]?.from, to: ends.at(-1) };
}

export function stateOf(signal: Signal, now = Date.now()): "cancelled" | "scheduled" | "active" | "over" {
  if (signal.cancelledAt !== null) return "cancelled";
  const { from, to } = spanOf(signal);
  if (to !== undefined && Date.parse(to) <= now) return "over";
  return from !== undefined && Date.parse(from) > now ? "scheduled" : "active";
}
