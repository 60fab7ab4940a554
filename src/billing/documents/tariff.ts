// A tariff as it is kept: OCPI 2.2.1, mod_tariffs, in camelCase.
import { z } from "@hono/zod-openapi";
import { DAYS, DIMENSIONS, TARIFF_TYPES } from "../../pricing/tariff.ts";

const Money = z.number().min(0).max(1_000_000);

const Price = z.strictObject({ exclVat: Money, inclVat: Money.optional() }).openapi("Price");

const PriceComponent = z
  .strictObject({
    type: z.enum(DIMENSIONS).openapi({
      description: "ENERGY_EXPORT is ours: what the driver is paid for energy that the car gives back",
    }),
    price: Money.openapi({ description: "Per kWh, hour or session, without VAT" }),
    vat: z.number().min(0).max(100).optional().openapi({ description: "Percent; without it no VAT is applicable" }),
    stepSize: z.int().min(0).default(1).openapi({ description: "Wh or seconds, rounded up once a session" }),
  })
  .openapi("PriceComponent");

const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not a time like 13:30");
const Bound = z.number().min(0).optional();
const Seconds = z.int().min(0).optional();

const TariffRestrictions = z
  .strictObject({
    startTime: ClockTime.optional().openapi({ description: "Local to the location, as all times and dates here" }),
    endTime: ClockTime.optional().openapi({ description: "Exclusive; before startTime: of the next day" }),
    startDate: z.iso.date().optional(),
    endDate: z.iso.date().optional().openapi({ description: "Exclusive" }),
    ...{ minKwh: Bound, maxKwh: Bound, minCurrent: Bound, maxCurrent: Bound, minPower: Bound, maxPower: Bound },
    ...{ minDuration: Seconds, maxDuration: Seconds },
    dayOfWeek: z.array(z.enum(DAYS)).optional(),
    reservation: z.enum(["RESERVATION", "RESERVATION_EXPIRES"]).optional(),
  })
  .openapi("TariffRestrictions");

const TariffElement = z
  .strictObject({
    priceComponents: z.array(PriceComponent).min(1).max(20),
    restrictions: TariffRestrictions.optional(),
  })
  .refine(isPriceable, "a reservation has a price for FLAT and TIME only")
  .openapi("TariffElement");

function isPriceable({
  priceComponents,
  restrictions,
}: {
  priceComponents: { type: string }[];
  restrictions?: object | undefined;
}) {
  if (restrictions === undefined || !("reservation" in restrictions)) return true;
  return priceComponents.every(({ type }) => type === "FLAT" || type === "TIME");
}

/** Of OCPI: its own id, at most 36 characters. */
export const OcpiId = z
  .string()
  .min(1)
  .max(36)
  .regex(/^[\x21-\x7e]+$/, "may have printable ASCII characters without spaces only");

export const tariffFields = {
  countryCode: z.string().length(2).optional(),
  partyId: z.string().length(3).optional(),
  currency: z.string().regex(/^[A-Z]{3}$/, "is not a currency code of ISO 4217"),
  type: z.enum(TARIFF_TYPES).optional(),
  tariffAltText: z.array(z.strictObject({ language: z.string().length(2), text: z.string().max(512) })).optional(),
  tariffAltUrl: z.url().optional(),
  minPrice: Price.optional(),
  maxPrice: Price.optional(),
  elements: z.array(TariffElement).min(1).max(100),
  startDateTime: z.iso.datetime({ offset: true }).optional(),
  endDateTime: z.iso.datetime({ offset: true }).optional(),
};

export const StoredTariff = z.object(tariffFields);
export type StoredTariff = z.infer<typeof StoredTariff>;
