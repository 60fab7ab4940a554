// /api/charge-points/{id}/connectors/{evseId}/curves: what a connector may draw and what a kWh costs there, over time.
import { createRoute, z } from "@hono/zod-openapi";
import { and, eq, gt, lt } from "drizzle-orm";
import { gridPricesFor } from "../../billing/grid-prices.ts";
import { type FoundPlace, findPlace, type Place } from "../../billing/place.ts";
import { tariffFor, tariffsOf } from "../../billing/tariff-choice.ts";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { dsoSignals, sites } from "../../db/schema.ts";
import { curveOf, GridPeriods } from "../../energy/grid-signal.ts";
import { priceCurve } from "../../pricing/price-curve.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, TimestampInput } from "./fields.ts";

const DAY_MS = 86_400_000;
const MAX_DAYS = 31;

const step = { from: Timestamp, to: Timestamp };

const Curves = z
  .object({
    locationId: z.string(),
    capacity: z.array(
      z.object({
        ...step,
        most: z
          .number()
          .openapi({ description: "W that it may draw: the least of its own, its site's and the grid's" }),
        least: z.number().openapi({ description: "W; below zero: it may give back" }),
        isLimited: z.boolean().openapi({ description: "The grid asks something of its transformer" }),
      }),
    ),
    prices: z.array(
      z.object({
        ...step,
        price: z.number().nullable().openapi({ description: "Per kWh without VAT; null: energy has no price" }),
        exportPrice: z.number().nullable().openapi({ description: "What a kWh that is given back earns" }),
        gridPrice: z.number().openapi({ description: "What the grid adds per kWh" }),
        currency: z.string().nullable(),
      }),
    ),
  })
  .openapi("ConnectorCurves");

export const curves = createRouter();

const read = createRoute({
  method: "get",
  path: "/{id}/connectors/{evseId}/curves",
  tags: ["grid signals"],
  summary: "What a connector may draw, and what a kWh costs there, over time",
  description:
    "As is known now, of any time: the past is what was asked then. Prices are those of a session that begins then.",
  request: {
    params: z.object({ id: z.string(), evseId: z.coerce.number().int().min(1) }),
    query: z
      .strictObject({
        connectorId: z.coerce.number().int().min(1).default(1),
        from: TimestampInput.optional().openapi({ description: "Without it: now" }),
        to: TimestampInput.optional().openapi({ description: "Without it: a day later" }),
      })
      .refine(
        ({ from, to }) => from === undefined || to === undefined || (from < to && +to - +from <= MAX_DAYS * DAY_MS),
        { path: ["to"], error: `is not after from, or more than ${MAX_DAYS} days after it` },
      ),
  },
  responses: {
    200: { description: "Steps without gaps", content: json(Curves) },
    ...problemResponses(400, 401, 403, 404),
  },
});

curves.openapi(read, async (c) => {
  const { id, evseId } = c.req.valid("param");
  const { connectorId, from = new Date(), to = new Date(from.getTime() + DAY_MS) } = c.req.valid("query");
  const db = database(c.env);
  const found = await findPlace(db, caseKey(id), { evseId, connectorId });
  if (found === undefined) {
    return problem(c, { reason: "not_found", detail: `EVSE ${evseId} of ${id} is at no location.` });
  }
  const { location, place } = found;
  const { substationId, timeZone } = location;
  const known = await tariffsOf(db, place);
  const currency = tariffFor(known, from.getTime())?.tariff.currency ?? known[0]?.tariff.currency;
  const gridPrices = await gridPricesFor(db, { substationId, currency, from, to });
  const prices = priceCurve({
    ...{ from: from.getTime(), to: to.getTime(), timeZone, gridPrices },
    tariffs: known.map(({ tariff }) => tariff),
    tariffAt: (at) => tariffFor(known, at)?.tariff,
    moments: known
      .flatMap(({ tariff: { startDateTime, endDateTime } }) => [startDateTime, endDateTime])
      .flatMap((moment) => (moment === undefined ? [] : [Date.parse(moment)])),
  });
  const capacity = await capacityOf(c.env, db, { ...found, from, to });
  return c.json({ locationId: location.id, capacity: capacity.map(shown), prices: prices.map(shown) }, 200);
});

const shown = <T extends { from: number; to: number }>({ from, to, ...rest }: T) => ({
  ...{ ...rest, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
});

async function capacityOf(
  env: Env,
  db: Database,
  { location, place, from, to }: FoundPlace & { from: Date; to: Date },
) {
  const own = ownPower(place);
  const { substationId } = location;
  const rows =
    substationId === undefined
      ? []
      : await db
          .select()
          .from(dsoSignals)
          .where(
            and(
              ...[eq(dsoSignals.transformerId, substationId), eq(dsoSignals.type, "capacityLimit")],
              ...[gt(dsoSignals.endsAt, from), lt(dsoSignals.startsAt, to)],
            ),
          );
  const signals = rows.map(({ periods, cancelledAt }) => ({
    ...{ periods: GridPeriods.parse(JSON.parse(periods)), cancelledAt: cancelledAt?.getTime() },
  }));
  const site = await db.query.sites.findFirst({ where: eq(sites.id, location.id) });
  const share = await shareOf(env, substationId, site?.power);
  const most = Math.min(own, site === undefined || site.power <= 0 ? own : site.power);
  return curveOf(signals, from.getTime(), to.getTime()).map(({ from, to, value, least }) => ({
    ...{ from, to, isLimited: value !== null },
    most: Math.round(value === null ? most : Math.min(most, value * share)),
    least: Math.round(least === null ? 0 : Math.max(-most, Math.min(0, least * share))),
  }));
}

/** As sites share what their transformer grants: by what they are built for. */
async function shareOf(env: Env, substationId: string | undefined, power: number | undefined): Promise<number> {
  if (substationId === undefined || power === undefined) return 1;
  const total = await env.DB.prepare(
    "SELECT sum(s.power) AS total FROM sites s JOIN locations l ON l.id = s.id WHERE l.substation_id = ?",
  )
    .bind(substationId)
    .first<number>("total");
  return total === null || total <= 0 ? 1 : power / total;
}

const PHASES: Readonly<Record<string, number>> = { AC_2_PHASE: 2, AC_2_PHASE_SPLIT: 2, AC_3_PHASE: 3 };

/** W */
const ownPower = ({ connector: { maxElectricPower, maxVoltage, maxAmperage, powerType } }: Place): number =>
  maxElectricPower ?? maxVoltage * maxAmperage * (PHASES[powerType] ?? 1);
