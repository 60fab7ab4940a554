// What the grid asks of everything below a transformer, over time. Pure.
import { z } from "zod";
import type { Ask } from "./policies.ts";

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

export interface PriceSignal extends GridSignal {
  /** When it became known: nobody pays for what was said afterwards. */
  createdAt: number;
}

const most = ({ value }: GridPeriod): number => (typeof value === "number" ? value : value[1]);
/** Undefined: it says nothing of the least. */
const least = ({ value }: GridPeriod): number | undefined => (typeof value === "number" ? undefined : value[0]);

/** The periods that hold at a moment. */
const inForce = (signals: readonly GridSignal[], now: number): GridPeriod[] =>
  signals
    .filter(({ cancelledAt }) => cancelledAt === undefined || now < cancelledAt)
    .flatMap(({ periods }) => periods.filter(({ from, to }) => from <= now && now < to));

export interface Band {
  /** W at most. Below zero: at least so much is given back. */
  most: number;
  /** W at least; below zero: as much as may be given back, and shall. Undefined: nothing is said of it. */
  least?: number | undefined;
}

/** The tightest of what is asked now; undefined: nothing is. A least above the most gives way to it. */
export function bandAt(signals: readonly GridSignal[], now: number): Band | undefined {
  const asked = inForce(signals, now);
  if (asked.length === 0) return undefined;
  const upper = Math.min(...asked.map(most));
  const lowers = asked.flatMap((period) => least(period) ?? []);
  return lowers.length === 0 ? { most: upper } : { most: upper, least: Math.min(upper, Math.max(...lowers)) };
}

/** What that is for a site which has this share of what is below the transformer. */
export function askOf({ most, least }: Band, share: number): Ask {
  const ask: Ask = { maxW: most * share };
  if (least === undefined || least >= 0) return ask;
  return { ...ask, minW: least * share, aim: { watts: least * share, by: "givingBack" } };
}

/** Several asks at once: the tightest bounds, the lowest aim. Whoever asks all to help is not outdone by who does not. */
export function together(asks: readonly Ask[]): Ask | undefined {
  if (asks.length === 0) return undefined;
  const given = (values: (number | undefined)[]): number[] => values.filter((value) => value !== undefined);
  const [mosts, leasts] = [given(asks.map(({ maxW }) => maxW)), given(asks.map(({ minW }) => minW))];
  const aims = asks.flatMap(({ aim }) => aim ?? []);
  const strongest = aims.some(({ by }) => by === "all") ? "all" : "givingBack";
  return {
    ...(mosts.length === 0 ? {} : { maxW: Math.min(...mosts) }),
    ...(leasts.length === 0 ? {} : { minW: Math.max(...leasts) }),
    ...(aims.length === 0 ? {} : { aim: { watts: Math.min(...aims.map(({ watts }) => watts)), by: strongest } }),
  };
}

/** When something else will be asked; undefined: never again. */
export function nextChange(signals: readonly GridSignal[], now: number): number | undefined {
  const moments = signals.flatMap(({ periods, cancelledAt }) => [
    ...periods.flatMap(({ from, to }) => [from, to]),
    ...(cancelledAt === undefined ? [] : [cancelledAt]),
  ]);
  const ahead = moments.filter((moment) => moment > now);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

/** A price where one is asked, as steps that do not overlap; of several the one that was told last counts. */
export function priceStepsOf(
  signals: readonly PriceSignal[],
  from: number,
  to: number,
): { from: number; to: number; price: number }[] {
  const newestFirst = signals.toSorted((a, b) => b.createdAt - a.createdAt);
  const known = newestFirst.flatMap(({ periods, createdAt, cancelledAt = Number.POSITIVE_INFINITY }) =>
    periods.map((period) => ({
      price: most(period),
      from: Math.max(period.from, createdAt, from),
      to: Math.min(period.to, cancelledAt, to),
    })),
  );
  const moments = [...new Set(known.flatMap((step) => (step.from < step.to ? [step.from, step.to] : [])))].sort(
    (a, b) => a - b,
  );
  const steps: { from: number; to: number; price: number }[] = [];
  for (const [index, at] of moments.entries()) {
    const end = moments[index + 1];
    const step = known.find((one) => one.from <= at && at < one.to);
    if (step === undefined || end === undefined) continue;
    const last = steps.at(-1);
    if (last?.to === at && last.price === step.price) last.to = end;
    else steps.push({ from: at, to: end, price: step.price });
  }
  return steps;
}

export interface CurvePoint {
  from: number;
  to: number;
  /** At most; null: nothing is asked. */
  value: number | null;
  /** At least; null: nothing is said of it. */
  least: number | null;
}

/** The limit over a stretch of time, as steps. */
export function curveOf(signals: readonly GridSignal[], from: number, to: number): CurvePoint[] {
  const curve: CurvePoint[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(nextChange(signals, at) ?? to, to);
    const band = bandAt(signals, at);
    const [value, least] = [band?.most ?? null, band?.least ?? null];
    const last = curve.at(-1);
    if (last?.value === value && last.least === least) last.to = end;
    else curve.push({ from: at, to: end, value, least });
    at = end;
  }
  return curve;
}
