// /api/files: what chargers sent and what is offered to them. Drivers see nothing of it.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, gte, lt } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { chargePoints, FILE_KINDS, files as table } from "../../db/schema.ts";
import { SHARED } from "../files/limits.ts";
import { presentRow, StoredFile } from "../files/present.ts";
import { removeFile } from "../files/removals.ts";
import { createDownloadLink } from "../files/tokens.ts";
import type { FileRow } from "../files/uploads.ts";
import { serve } from "../http-files/serve.ts";
import { limitBody } from "../limit-body.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Flag, json, Timestamp, TimestampInput, timestamp } from "./fields.ts";

const Query = z.strictObject({
  chargePointId: z.string().optional(),
  shared: Flag.optional().openapi({ description: "`true`: only those that belong to no charge point" }),
  kind: z.enum(FILE_KINDS).optional(),
  from: TimestampInput.optional().openapi({ description: "createdAt, inclusive" }),
  to: TimestampInput.optional().openapi({ description: "createdAt, exclusive" }),
  ...pageQuery(z.tuple([z.int(), z.string()])),
});

const Id = z.object({ id: z.string() });
const tags = ["files"];

export const files = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags,
  summary: "List files",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(StoredFile)) },
    ...problemResponses(400, 401, 403),
  },
});

files.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectFiles(database(c.env), query);
  return c.json(
    page(rows, query.limit, {
      key: ({ file }) => [file.createdAt.getTime(), file.id] as const,
      present: ({ file, displayId }) => presentRow(file, displayId),
    }),
    200,
  );
});

/** One row more than the page, in the order of the index. */
export function selectFiles(db: Database, query: z.infer<typeof Query>) {
  const { chargePointId, shared, kind, from, to, cursor, limit } = query;
  return db
    .select({ file: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.owner))
    .where(
      and(
        chargePointId === undefined ? undefined : eq(table.owner, caseKey(chargePointId)),
        shared === true ? eq(table.owner, SHARED) : undefined,
        kind === undefined ? undefined : eq(table.kind, kind),
        from === undefined ? undefined : gte(table.createdAt, from),
        to === undefined ? undefined : lt(table.createdAt, to),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

async function find(env: Env, id: string): Promise<{ file: FileRow; displayId: string | null } | undefined> {
  const [row] = await database(env)
    .select({ file: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.owner))
    .where(eq(table.id, id));
  return row;
}

const unknownFile = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no file ${id}.` });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags,
  summary: "Read what is known of a file",
  request: { params: Id },
  responses: { 200: { description: "It", content: json(StoredFile) }, ...problemResponses(401, 403, 404) },
});

files.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const found = await find(c.env, id);
  return found === undefined ? problem(c, unknownFile(id)) : c.json(presentRow(found.file, found.displayId), 200);
});

const content = createRoute({
  method: "get",
  path: "/{id}/content",
  tags,
  summary: "Download a file",
  description: "With single ranges, `ETag` and conditions.",
  request: { params: Id },
  responses: {
    200: {
      description: "Its bytes",
      content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...problemResponses(401, 403, 404, 412, 416),
  },
});

files.openapi(content, async (c) => {
  const { id } = c.req.valid("param");
  const found = await find(c.env, id);
  return found === undefined ? problem(c, unknownFile(id)) : serve(c, found.file);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags,
  summary: "Delete a file",
  request: { params: Id },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404, 409) },
});

files.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const removed = await removeFile(c.env, id);
  return removed.ok ? c.body(null, 204) : problem(c, removed.error);
});

const MAX_LINK_SECONDS = 7 * 86_400;
const Link = z
  .object({ url: z.url(), expiresAt: Timestamp })
  .openapi("FileLink", { description: "Whoever holds the address may download the file until then" });

const link = createRoute({
  method: "post",
  path: "/{id}/link",
  tags,
  summary: "Make a signed address for downloading a file",
  middleware: [limitBody()] as const,
  request: {
    params: Id,
    body: {
      content: json(
        z.strictObject({
          expiresInSeconds: z.int().min(1).max(MAX_LINK_SECONDS).default(3600),
        }),
      ),
    },
  },
  responses: { 201: { description: "It", content: json(Link) }, ...problemResponses(401, 403, 404, 422) },
});

files.openapi(link, async (c) => {
  const { id } = c.req.valid("param");
  const found = await find(c.env, id);
  if (found === undefined) return problem(c, unknownFile(id));
  const { expiresInSeconds = 3600 } = c.req.valid("json") ?? {};
  const expiresAt = new Date(Date.now() + expiresInSeconds * 1000);
  const path = createDownloadLink(c.env, { fileId: id, name: found.file.name, expiresAt });
  return c.json({ url: new URL(path, c.req.url).href, expiresAt: timestamp(expiresAt) }, 201);
});
