// /api/dso-signals/{id}/report: what was asked, what was done, and how far the measured load followed.
import { createRoute, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { SIGNAL_TYPES, dsoSignals as table } from "../../db/schema.ts";
import { curveOf, GridPeriods } from "../../energy/grid-signal.ts";
import { meanLoad } from "../../energy/measured.ts";
import { loadIn, Measured, measuredIn, OrderList, ordersIn } from "../grid/report.ts";
import { sitesInScope } from "../grid/scope.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp } from "./fields.ts";

const Period = z.object({
  ...{ from: Timestamp, to: Timestamp },
  value: z.number().nullable().openapi({ description: "At most, W (or a price); null: nothing was asked" }),
  least: z.number().nullable(),
  measured: z.number().nullable().openapi({ description: "W on average; null: it has not begun" }),
  excess: z.number().nullable().openapi({
    description: "W above the most, or, below zero, under what the least allows; 0: within; null: not to be said",
  }),
});

const Report = z
  .object({
    id: z.string(),
    type: z.enum(SIGNAL_TYPES),
    at: Timestamp,
    siteIds: z.array(z.string()),
    asked: z.array(Period),
    done: OrderList,
    measured: Measured,
  })
  .openapi("DsoSignalReport");

export const dsoSignalReport = createRouter();

const read = createRoute({
  method: "get",
  path: "/{id}/report",
  tags: ["grid signals"],
  summary: "What became of a grid signal",
  description:
    "Load is measured by the registers of the sessions below the transformer, not by the transformer's own meter.",
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: { description: "The report", content: json(Report) }, ...problemResponses(401, 403, 404) },
});

dsoSignalReport.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const row = await db.query.dsoSignals.findFirst({ where: eq(table.id, id) });
  if (row === undefined) return problem(c, { reason: "not_found", detail: `There is no signal ${id}.` });
  const now = Date.now();
  const signal = { periods: GridPeriods.parse(JSON.parse(row.periods)), cancelledAt: row.cancelledAt?.getTime() };
  const siteIds = await sitesInScope(db, { transformerId: row.transformerId });
  const to = Math.min(row.endsAt.getTime(), signal.cancelledAt ?? Number.POSITIVE_INFINITY);
  const window = { siteIds, from: row.startsAt.getTime(), to: Math.max(to, row.startsAt.getTime() + 1) };
  const load = await loadIn(c.env, window);
  const isLimit = row.type === "capacityLimit";
  const asked = curveOf([signal], window.from, window.to).map(({ from, to, value, least }) => {
    const measured = from < now ? meanLoad(load.sessions, from, Math.min(to, now)) : null;
    return {
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString(), value, least, measured },
      excess: isLimit && measured !== null && value !== null ? excessOf(measured, value, least) : null,
    };
  });
  const done = isLimit ? await ordersIn(c.env, window) : [];
  const measured = measuredIn(load, window, now);
  return c.json({ id, type: row.type, at: new Date(now).toISOString(), siteIds, asked, done, measured }, 200);
});

const excessOf = (measured: number, most: number, least: number | null): number =>
  Math.max(0, measured - most) || (least === null ? 0 : Math.min(0, measured - least));
