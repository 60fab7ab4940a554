// /api/set-points: what an operator asks of the whole fleet at once, such as 500 kW back to the grid, now.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, isNull } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { setPointShares as shares, setPoints as table } from "../../db/schema.ts";
import { gridOrderOf, siteOf } from "../../durable-objects/stubs.ts";
import { subjectOf } from "../audit.ts";
import { loadIn, Measured, measuredIn, OrderList, ordersIn } from "../grid/report.ts";
import { SetPointScope } from "../grid/scope.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, TimestampInput, timestamp, timestampOrNull } from "./fields.ts";

const TAKES_PART = z.enum(["givingBack", "all"]).openapi({
  description:
    "givingBack: only cars that can give back change what they do; all: the others charge less, where need be",
});
const Watts = z.number().min(-1e9).max(1e9);

const SetPointInput = z
  .strictObject({
    powerW: Watts.openapi({
      description: "What the cars shall draw together; below zero: give back",
      example: -500_000,
    }),
    until: TimestampInput,
    scope: SetPointScope.default({}),
    takesPart: TAKES_PART.default("all"),
  })
  .refine(({ until }) => until.getTime() > Date.now(), { path: ["until"], error: "is past" })
  .openapi("NewSetPoint");

const Share = z.object({
  siteId: z.string(),
  powerW: z.number().openapi({ description: "What the site was asked for at its grid connection" }),
  beforeW: z.number().openapi({ description: "What its cars had when it began" }),
});

const SetPoint = z
  .object({
    id: z.string(),
    powerW: z.number(),
    ...{ scope: SetPointScope, takesPart: TAKES_PART, from: Timestamp, until: Timestamp },
    ...{ createdAt: Timestamp, createdBy: z.string(), cancelledAt: Timestamp.nullable() },
    sites: z.array(Share),
  })
  .openapi("SetPoint");

const Reached = z
  .object({
    id: z.string(),
    at: Timestamp,
    powerW: z.number(),
    allocatedW: z.number().nullable().openapi({ description: "What the sites give their cars now; null: it is over" }),
    shortW: z.number().nullable().openapi({ description: "How far that is above what was asked; 0: reached" }),
    sites: z.array(Share.extend({ allocatedW: z.number().nullable() })),
    done: OrderList,
    measured: Measured,
  })
  .openapi("SetPointReport");

export const setPoints = createRouter();

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["grid signals"],
  summary: "Ask something of the whole fleet",
  description: "It is spread over the sites by what their cars can do, every 15 s anew, and undone when it ends.",
  request: { body: { required: true, content: json(SetPointInput) } },
  responses: {
    201: { description: "The sites know their shares", content: json(SetPoint) },
    ...problemResponses(400, 401, 403, 422),
  },
});

setPoints.openapi(create, async (c) => {
  const { powerW, until, scope, takesPart } = c.req.valid("json");
  const db = database(c.env);
  const now = new Date();
  const row = {
    ...{
      id: crypto.randomUUID(),
      power: powerW,
      takesPart,
      scope: JSON.stringify(scope),
      startsAt: now,
      endsAt: until,
    },
    ...{ createdAt: now, createdBy: subjectOf(c.get("principal")), cancelledAt: null },
  };
  await db.insert(table).values(row);
  await gridOrderOf(c.env, "set-point", row.id).turn("set-point", row.id);
  return c.json(await present(db, row), 201, { location: `/api/set-points/${row.id}` });
});

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["grid signals"],
  summary: "List fleet set points",
  request: { query: z.strictObject(pageQuery(z.tuple([z.int(), z.string()]))) },
  responses: {
    200: { description: "Newest first", content: json(pageOf(SetPoint)) },
    ...problemResponses(400, 401, 403),
  },
});

setPoints.openapi(list, async (c) => {
  const { cursor, limit } = c.req.valid("query");
  const db = database(c.env);
  const rows = await db
    .select()
    .from(table)
    .where(before([table.createdAt, table.id], cursor))
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
  const { items, nextCursor } = page(rows, limit, {
    key: ({ createdAt, id }) => [createdAt.getTime(), id],
    present: (row) => row,
  });
  return c.json({ items: await Promise.all(items.map((row) => present(db, row))), nextCursor }, 200);
});

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["grid signals"],
  summary: "Read a fleet set point",
  request: { params: Id },
  responses: { 200: { description: "The set point", content: json(SetPoint) }, ...problemResponses(401, 403, 404) },
});

setPoints.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const row = await db.query.setPoints.findFirst({ where: eq(table.id, id) });
  return row ? c.json(await present(db, row), 200) : problem(c, unknown(id));
});

const readReport = createRoute({
  method: "get",
  path: "/{id}/report",
  tags: ["grid signals"],
  summary: "What was reached of a fleet set point",
  request: { params: Id },
  responses: { 200: { description: "The report", content: json(Reached) }, ...problemResponses(401, 403, 404) },
});

setPoints.openapi(readReport, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const row = await db.query.setPoints.findFirst({ where: eq(table.id, id) });
  if (row === undefined) return problem(c, unknown(id));
  const now = Date.now();
  const told = (await present(db, row)).sites;
  const ended = Math.min(row.endsAt.getTime(), row.cancelledAt?.getTime() ?? Number.POSITIVE_INFINITY);
  const sites = await Promise.all(
    told.map(async (share) => {
      const can = now < ended ? await siteOf(c.env, share.siteId).flexibility() : null;
      return { ...share, allocatedW: can?.draws ?? null };
    }),
  );
  const allocatedW = now < ended ? sites.reduce((sum, site) => sum + (site.allocatedW ?? 0), 0) : null;
  const from = row.startsAt.getTime();
  const window = { siteIds: sites.map(({ siteId }) => siteId), from, to: Math.max(ended, from + 1) };
  const load = await loadIn(c.env, window);
  return c.json(
    {
      ...{ id, at: new Date(now).toISOString(), powerW: row.power, allocatedW, sites },
      shortW: allocatedW === null ? null : Math.max(0, Math.round(allocatedW - row.power)),
      done: await ordersIn(c.env, window),
      measured: measuredIn(load, window, now),
    },
    200,
  );
});

const cancel = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["grid signals"],
  summary: "Take a fleet set point back",
  description: "The sites are free of it at once. It stays listed.",
  request: { params: Id },
  responses: { 204: { description: "Taken back" }, ...problemResponses(401, 403, 404) },
});

setPoints.openapi(cancel, async (c) => {
  const { id } = c.req.valid("param");
  const [row] = await database(c.env)
    .update(table)
    .set({ cancelledAt: new Date() })
    .where(and(eq(table.id, id), isNull(table.cancelledAt)))
    .returning();
  if (!row) return problem(c, unknown(id));
  await gridOrderOf(c.env, "set-point", id).turn("set-point", id);
  return c.body(null, 204);
});

async function present(db: Database, row: typeof table.$inferSelect): Promise<z.infer<typeof SetPoint>> {
  const { power, scope, startsAt, endsAt, createdAt, cancelledAt, ...rest } = row;
  const told = await db.select().from(shares).where(eq(shares.setPointId, row.id));
  return {
    ...{ ...rest, powerW: power, scope: SetPointScope.parse(JSON.parse(scope)) },
    ...{ from: timestamp(startsAt), until: timestamp(endsAt), createdAt: timestamp(createdAt) },
    cancelledAt: timestampOrNull(cancelledAt),
    sites: told.map(({ siteId, watts, before }) => ({ siteId, powerW: watts, beforeW: before })),
  };
}

const unknown = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no set point ${id}.` });
