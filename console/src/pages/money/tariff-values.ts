// A tariff as its form holds it, and back. What the form does not show stays as it is.
import type { Schemas } from "../../api/client";
import { numberOf, textOf } from "../../ui/form";

type Tariff = Schemas["Tariff"];
type Restrictions = Schemas["TariffRestrictions"];
type Component = Schemas["PriceComponent"];

export const TYPES: NonNullable<Tariff["type"]>[] = [
  ...(["REGULAR", "AD_HOC_PAYMENT", "PROFILE_CHEAP", "PROFILE_FAST", "PROFILE_GREEN"] as const),
];
export const COMPONENT_TYPES: Component["type"][] = ["ENERGY", "TIME", "PARKING_TIME", "FLAT", "ENERGY_EXPORT"];
export const DAYS: NonNullable<Restrictions["dayOfWeek"]> = [
  ...(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const),
];
export const NUMBERS = [
  ...(["minKwh", "maxKwh", "minPower", "maxPower"] as const),
  ...(["minCurrent", "maxCurrent", "minDuration", "maxDuration"] as const),
] as const;

/** A number's field holds "" while it is empty. */
type Amount = number | string;

export interface ComponentValues {
  type: Component["type"];
  price: Amount;
  vat: Amount;
  stepSize: Amount;
}

export interface ElementValues {
  priceComponents: ComponentValues[];
  restrictions: Record<(typeof NUMBERS)[number], Amount> &
    Record<"startTime" | "endTime" | "startDate" | "endDate", string> & {
      dayOfWeek: NonNullable<Restrictions["dayOfWeek"]>;
      reservation: NonNullable<Restrictions["reservation"]> | null;
    };
}

export interface TariffValues {
  id: string;
  currency: string;
  type: NonNullable<Tariff["type"]>;
  minPrice: { exclVat: Amount };
  maxPrice: { exclVat: Amount };
  startDateTime: string;
  endDateTime: string;
  elements: ElementValues[];
}

export const newComponent = (): ComponentValues => ({ type: "ENERGY", price: "", vat: "", stepSize: 1 });

export const elementOf = ({ priceComponents, restrictions = {} }: Schemas["TariffElement"]): ElementValues => ({
  priceComponents: priceComponents.map(({ type, price, vat = "", stepSize = 1 }) => ({ type, price, vat, stepSize })),
  restrictions: {
    startTime: restrictions.startTime ?? "",
    endTime: restrictions.endTime ?? "",
    startDate: restrictions.startDate ?? "",
    endDate: restrictions.endDate ?? "",
    minKwh: restrictions.minKwh ?? "",
    maxKwh: restrictions.maxKwh ?? "",
    minPower: restrictions.minPower ?? "",
    maxPower: restrictions.maxPower ?? "",
    minCurrent: restrictions.minCurrent ?? "",
    maxCurrent: restrictions.maxCurrent ?? "",
    minDuration: restrictions.minDuration ?? "",
    maxDuration: restrictions.maxDuration ?? "",
    dayOfWeek: restrictions.dayOfWeek ?? [],
    reservation: restrictions.reservation ?? null,
  },
});

export const newElement = (): ElementValues => ({
  ...elementOf({ priceComponents: [] }),
  priceComponents: [newComponent()],
});

export const valuesOf = (tariff: Tariff | undefined): TariffValues => ({
  id: tariff?.id ?? "",
  currency: tariff?.currency ?? "EUR",
  type: tariff?.type ?? "REGULAR",
  minPrice: { exclVat: tariff?.minPrice?.exclVat ?? "" },
  maxPrice: { exclVat: tariff?.maxPrice?.exclVat ?? "" },
  startDateTime: tariff?.startDateTime ?? "",
  endDateTime: tariff?.endDateTime ?? "",
  elements: tariff?.elements.map(elementOf) ?? [newElement()],
});

export function tariffOf(values: TariffValues, known: Tariff | undefined): Schemas["NewTariff"] {
  const { lastUpdated: _, ...kept } = known ?? { lastUpdated: "" };
  return {
    ...kept,
    id: textOf(values.id),
    currency: values.currency.trim().toUpperCase(),
    type: values.type,
    minPrice: priceOf(values.minPrice.exclVat, known?.minPrice),
    maxPrice: priceOf(values.maxPrice.exclVat, known?.maxPrice),
    startDateTime: textOf(values.startDateTime),
    endDateTime: textOf(values.endDateTime),
    elements: values.elements.map(({ priceComponents, restrictions }) => ({
      priceComponents: priceComponents.map(({ type, price, vat, stepSize }) => ({
        type,
        price: numberOf(price) ?? 0,
        vat: numberOf(vat),
        stepSize: numberOf(stepSize) ?? 1,
      })),
      restrictions: restrictionsOf(restrictions),
    })),
  };
}

/** undefined: nothing restricts it. */
function restrictionsOf(values: ElementValues["restrictions"]): Restrictions | undefined {
  const restrictions: Restrictions = {
    startTime: textOf(values.startTime),
    endTime: textOf(values.endTime),
    startDate: textOf(values.startDate),
    endDate: textOf(values.endDate),
    dayOfWeek: values.dayOfWeek.length === 0 ? undefined : values.dayOfWeek,
    reservation: values.reservation ?? undefined,
  };
  for (const name of NUMBERS) restrictions[name] = numberOf(values[name]);
  return Object.values(restrictions).every((value) => value === undefined) ? undefined : restrictions;
}

/** A price with VAT of its own keeps it while the price stays. */
function priceOf(exclVat: Amount, known: Schemas["Price"] | undefined): Schemas["Price"] | undefined {
  const value = numberOf(exclVat);
  if (value === undefined) return undefined;
  return value === known?.exclVat ? known : { exclVat: value };
}
