// /api/archives: what moved from the database to the file store because it is old.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { archives as table } from "../../db/schema.ts";
import { archiveKey } from "../archive/object.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp, timestampOrNull } from "./fields.ts";

const Archive = z
  .object({
    id: z.string(),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable().openapi({ description: "null: it is being written" }),
    transactions: z.int(),
    chunks: z.int(),
    bytes: z.int().openapi({ description: "Of the file, compressed" }),
  })
  .openapi("Archive");

const Query = z.strictObject(pageQuery(z.tuple([z.int(), z.string()])));

export const archives = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["archives"],
  summary: "Archives of old meter samples",
  description: "Samples are read where they always were, under /api/transactions/{id}/meter-values.",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Archive)) },
    ...problemResponses(400, 401, 403),
  },
});

archives.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectArchives(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ createdAt, id }) => [createdAt.getTime(), id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export const selectArchives = (db: Database, { cursor, limit }: z.infer<typeof Query>) =>
  db
    .select()
    .from(table)
    .where(and(before([table.createdAt, table.id], cursor)))
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);

const download = createRoute({
  method: "get",
  path: "/{id}/content",
  tags: ["archives"],
  summary: "An archive as a file",
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: {
      description: "NDJSON, compressed by gzip: a line for each chunk",
      content: { "application/gzip": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...problemResponses(401, 403, 404),
  },
});

archives.openapi(download, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.archives.findFirst({ where: eq(table.id, id) });
  const object = row?.finishedAt ? await c.env.FILES.get(archiveKey(id)) : null;
  if (object === null) return problem(c, { reason: "not_found", detail: `There is no archive ${id}.` });
  return c.body(object.body, 200, {
    "content-type": "application/gzip",
    "content-length": String(object.size),
    "content-disposition": `attachment; filename="${id}.ndjson.gz"`,
  });
});

function present({ id, createdAt, finishedAt, transactions, chunks, bytes }: typeof table.$inferSelect) {
  return { id, createdAt: timestamp(createdAt), finishedAt: timestampOrNull(finishedAt), transactions, chunks, bytes };
}
