// A tariff in the shape of OCPI 2.2.1 (mod_tariffs), members in camelCase.
// One addition of ours: the dimension ENERGY_EXPORT, what a driver is paid for energy that the car gives back.

export const DIMENSIONS = ["ENERGY", "FLAT", "PARKING_TIME", "TIME", "ENERGY_EXPORT"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;
export type Day = (typeof DAYS)[number];

export const TARIFF_TYPES = ["AD_HOC_PAYMENT", "PROFILE_CHEAP", "PROFILE_FAST", "PROFILE_GREEN", "REGULAR"] as const;

export interface PriceComponent {
  type: Dimension;
  /** Per kWh, hour or session, without VAT. What an ENERGY_EXPORT earns is positive here, too. */
  price: number;
  /** Percent; undefined: no VAT is applicable, which is not the same as 0. */
  vat?: number | undefined;
  /** Wh or seconds; 0 and 1: as measured, up to the next whole one. */
  stepSize: number;
}

/** All that are given must hold. Times and dates are local to the location. */
export interface Restrictions {
  /** HH:MM, inclusive. */
  startTime?: string | undefined;
  /** HH:MM, exclusive; before `startTime`: of the next day. */
  endTime?: string | undefined;
  /** YYYY-MM-DD, inclusive. */
  startDate?: string | undefined;
  /** Exclusive. */
  endDate?: string | undefined;
  /** Energy used so far; min inclusive, max exclusive, as all that follow. */
  minKwh?: number | undefined;
  maxKwh?: number | undefined;
  /** A, summed over the phases. */
  minCurrent?: number | undefined;
  maxCurrent?: number | undefined;
  /** kW */
  minPower?: number | undefined;
  maxPower?: number | undefined;
  /** Seconds since the session began. */
  minDuration?: number | undefined;
  maxDuration?: number | undefined;
  dayOfWeek?: readonly Day[] | undefined;
  reservation?: "RESERVATION" | "RESERVATION_EXPIRES" | undefined;
}

export interface TariffElement {
  priceComponents: readonly PriceComponent[];
  restrictions?: Restrictions | undefined;
}

export interface Price {
  exclVat: number;
  inclVat?: number | undefined;
}

/** What the grid adds to the price of energy for a while (distribution use of system). Negative: it makes it cheaper. */
export interface GridPrice {
  /** Epoch milliseconds; such steps do not overlap. */
  from: number;
  to: number;
  /** Per kWh taken, without VAT, in the tariff's currency. */
  price: number;
}

/** What pricing needs of a tariff. */
export interface PricedBy {
  currency: string;
  elements: readonly TariffElement[];
  minPrice?: Price | undefined;
  maxPrice?: Price | undefined;
}
