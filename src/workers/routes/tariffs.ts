// /api/tariffs: what charging costs. A connector of a location names its tariffs by id.
import { createRoute, z } from "@hono/zod-openapi";
import { asc, eq, sql } from "drizzle-orm";
import { StoredTariff } from "../../billing/documents/tariff.ts";
import { database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { locations, tariffs as table } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { ocpi } from "./ocpi-names.ts";
import { presentTariff, Tariff, TariffInput } from "./tariff.ts";

export const tariffs = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["tariffs"],
  summary: "List tariffs",
  request: { query: z.strictObject(pageQuery(z.tuple([z.string()]))) },
  responses: {
    200: { description: "In order of id", content: json(pageOf(Tariff)) },
    ...problemResponses(400, 401, 403),
  },
});

tariffs.openapi(list, async (c) => {
  const { cursor, limit } = c.req.valid("query");
  const rows = await database(c.env)
    .select()
    .from(table)
    .where(after([table.id], cursor))
    .orderBy(asc(table.id))
    .limit(limit + 1);
  return c.json(page(rows, limit, { key: ({ id }) => [id], present: presentTariff }), 200);
});

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["tariffs"],
  summary: "Add a tariff",
  description: "A document of OCPI 2.2.1 is taken as it is, too.",
  request: { body: { required: true, content: json(ocpi(TariffInput)) } },
  responses: { 201: { description: "Added", content: json(Tariff) }, ...problemResponses(400, 401, 403, 409, 422) },
});

tariffs.openapi(create, async (c) => {
  const { id = crypto.randomUUID(), lastUpdated: _, ...tariff } = c.req.valid("json");
  const row = { id, currency: tariff.currency, tariff: JSON.stringify(tariff), updatedAt: new Date() };
  try {
    await database(c.env).insert(table).values(row);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return problem(c, { reason: "conflict", detail: `There is a tariff ${id} already.` });
  }
  return c.json(presentTariff(row), 201, { location: `/api/tariffs/${encodeURIComponent(id)}` });
});

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["tariffs"],
  summary: "Read a tariff",
  request: { params: Id },
  responses: { 200: { description: "The tariff", content: json(Tariff) }, ...problemResponses(401, 403, 404) },
});

tariffs.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.tariffs.findFirst({ where: eq(table.id, id) });
  return row ? c.json(presentTariff(row), 200) : problem(c, unknown(id));
});

const replace = createRoute({
  method: "put",
  path: "/{id}",
  tags: ["tariffs"],
  summary: "Add or replace a tariff",
  description: "Sessions that are billed keep the tariff that they were billed with.",
  request: { params: Id, body: { required: true, content: json(ocpi(TariffInput)) } },
  responses: { 200: { description: "As it is now", content: json(Tariff) }, ...problemResponses(400, 401, 403, 422) },
});

tariffs.openapi(replace, async (c) => {
  const { id } = c.req.valid("param");
  const { id: _id, lastUpdated: _, ...tariff } = c.req.valid("json");
  const row = {
    id,
    currency: tariff.currency,
    tariff: JSON.stringify(StoredTariff.parse(tariff)),
    updatedAt: new Date(),
  };
  await database(c.env).insert(table).values(row).onConflictDoUpdate({ target: table.id, set: row });
  return c.json(presentTariff(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["tariffs"],
  summary: "Delete a tariff",
  request: { params: Id },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404, 409) },
});

tariffs.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const [user] = await db
    .select({ id: locations.id })
    .from(locations)
    .where(
      sql`exists (select 1 from json_tree(${locations.location}) where key is not null and path like '%tariffIds' and value = ${id})`,
    )
    .limit(1);
  if (user) return problem(c, { reason: "conflict", detail: `Location ${user.id} has connectors with this tariff.` });
  const gone = await db.delete(table).where(eq(table.id, id)).returning({ id: table.id });
  return gone.length > 0 ? c.body(null, 204) : problem(c, unknown(id));
});

const unknown = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no tariff ${id}.` });
