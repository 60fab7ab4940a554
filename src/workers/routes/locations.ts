// /api/locations: where chargers stand. An EVSE belongs to one location at most.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import type { StoredLocation } from "../../billing/documents/location.ts";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { locationEvses as links, locations as table } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { Location, LocationInput, presentLocation } from "./location.ts";
import { ocpi } from "./ocpi-names.ts";

export const locations = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["locations"],
  summary: "List locations",
  request: {
    query: z.strictObject({ substationId: z.string().optional(), ...pageQuery(z.tuple([z.string()])) }),
  },
  responses: {
    200: { description: "In order of id", content: json(pageOf(Location)) },
    ...problemResponses(400, 401, 403),
  },
});

locations.openapi(list, async (c) => {
  const { substationId, cursor, limit } = c.req.valid("query");
  const rows = await database(c.env)
    .select()
    .from(table)
    .where(
      and(substationId === undefined ? undefined : eq(table.substationId, substationId), after([table.id], cursor)),
    )
    .orderBy(asc(table.id))
    .limit(limit + 1);
  return c.json(page(rows, limit, { key: ({ id }) => [id], present: presentLocation }), 200);
});

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["locations"],
  summary: "Add a location",
  description: "A document of OCPI 2.2.1 is taken as it is, too, if its EVSEs name their charge points.",
  request: { body: { required: true, content: json(ocpi(LocationInput)) } },
  responses: { 201: { description: "Added", content: json(Location) }, ...problemResponses(400, 401, 403, 409, 422) },
});

locations.openapi(create, async (c) => {
  const { id = crypto.randomUUID(), lastUpdated: _, ...location } = c.req.valid("json");
  const db = database(c.env);
  if (await db.query.locations.findFirst({ where: eq(table.id, id) })) {
    return problem(c, { reason: "conflict", detail: `There is a location ${id} already.` });
  }
  const saved = await save(db, id, location);
  if ("reason" in saved) return problem(c, saved);
  return c.json(presentLocation(saved), 201, { location: `/api/locations/${encodeURIComponent(id)}` });
});

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["locations"],
  summary: "Read a location",
  request: { params: Id },
  responses: { 200: { description: "The location", content: json(Location) }, ...problemResponses(401, 403, 404) },
});

locations.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.locations.findFirst({ where: eq(table.id, id) });
  return row ? c.json(presentLocation(row), 200) : problem(c, unknown(id));
});

const replace = createRoute({
  method: "put",
  path: "/{id}",
  tags: ["locations"],
  summary: "Add or replace a location",
  request: { params: Id, body: { required: true, content: json(ocpi(LocationInput)) } },
  responses: {
    200: { description: "As it is now", content: json(Location) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

locations.openapi(replace, async (c) => {
  const { id } = c.req.valid("param");
  const { id: _id, lastUpdated: _, ...location } = c.req.valid("json");
  const saved = await save(database(c.env), id, location);
  return "reason" in saved ? problem(c, saved) : c.json(presentLocation(saved), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["locations"],
  summary: "Delete a location",
  description: "What was charged for there stays.",
  request: { params: Id },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404) },
});

locations.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const [gone] = await db.batch([
    db.delete(table).where(eq(table.id, id)).returning({ id: table.id }),
    db.delete(links).where(eq(links.locationId, id)),
  ]);
  return gone.length > 0 ? c.body(null, 204) : problem(c, unknown(id));
});

/** All of it or nothing: the document and whose EVSEs they are. */
async function save(db: Database, id: string, location: StoredLocation) {
  const { name = null, substationId = null, evses } = location;
  const row = { id, name, substationId, location: JSON.stringify(location), updatedAt: new Date() };
  const owned = evses.map(({ chargePointId, ocppEvseId }) => ({
    ...{ chargePoint: caseKey(chargePointId), evseId: ocppEvseId, locationId: id },
  }));
  const other = await elsewhere(db, id, owned);
  if (other !== undefined) return other;
  try {
    await db.batch([
      db.insert(table).values(row).onConflictDoUpdate({ target: table.id, set: row }),
      db.delete(links).where(eq(links.locationId, id)),
      ...owned.map((link) => db.insert(links).values(link)),
    ]);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return taken("one of its EVSEs", "another location");
  }
  return row;
}

async function elsewhere(db: Database, id: string, owned: (typeof links.$inferInsert)[]) {
  const chargePoints = [...new Set(owned.map(({ chargePoint }) => chargePoint))];
  if (chargePoints.length === 0) return undefined;
  // D1 binds 100 values at once: as JSON they are one.
  const among = sql`(SELECT value FROM json_each(${JSON.stringify(chargePoints)}))`;
  const found = await db
    .select()
    .from(links)
    .where(and(ne(links.locationId, id), inArray(links.chargePoint, among)));
  const clash = found.find((link) =>
    owned.some(({ chargePoint, evseId }) => chargePoint === link.chargePoint && evseId === link.evseId),
  );
  return clash && taken(`EVSE ${clash.evseId} of ${clash.chargePoint}`, clash.locationId);
}

const taken = (what: string, where: string): Failure<"conflict"> => ({
  reason: "conflict",
  detail: `${what} belongs to ${where} already.`,
});

const unknown = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no location ${id}.` });
