// /api/sites: how a location's power is shared. A site has its location's id.
import { createRoute, z } from "@hono/zod-openapi";
import { asc, eq } from "drizzle-orm";
import { StoredLocation } from "../../billing/documents/location.ts";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { locations, sites as table } from "../../db/schema.ts";
import { siteOf } from "../../durable-objects/stubs.ts";
import { connectionPower } from "../../energy/site.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, timestamp } from "./fields.ts";
import { configOf, Site, SiteInput, SiteStatus } from "./site.ts";

export const sites = createRouter();

const Id = z.object({ id: z.string() });

const present = ({ id, site, updatedAt }: Omit<typeof table.$inferSelect, "prices">): z.infer<typeof Site> => ({
  id,
  ...SiteInput.parse(JSON.parse(site)),
  updatedAt: timestamp(updatedAt),
});

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["sites"],
  summary: "List sites",
  request: { query: z.strictObject(pageQuery(z.tuple([z.string()]))) },
  responses: {
    200: { description: "In order of id", content: json(pageOf(Site)) },
    ...problemResponses(400, 401, 403),
  },
});

sites.openapi(list, async (c) => {
  const { cursor, limit } = c.req.valid("query");
  const rows = await database(c.env)
    .select()
    .from(table)
    .where(after([table.id], cursor))
    .orderBy(asc(table.id))
    .limit(limit + 1);
  return c.json(page(rows, limit, { key: ({ id }) => [id], present }), 200);
});

const put = createRoute({
  method: "put",
  path: "/{id}",
  tags: ["sites"],
  summary: "Share a location's power",
  description:
    "From then on each EVSE of it gets its limit by SetChargingProfile, anew with each change. One that nobody charges at is held at 0 A until somebody does.",
  request: { params: Id, body: { required: true, content: json(SiteInput) } },
  responses: {
    200: { description: "As it is now", content: json(Site) },
    ...problemResponses(400, 401, 403, 404, 422),
  },
});

sites.openapi(put, async (c) => {
  const { id } = c.req.valid("param");
  const input = c.req.valid("json");
  const db = database(c.env);
  const location = await db.query.locations.findFirst({ where: eq(locations.id, id) });
  if (!location) return problem(c, { reason: "not_found", detail: `There is no location ${id}.` });
  const errors = misplaced(input, StoredLocation.parse(JSON.parse(location.location)));
  if (errors.length > 0) return problem(c, { reason: "invalid", detail: "Some connections are not there.", errors });
  const config = configOf(input);
  const row = { id, site: JSON.stringify(input), power: connectionPower(config), updatedAt: new Date() };
  await db.insert(table).values(row).onConflictDoUpdate({ target: table.id, set: row });
  await siteOf(c.env, id).configure(id, config);
  return c.json(present(row), 200);
});

/** Connections at nodes, or of EVSEs, that the site or its location does not have. */
function misplaced({ nodes, connections }: z.output<typeof SiteInput>, { evses }: StoredLocation) {
  const own = new Set(evses.map(({ chargePointId, ocppEvseId }) => `${caseKey(chargePointId)}/${ocppEvseId}`));
  const known = new Set(nodes.map(({ id }) => id));
  const seen = new Set<string>();
  return connections.flatMap(({ chargePointId, ocppEvseId, node }, index) => {
    const evse = `${caseKey(chargePointId)}/${ocppEvseId}`;
    const pointer = `/connections/${index}`;
    const again = seen.has(evse);
    seen.add(evse);
    if (!known.has(node)) return [{ pointer: `${pointer}/node`, detail: "is no node of the site" }];
    if (!own.has(evse)) return [{ pointer, detail: "is no EVSE of the location" }];
    return again ? [{ pointer, detail: "is there twice" }] : [];
  });
}

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["sites"],
  summary: "Read a site",
  request: { params: Id },
  responses: { 200: { description: "The site", content: json(Site) }, ...problemResponses(401, 403, 404) },
});

sites.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.sites.findFirst({ where: eq(table.id, id) });
  return row ? c.json(present(row), 200) : problem(c, unknown(id));
});

const readStatus = createRoute({
  method: "get",
  path: "/{id}/status",
  tags: ["sites"],
  summary: "How a site's power is shared now",
  request: { params: Id },
  responses: { 200: { description: "The status", content: json(SiteStatus) }, ...problemResponses(401, 403, 404) },
});

sites.openapi(readStatus, async (c) => {
  const { id } = c.req.valid("param");
  const site = siteOf(c.env, id);
  const row = await database(c.env).query.sites.findFirst({ where: eq(table.id, id) });
  if (!row) return problem(c, unknown(id));
  await site.poke();
  const status = await site.status();
  if (status === null) return problem(c, unknown(id));
  const loads = status.loads.map(({ chargePoint, evseId, departureAt, ...rest }) => ({
    ...{ ...rest, chargePointId: chargePoint, ocppEvseId: evseId },
    departureAt: departureAt === null ? null : timestamp(new Date(departureAt)),
  }));
  return c.json({ ...status, at: timestamp(new Date(status.at)), loads }, 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["sites"],
  summary: "Stop sharing a location's power",
  description: "Its EVSEs' limits are cleared.",
  request: { params: Id },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404) },
});

sites.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const gone = await database(c.env).delete(table).where(eq(table.id, id)).returning({ id: table.id });
  if (gone.length === 0) return problem(c, unknown(id));
  await siteOf(c.env, id).configure(id, null);
  return c.body(null, 204);
});

const unknown = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no site ${id}.` });
