// /api/archives: what moved from the database to the file store because it is old.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { ARCHIVE_KINDS, archives as table } from "../../db/schema.ts";
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
    kind: z.enum(ARCHIVE_KINDS),
    transactions: z.int().openapi({ description: "0 where it is not of meter values" }),
    lines: z.int(),
    bytes: z.int().openapi({ description: "Of the file, compressed" }),
  })
  .openapi("Archive");

const Query = z.strictObject(pageQuery(z.tuple([z.int(), z.string()])));

export const archives = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["archives"],
  summary: "What moved to the file store because it is old",
  description:
    "Meter values are read where they always were, under /api/transactions/{id}/meter-values; a charger's records under " +
    "/api/charge-points/{id}/archived-records.",
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
      description: "NDJSON, compressed by gzip: a line for each record or chunk of meter values",
      content: { "application/gzip": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...problemResponses(401, 403, 404),
  },
});

archives.openapi(download, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.archives.findFirst({ where: eq(table.id, id) });
  // Who may not read the audit log may not read it here either.
  if (row?.kind === "audit" && c.get("principal").role !== "admin")
    return problem(c, { reason: "forbidden", detail: "Only admins read the audit log." });
  const object = row?.finishedAt ? await c.env.FILES.get(archiveKey(id)) : null;
  if (object === null) return problem(c, { reason: "not_found", detail: `There is no archive ${id}.` });
  return c.body(object.body, 200, {
    "content-type": "application/gzip",
    "content-length": String(object.size),
    "content-disposition": `attachment; filename="${id}.ndjson.gz"`,
  });
});

function present({ id, createdAt, finishedAt, kind, transactions, lines, bytes }: typeof table.$inferSelect) {
  const times = { createdAt: timestamp(createdAt), finishedAt: timestampOrNull(finishedAt) };
  return { id, ...times, kind, transactions, lines, bytes };
}
