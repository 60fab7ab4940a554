// POST /api/tariffs/preview: what a session would cost under a tariff that need not be stored.
import { createRoute, z } from "@hono/zod-openapi";
import { Cdr } from "../../billing/documents/cdr.ts";
import { locationFields } from "../../billing/documents/location.ts";
import { exact, rounded } from "../../pricing/amounts.ts";
import { type Line, price } from "../../pricing/price.ts";
import type { Interval } from "../../pricing/slices.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, TimestampInput } from "./fields.ts";
import { ocpi } from "./ocpi-names.ts";
import { TariffInput } from "./tariff.ts";

const WEEK_S = 7 * 86_400;
/** As in a charge detail record. */
const PLACES = 4;

const Session = z
  .strictObject({
    startDateTime: TimestampInput,
    timeZone: locationFields.timeZone.openapi({ description: "The location's", example: "Europe/Athens" }),
    energy: z.number().min(0).max(10_000_000).openapi({ description: "Wh, taken evenly while it charges" }),
    chargingTime: z.int().min(1).max(WEEK_S).openapi({ description: "Seconds" }),
    parkingTime: z.int().min(0).max(WEEK_S).default(0).openapi({ description: "Seconds after it" }),
  })
  .openapi("ImaginedSession");

const Preview = z
  .object({
    currency: z.string(),
    totalCost: Cdr.shape.totalCost,
    lines: z.array(
      z.object({
        type: z.enum(["FLAT", "ENERGY", "TIME", "PARKING_TIME"]),
        price: z.number(),
        quantity: z.number().openapi({ description: "kWh, hours, or one session" }),
        cost: z.number().openapi({ description: "Without VAT" }),
      }),
    ),
  })
  .openapi("TariffPreview");

export const tariffPreview = createRouter();

const preview = createRoute({
  method: "post",
  path: "/preview",
  tags: ["tariffs"],
  summary: "What a session would cost",
  description: "Nothing is stored. Prices that depend on a current do not count: nobody measured one.",
  request: { body: { required: true, content: json(z.strictObject({ tariff: ocpi(TariffInput), session: Session })) } },
  responses: { 200: { description: "Its bill", content: json(Preview) }, ...problemResponses(400, 401, 403, 422) },
});

tariffPreview.openapi(preview, (c) => {
  const { tariff, session } = c.req.valid("json");
  const { currency, total, lines } = price({ timeZone: session.timeZone, intervals: intervalsOf(session) }, tariff);
  const { exclVat, inclVat } = total;
  const totalCost = {
    exclVat: rounded(exclVat, PLACES),
    ...(inclVat === undefined ? {} : { inclVat: rounded(inclVat, PLACES) }),
  };
  return c.json({ currency, totalCost, lines: lines.flatMap(shown) }, 200);
});

function intervalsOf({ startDateTime, energy, chargingTime, parkingTime }: z.output<typeof Session>): Interval[] {
  const from = startDateTime.getTime();
  const full = from + chargingTime * 1000;
  const charging = { from, to: full, importedWh: exact(energy), exportedWh: exact(0), charging: true };
  if (parkingTime === 0) return [charging];
  const parking = { importedWh: exact(0), exportedWh: exact(0), charging: false };
  return [charging, { ...parking, from: full, to: full + parkingTime * 1000 }];
}

function shown({ dimension, component, quantity, cost }: Line): z.infer<typeof Preview>["lines"] {
  if (dimension !== "FLAT" && dimension !== "ENERGY" && dimension !== "TIME" && dimension !== "PARKING_TIME") return [];
  const isTime = dimension === "TIME" || dimension === "PARKING_TIME";
  return [
    {
      type: dimension,
      price: component.price,
      quantity: rounded(isTime ? quantity.div(3600) : quantity, PLACES),
      cost: rounded(cost, PLACES),
    },
  ];
}
