// /api/charge-points/{id}/archived-records: what its lists no longer have because it is old.
import { createRoute, z } from "@hono/zod-openapi";
import { database } from "../../db/client.ts";
import { CHARGER_RECORD_KINDS } from "../../db/schema.ts";
import { archivedRecordsPage } from "../archive/read-records.ts";
import { encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json, Timestamp } from "./fields.ts";

const ArchivedRecord = z
  .looseObject({
    kind: z.enum(CHARGER_RECORD_KINDS),
    at: Timestamp.openapi({ description: "When it was received, or given" }),
  })
  .openapi("ArchivedRecord", { description: "As its list had it, with every column of the database" });

const Query = z.strictObject({
  kind: z.enum(CHARGER_RECORD_KINDS),
  ...pageQuery(z.tuple([z.int(), z.string(), z.int()])),
});

export const archivedRecords = createRouter();

const list = createRoute({
  method: "get",
  path: "/{id}/archived-records",
  tags: ["charge-points"],
  summary: "Records that moved to the file store because they are old",
  description: "A page may have fewer records than its limit, and more behind it.",
  request: { params: Id, query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(ArchivedRecord)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

archivedRecords.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const query = { ...c.req.valid("query"), chargePoint: row.key };
  const { items, next } = await archivedRecordsPage(c.env, database(c.env), query);
  const nextCursor = next === undefined ? null : encodeCursor(next);
  return c.json({ items: items.map((item) => ArchivedRecord.parse(item)), nextCursor }, 200);
});
