// What a session or a reservation costs under a tariff. Pure and exact.
// Source: OCPI 2.2.1, mod_tariffs (which component is active) and mod_cdrs (step_size, charging periods).
import Fraction from "fraction.js";
import { type Amount, exact, roundedUpTo, sum, ZERO } from "./amounts.ts";
import { type Bill, totalOf } from "./bill.ts";
import { isActive } from "./restrictions.ts";
import { type Interval, type Slice, seconds, slicesOf } from "./slices.ts";
import {
  DIMENSIONS,
  type Dimension,
  type GridPrice,
  type PriceComponent,
  type PricedBy,
  type TariffElement,
} from "./tariff.ts";

export interface Reservation {
  /** Epoch milliseconds. */
  from: number;
  /** When charging began, or the reservation expired. */
  to: number;
  /** No session followed. */
  expired: boolean;
}

export interface PricedSession {
  /** IANA name: a tariff's times are those of the location. */
  timeZone: string;
  /** What happened, in order, without gaps. Empty: only a reservation. */
  intervals: readonly Interval[];
  reservation?: Reservation | undefined;
  gridPrices?: readonly GridPrice[] | undefined;
}

/** An amount of one dimension at one price. */
export interface Line {
  component: PriceComponent;
  dimension: Dimension | "GRID" | "RESERVATION_TIME" | "RESERVATION_FLAT";
  /** Billed: kWh, seconds or, of a flat fee, one. */
  quantity: Amount;
  /** Without VAT. Negative for energy given back. */
  cost: Amount;
}

/** A stretch of a session in which the same prices were in force. */
export interface Period {
  from: number;
  to: number;
  importedKwh: Amount;
  exportedKwh: Amount;
  chargingSeconds: Amount;
  parkingSeconds: Amount;
  /** What the grid added per kWh. */
  gridPrice: number;
}

type Active = Partial<Record<Dimension, PriceComponent>>;

export function price(session: PricedSession, tariff: PricedBy): Bill {
  const reservation = session.reservation === undefined ? [] : reservationLines(session.reservation, session, tariff);
  const elements = tariff.elements.filter(({ restrictions }) => restrictions?.reservation === undefined);
  const { gridPrices = [] } = session;
  const moments = gridPrices.flatMap(({ from, to }) => [from, to]);
  const priced = slicesOf(session.intervals, elements, session.timeZone, moments).map((slice) => {
    const active = activeIn(slice, elements);
    return { slice, active, gridPrice: gridPriceIn(slice, active, gridPrices) };
  });
  const lines = [
    ...reservation,
    ...flatLines(priced),
    ...energyLines(priced),
    ...gridLines(priced),
    ...timeLines(priced),
  ];
  return totalOf({ lines, periods: periodsOf(priced) }, tariff);
}

interface Priced {
  slice: Slice;
  active: Active;
  gridPrice: number;
}

/** On top of a price for energy: where energy has none, the operator bears what the grid asks. */
const gridPriceIn = (slice: Slice, { ENERGY }: Active, gridPrices: readonly GridPrice[]): number =>
  ENERGY === undefined ? 0 : (gridPrices.find(({ from, to }) => from <= slice.from && slice.from < to)?.price ?? 0);

/** Each dimension has the price of the first element that has one and is active. */
function activeIn(slice: Slice, elements: readonly TariffElement[]): Active {
  const active: Active = {};
  for (const element of elements) {
    if (!isActive(element, slice)) continue;
    for (const component of element.priceComponents) active[component.type] ??= component;
  }
  return active;
}

/** A flat fee is due once, when it first comes into force. */
function flatLines(priced: readonly Priced[]): Line[] {
  const due = new Set(priced.flatMap(({ active: { FLAT } }) => (FLAT === undefined ? [] : [FLAT])));
  return [...due].map((component) => line("FLAT", component, ONE));
}

function energyLines(priced: readonly Priced[]): Line[] {
  const imported = priced.flatMap(({ slice, active }) => use(active.ENERGY, slice.importedKwh));
  const exported = priced.flatMap(({ slice, active }) => use(active.ENERGY_EXPORT, slice.exportedKwh));
  const step = (component: PriceComponent) => new Fraction(Math.max(component.stepSize, 0), 1000);
  return [
    ...lines("ENERGY", withStep(imported, step)),
    // Nobody is paid for more than was given.
    ...lines("ENERGY_EXPORT", exported),
  ];
}

/** Taxed as the energy that it comes with; as measured, without a step. */
function gridLines(priced: readonly Priced[]): Line[] {
  const components = new Map<string, PriceComponent>();
  const uses = priced.flatMap(({ slice, active: { ENERGY }, gridPrice }) => {
    if (gridPrice === 0) return [];
    const key = `${gridPrice}/${ENERGY?.vat}`;
    const component = components.get(key) ?? { type: "ENERGY", price: gridPrice, vat: ENERGY?.vat, stepSize: 0 };
    components.set(key, component);
    return use(component, slice.importedKwh);
  });
  return lines("GRID", uses);
}

/** The step of time counts once: for what the session did last, charging or parking, over all of it. */
function timeLines(priced: readonly Priced[]): Line[] {
  const charging = priced.flatMap(({ slice, active }) => (slice.charging ? use(active.TIME, seconds(slice)) : []));
  const parking = priced.flatMap(({ slice, active }) =>
    slice.charging ? [] : use(active.PARKING_TIME, seconds(slice)),
  );
  const last = priced.findLast(({ slice, active }) => (slice.charging ? active.TIME : active.PARKING_TIME));
  const step = (component: PriceComponent) => new Fraction(Math.max(component.stepSize, 0));
  return [
    ...lines("TIME", last?.slice.charging ? withStep(charging, step) : charging),
    ...lines("PARKING_TIME", last !== undefined && !last.slice.charging ? withStep(parking, step) : parking),
  ];
}

/** Of an expired reservation, what is priced for expiry comes first. */
function reservationLines(reservation: Reservation, { timeZone }: PricedSession, { elements }: PricedBy): Line[] {
  const { from, to, expired } = reservation;
  const ofKind = (kind: string) => elements.filter(({ restrictions }) => restrictions?.reservation === kind);
  const candidates = [...(expired ? ofKind("RESERVATION_EXPIRES") : []), ...ofKind("RESERVATION")];
  const interval: Interval = { from, to, importedWh: ZERO, exportedWh: ZERO, charging: false };
  const priced = slicesOf([interval], candidates, timeZone).map((slice) => ({
    slice,
    active: activeIn(slice, candidates),
    gridPrice: 0,
  }));
  const time = priced.flatMap(({ slice, active }) => use(active.TIME, seconds(slice)));
  const step = (component: PriceComponent) => new Fraction(Math.max(component.stepSize, 0));
  return [
    ...flatLines(priced).map((flat) => ({ ...flat, dimension: "RESERVATION_FLAT" as const })),
    ...lines("RESERVATION_TIME", withStep(time, step)),
  ];
}

interface Use {
  component: PriceComponent;
  quantity: Amount;
}

const use = (component: PriceComponent | undefined, quantity: Amount): Use[] =>
  component === undefined ? [] : [{ component, quantity }];

/** The whole, rounded up to the step of the last price; what that adds is billed at the last price. */
function withStep(uses: readonly Use[], stepOf: (component: PriceComponent) => Amount): Use[] {
  const last = uses.at(-1);
  if (last === undefined) return [];
  const total = sum(uses.map(({ quantity }) => quantity));
  const extra = roundedUpTo(total, stepOf(last.component)).sub(total);
  return [...uses, { component: last.component, quantity: extra }];
}

/** One line for each price, in the order of their first use. */
function lines(dimension: Line["dimension"], uses: readonly Use[]): Line[] {
  const quantities = new Map<PriceComponent, Amount>();
  for (const { component, quantity } of uses) {
    quantities.set(component, (quantities.get(component) ?? ZERO).add(quantity));
  }
  return [...quantities]
    .filter(([, quantity]) => !quantity.equals(0))
    .map(([component, quantity]) => line(dimension, component, quantity));
}

function line(dimension: Line["dimension"], component: PriceComponent, quantity: Amount): Line {
  const units = PER_HOUR.has(dimension) ? quantity.div(3600) : quantity;
  const cost = exact(component.price).mul(units);
  return { component, dimension, quantity, cost: dimension === "ENERGY_EXPORT" ? cost.neg() : cost };
}

const ONE: Amount = new Fraction(1);
const PER_HOUR: ReadonlySet<Line["dimension"]> = new Set(["TIME", "PARKING_TIME", "RESERVATION_TIME"]);

/** A new period begins where another price comes into force. */
function periodsOf(priced: readonly Priced[]): Period[] {
  const periods: (Period & { active: Active })[] = [];
  for (const { slice, active, gridPrice } of priced) {
    const last = periods.at(-1);
    const zero = { importedKwh: ZERO, exportedKwh: ZERO, chargingSeconds: ZERO, parkingSeconds: ZERO };
    const period =
      last !== undefined && last.gridPrice === gridPrice && isSame(last.active, active)
        ? last
        : { from: slice.from, ...zero, active, gridPrice, to: 0 };
    if (period !== last) periods.push(period);
    period.to = slice.to;
    period.importedKwh = period.importedKwh.add(slice.importedKwh);
    period.exportedKwh = period.exportedKwh.add(slice.exportedKwh);
    const spent = slice.charging ? "chargingSeconds" : "parkingSeconds";
    period[spent] = period[spent].add(seconds(slice));
  }
  return periods.map(({ active: _, ...period }) => period);
}

const isSame = (a: Active, b: Active): boolean => DIMENSIONS.every((dimension) => a[dimension] === b[dimension]);
