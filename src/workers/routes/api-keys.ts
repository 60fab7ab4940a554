// /api/api-keys: credentials of machines. The key itself is shown once, when it is made.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq, isNull } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { apiKeys as table } from "../../db/schema.ts";
import { subjectOf } from "../audit.ts";
import { newApiKey } from "../auth/api-keys.ts";
import { requireRole } from "../auth/roles.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, TimestampInput, timestamp, timestampOrNull } from "./fields.ts";

/** No drivers: a driver's data belong to a user. */
const KeyRole = z.enum(["admin", "operator", "viewer"]);

const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first characters of the key" }),
    role: z.string(),
    createdBy: z.string(),
    createdAt: Timestamp,
    expiresAt: Timestamp.nullable(),
    revokedAt: Timestamp.nullable(),
  })
  .openapi("ApiKey");

export const apiKeys = createRouter();
apiKeys.use(requireRole("admin"));

const Query = z.strictObject(pageQuery(z.tuple([z.string()])));

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["api-keys"],
  summary: "List API keys",
  request: { query: Query },
  responses: { 200: { description: "API keys", content: json(pageOf(ApiKey)) }, ...problemResponses(400, 401, 403) },
});

apiKeys.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectApiKeys(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ id }) => [id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectApiKeys(db: Database, { cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(after([table.id], cursor))
    .orderBy(asc(table.id))
    .limit(limit + 1);
}

const NewApiKey = z
  .strictObject({ name: z.string().min(1).max(100), role: KeyRole, expiresAt: TimestampInput.nullable().default(null) })
  .openapi("NewApiKey");

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["api-keys"],
  summary: "Make an API key",
  request: { body: { required: true, content: json(NewApiKey) } },
  responses: {
    201: { description: "Made; `key` is not shown again", content: json(ApiKey.extend({ key: z.string() })) },
    ...problemResponses(400, 401, 403, 422),
  },
});

apiKeys.openapi(create, async (c) => {
  const { key, digest, prefix } = newApiKey();
  const row = {
    ...c.req.valid("json"),
    id: crypto.randomUUID(),
    digest,
    prefix,
    createdBy: subjectOf(c.get("principal")),
    createdAt: new Date(),
    revokedAt: null,
  };
  await database(c.env).insert(table).values(row);
  return c.json({ ...present(row), key }, 201, { "cache-control": "no-store" });
});

const revoke = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["api-keys"],
  summary: "Revoke an API key",
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: "Revoked" }, ...problemResponses(401, 403, 404) },
});

apiKeys.openapi(revoke, async (c) => {
  const { id } = c.req.valid("param");
  // The row stays: the audit log refers to the key by name.
  const revoked = await database(c.env)
    .update(table)
    .set({ revokedAt: new Date() })
    .where(and(eq(table.id, id), isNull(table.revokedAt)))
    .returning({ id: table.id });
  if (revoked.length > 0) return c.body(null, 204);
  return problem(c, { reason: "not_found", detail: `There is no API key ${id} in use.` });
});

function present(row: typeof table.$inferSelect): z.infer<typeof ApiKey> {
  const { digest: _, createdAt, expiresAt, revokedAt, ...shown } = row;
  return {
    ...shown,
    createdAt: timestamp(createdAt),
    expiresAt: timestampOrNull(expiresAt),
    revokedAt: timestampOrNull(revokedAt),
  };
}
