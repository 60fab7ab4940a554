// What a site is told besides its configuration: a price curve, and what meters at its nodes show.
import { createRoute, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { sites as table } from "../../db/schema.ts";
import { Prices } from "../../durable-objects/site/observe.ts";
import { siteOf } from "../../durable-objects/stubs.ts";
import { wattsOf } from "../../energy/base-load.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, TimestampInput, timestamp } from "./fields.ts";

export const siteInputs = createRouter();

const Id = z.object({ id: z.string() });

const Curve = z.object({ items: z.array(z.object({ from: Timestamp, price: z.number() })) }).openapi("PriceCurve");

const CurveInput = z
  .strictObject({
    items: z
      .array(z.strictObject({ from: TimestampInput, price: z.number().min(-1_000_000).max(1_000_000) }))
      .max(2_000)
      .refine((items) => items.every(({ from }, i) => i === 0 || from > (items[i - 1]?.from ?? from)), {
        message: "is not in the order of time",
      }),
  })
  .openapi("PriceCurveInput");

const putPrices = createRoute({
  method: "put",
  path: "/{id}/prices",
  tags: ["sites"],
  summary: "Tell what energy costs at a site",
  description:
    "For the policy price: what a kWh costs from each of these moments on, e.g. a day-ahead curve, in any unit of money. It replaces the one before.",
  request: { params: Id, body: { required: true, content: json(CurveInput) } },
  responses: {
    200: { description: "As it is now", content: json(Curve) },
    ...problemResponses(400, 401, 403, 404, 422),
  },
});

siteInputs.openapi(putPrices, async (c) => {
  const { id } = c.req.valid("param");
  const prices = c.req.valid("json").items.map(({ from, price }) => ({ from: from.getTime(), price }));
  const [row] = await database(c.env)
    .update(table)
    .set({ prices: JSON.stringify(prices) })
    .where(eq(table.id, id))
    .returning({ id: table.id });
  if (row === undefined) return problem(c, unknown(id));
  await siteOf(c.env, id).poke();
  return c.json(presentCurve(prices), 200);
});

const readPrices = createRoute({
  method: "get",
  path: "/{id}/prices",
  tags: ["sites"],
  summary: "What energy costs at a site",
  request: { params: Id },
  responses: {
    200: { description: "In order of time; empty: nobody told", content: json(Curve) },
    ...problemResponses(401, 403, 404),
  },
});

siteInputs.openapi(readPrices, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.sites.findFirst({ where: eq(table.id, id), columns: { prices: true } });
  if (row === undefined) return problem(c, unknown(id));
  return c.json(presentCurve(row.prices === null ? [] : Prices.parse(JSON.parse(row.prices))), 200);
});

const presentCurve = (prices: z.infer<typeof Prices>): z.infer<typeof Curve> => ({
  items: prices.map(({ from, price }) => ({ from: timestamp(new Date(from)), price })),
});

const Amperes = z.number().min(-10_000).max(10_000);

const Measurement = z
  .strictObject({
    at: TimestampInput.optional().openapi({ description: "Now, by default" }),
    node: z.string().min(1).max(100).optional().openapi({ description: "The grid connection, by default" }),
    powerW: z
      .number()
      .min(-100_000_000)
      .max(100_000_000)
      .optional()
      .openapi({ description: "Below zero: it flows back. Without it, of the currents at 230 V" }),
    currentsA: z.strictObject({ L1: Amperes, L2: Amperes, L3: Amperes }).optional(),
    includesChargers: z.boolean().default(true).openapi({
      description: "The meter sees the chargers, too: what their own meters tell is taken off",
    }),
  })
  .refine(
    ({ powerW, currentsA }) => powerW !== undefined || currentsA !== undefined,
    "has neither powerW nor currentsA",
  )
  .openapi("SiteMeasurement");

const measure = createRoute({
  method: "post",
  path: "/{id}/measurements",
  tags: ["sites"],
  summary: "Tell what a meter at a site shows",
  description:
    "What the building draws is left to it, at once when it rises and after five minutes when it falls; what its roof gives and nobody uses is for the policy solar. After a quarter of an hour without a word, the configured base load counts again, or the last measured if that is more.",
  request: { params: Id, body: { required: true, content: json(Measurement) } },
  responses: { 204: { description: "Taken: the power is shared anew" }, ...problemResponses(400, 401, 403, 404, 422) },
});

siteInputs.openapi(measure, async (c) => {
  const { id } = c.req.valid("param");
  const { at = new Date(), node, powerW, currentsA, includesChargers } = c.req.valid("json");
  const row = await database(c.env).query.sites.findFirst({ where: eq(table.id, id), columns: { id: true } });
  if (row === undefined) return problem(c, unknown(id));
  const watts = powerW ?? (currentsA === undefined ? 0 : wattsOf(currentsA));
  // A meter whose clock is ahead would keep its word in force for as long.
  const reading = { at: Math.min(at.getTime(), Date.now()), watts, currents: currentsA };
  const isTaken = await siteOf(c.env, id).measured(node ?? null, reading, includesChargers);
  if (isTaken) return c.body(null, 204);
  const errors = [{ pointer: "/node", detail: "is no node of the site" }];
  return problem(c, { reason: "invalid", detail: "The node is not there.", errors });
});

const unknown = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no site ${id}.` });
