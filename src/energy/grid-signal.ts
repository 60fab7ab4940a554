// What the grid asks of everything below a transformer, over time. Pure.
import { z } from "zod";

/** A limit from a moment to another: an upper bound, or a band whose lower bound, if negative, asks to give back. */
export const GridPeriod = z.object({
  /** Epoch milliseconds. */
  from: z.number(),
  to: z.number(),
  /** W (or a price): at most, or [at least, at most]. */
  value: z.union([z.number(), z.tuple([z.number(), z.number()])]),
});
export type GridPeriod = z.infer<typeof GridPeriod>;

export const GridPeriods = z.array(GridPeriod);

export interface GridSignal {
  periods: readonly GridPeriod[];
  /** Epoch milliseconds; undefined: in force. */
  cancelledAt?: number | undefined;
}

const most = ({ value }: GridPeriod): number => (typeof value === "number" ? value : value[1]);

const current = (signals: readonly GridSignal[], now: number): GridPeriod[] =>
  signals
    .filter(({ cancelledAt }) => cancelledAt === undefined || now < cancelledAt)
    .flatMap(({ periods }) => periods.filter(({ from, to }) => from <= now && now < to));

/** W at most, the tightest of what is asked now; undefined: nothing is. */
export function limitAt(signals: readonly GridSignal[], now: number): number | undefined {
  const limits = current(signals, now).map(most);
  return limits.length === 0 ? undefined : Math.max(0, Math.min(...limits));
}

/** When something else will be asked; undefined: never again. */
export function nextChange(signals: readonly GridSignal[], now: number): number | undefined {
  const moments = signals.flatMap(({ periods }) => periods.flatMap(({ from, to }) => [from, to]));
  const ahead = moments.filter((moment) => moment > now);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

export interface CurvePoint {
  from: number;
  to: number;
  /** null: nothing is asked. */
  value: number | null;
}

/** The limit over a stretch of time, as steps. */
export function curveOf(signals: readonly GridSignal[], from: number, to: number): CurvePoint[] {
  const curve: CurvePoint[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(nextChange(signals, at) ?? to, to);
    const value = limitAt(signals, at) ?? null;
    const last = curve.at(-1);
    if (last?.value === value) last.to = end;
    else curve.push({ from: at, to: end, value });
    at = end;
  }
  return curve;
}
