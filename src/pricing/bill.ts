// The total of a bill: its lines with VAT, held between the tariff's least and most.
// Source: OCPI 2.2.1, mod_tariffs, min_price and max_price: each applies without and with VAT.
import { type Amount, exact, larger, smaller, sum, ZERO } from "./amounts.ts";
import type { Line, Period } from "./price.ts";
import type { Price, PricedBy } from "./tariff.ts";

export interface Cost {
  exclVat: Amount;
  /** Undefined: the tariff tells of no VAT. */
  inclVat?: Amount | undefined;
}

export interface Bill {
  currency: string;
  lines: readonly Line[];
  periods: readonly Period[];
  /** What the driver owes; negative where more was earned than used. */
  total: Cost;
}

export function totalOf({ lines, periods }: Pick<Bill, "lines" | "periods">, tariff: PricedBy): Bill {
  const { currency, minPrice, maxPrice } = tariff;
  const costs = costOf(lines, hasVat(tariff));
  // Credit for energy given back is no cost: it neither counts towards the least nor makes room below the most.
  const credit = costOf(lines.filter(isCredit), hasVat(tariff));
  const owed = less(costs, credit);
  const capped = capAt(maxPrice, raiseTo(minPrice, owed, tariff));
  return { currency, lines, periods, total: plus(capped, credit) };
}

/** The cost of some lines of a bill. */
export function costOf(lines: readonly Line[], withVat: boolean): Cost {
  const exclVat = sum(lines.map(({ cost }) => cost));
  if (!withVat) return { exclVat };
  return { exclVat, inclVat: sum(lines.map(({ cost, component }) => cost.mul(vatFactor(component.vat)))) };
}

export const hasVat = ({ elements }: PricedBy): boolean =>
  elements.some(({ priceComponents }) => priceComponents.some(({ vat }) => vat !== undefined));

/** What is to be paid. */
export const due = ({ exclVat, inclVat }: Cost): Amount => inclVat ?? exclVat;

const vatFactor = (percent: number | undefined): Amount =>
  exact(percent ?? 0)
    .div(100)
    .add(1);

const isCredit = ({ dimension }: Line): boolean => dimension === "ENERGY_EXPORT";

const less = (a: Cost, b: Cost): Cost => plus(a, { exclVat: b.exclVat.neg(), inclVat: b.inclVat?.neg() });

function plus(a: Cost, b: Cost): Cost {
  const exclVat = a.exclVat.add(b.exclVat);
  return a.inclVat === undefined ? { exclVat } : { exclVat, inclVat: a.inclVat.add(b.inclVat ?? ZERO) };
}

function raiseTo(least: Price | undefined, cost: Cost, tariff: PricedBy): Cost {
  if (least === undefined) return cost;
  const exclVat = larger(cost.exclVat, exact(least.exclVat));
  if (cost.inclVat === undefined) return { exclVat };
  // A least price without its VAT is taxed as what was bought; where nothing was, as the tariff's first price.
  const inclVat = least.inclVat === undefined ? exclVat.mul(taxOf(cost, tariff)) : exact(least.inclVat);
  return { exclVat, inclVat: larger(cost.inclVat, inclVat) };
}

function capAt(most: Price | undefined, cost: Cost): Cost {
  if (most === undefined) return cost;
  const exclVat = smaller(cost.exclVat, exact(most.exclVat));
  if (cost.inclVat === undefined) return { exclVat };
  // Without its own, the tax shrinks with the price.
  const scaled = cost.exclVat.equals(0) ? cost.inclVat : cost.inclVat.mul(exclVat).div(cost.exclVat);
  const inclVat = most.inclVat === undefined ? scaled : exact(most.inclVat);
  return { exclVat, inclVat: smaller(cost.inclVat, inclVat) };
}

function taxOf({ exclVat, inclVat }: Cost, { elements }: PricedBy): Amount {
  if (inclVat !== undefined && exclVat.compare(0) > 0) return inclVat.div(exclVat);
  const components = elements.flatMap(({ priceComponents }) => priceComponents);
  return vatFactor(components.find(({ vat }) => vat !== undefined)?.vat);
}
