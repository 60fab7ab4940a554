// /api/driver/locations and /charge-points: where one may charge, whether it is free, and what it costs.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { locations as table } from "../../db/schema.ts";
import { isPublished, PublicLocation, placesOf, presentPlaces } from "../driver/places.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json } from "./fields.ts";

export const driverPlaces = createRouter();

const Query = z.strictObject(pageQuery(z.tuple([z.string()])));

const list = createRoute({
  method: "get",
  path: "/locations",
  tags: ["driver"],
  summary: "Where can I charge?",
  description: "Published locations with their EVSEs as they are now.",
  request: { query: Query },
  responses: {
    200: { description: "In order of id", content: json(pageOf(PublicLocation)) },
    ...problemResponses(400, 401, 403),
  },
});

driverPlaces.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectPublicLocations(database(c.env), query);
  const { items, nextCursor } = page(rows, query.limit, { key: ({ id }) => [id], present: (row) => row });
  return c.json({ items: await presentPlaces(c.env, items), nextCursor }, 200);
});

/** One row more than the page, in the order of the index. */
export function selectPublicLocations(db: Database, { cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(and(isPublished, after([table.id], cursor)))
    .orderBy(asc(table.id))
    .limit(limit + 1);
}

const read = createRoute({
  method: "get",
  path: "/charge-points/{id}",
  tags: ["driver"],
  summary: "What is at this charge point?",
  request: { params: Id },
  responses: {
    200: {
      description: "Its locations, with its own EVSEs alone",
      content: json(z.object({ id: z.string(), locations: z.array(PublicLocation) }).openapi("PublicChargePoint")),
    },
    ...problemResponses(401, 403, 404),
  },
});

driverPlaces.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const places = await placesOf(c.env, id);
  const [evse] = places.flatMap(({ evses }) => evses);
  if (evse === undefined) return problem(c, unknownChargePoint(id));
  return c.json({ id: evse.chargePointId, locations: places }, 200);
});
