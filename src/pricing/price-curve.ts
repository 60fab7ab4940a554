// What a kWh costs over time where a session begins, as steps: by the tariff that is valid, the clock, and the grid. Pure.
import { ZERO } from "./amounts.ts";
import { clockBoundaries, wallClock } from "./local-time.ts";
import { isActive, thresholdsOf } from "./restrictions.ts";
import type { GridPrice, PricedBy } from "./tariff.ts";

export interface PriceStep {
  from: number;
  to: number;
  /** Per kWh, without VAT and without what the grid adds; null: energy has no price then. */
  price: number | null;
  /** Per kWh that is given back; null: it earns nothing. */
  exportPrice: number | null;
  gridPrice: number;
  currency: string | null;
}

export interface PricedTime {
  /** Epoch milliseconds. */
  from: number;
  to: number;
  timeZone: string;
  /** Every tariff that may count in this time. */
  tariffs: readonly PricedBy[];
  /** The one that counts for a session that begins then. */
  tariffAt: (at: number) => PricedBy | undefined;
  /** When another one may. */
  moments: readonly number[];
  gridPrices: readonly GridPrice[];
}

export function priceCurve({ from, to, timeZone, tariffs, tariffAt, moments, gridPrices }: PricedTime): PriceStep[] {
  const times = tariffs.flatMap(({ elements }) => [...thresholdsOf(elements).times]);
  const others = [...moments, ...gridPrices.flatMap((step) => [step.from, step.to])];
  const cuts = [
    from,
    ...clockBoundaries(from, to, times, timeZone),
    ...others.filter((at) => at > from && at < to),
    to,
  ];
  const steps: PriceStep[] = [];
  const ordered = [...new Set(cuts)].sort((a, b) => a - b);
  for (const [index, at] of ordered.entries()) {
    const end = ordered[index + 1];
    if (end === undefined) break;
    const step = { from: at, to: end, ...pricesAt(at, timeZone, tariffAt(at), gridPrices) };
    const last = steps.at(-1);
    if (last !== undefined && isSame(last, step)) last.to = end;
    else steps.push(step);
  }
  return steps;
}

function pricesAt(at: number, timeZone: string, tariff: PricedBy | undefined, gridPrices: readonly GridPrice[]) {
  const circumstances = { clock: wallClock(at, timeZone), usedKwh: ZERO, elapsedSeconds: ZERO };
  const active = (tariff?.elements ?? []).filter(
    (element) => element.restrictions?.reservation === undefined && isActive(element, circumstances),
  );
  const components = active.flatMap(({ priceComponents }) => priceComponents);
  const priceOf = (kind: string) => components.find(({ type }) => type === kind)?.price ?? null;
  const price = priceOf("ENERGY");
  const added = gridPrices.find((step) => step.from <= at && at < step.to)?.price ?? 0;
  return {
    ...{ price, exportPrice: priceOf("ENERGY_EXPORT"), gridPrice: price === null ? 0 : added },
    currency: tariff?.currency ?? null,
  };
}

const isSame = (a: PriceStep, b: PriceStep): boolean =>
  a.price === b.price && a.exportPrice === b.exportPrice && a.gridPrice === b.gridPrice && a.currency === b.currency;
