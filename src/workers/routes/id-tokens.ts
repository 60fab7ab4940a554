// /api/id-tokens: the cards and accounts that may charge. Compared without case, shown as first spelt.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { idTokens as table, users } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import { ownerId } from "../auth/roles.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { fields, IdToken, presentIdToken, STATUSES, TokenText } from "./id-token.ts";

const Query = z.strictObject({
  status: z.enum(STATUSES).optional(),
  groupId: z.string().optional(),
  userId: z.string().optional(),
  idToken: z.string().optional(),
  ...pageQuery(z.tuple([z.string()])),
});

export const idTokens = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["id-tokens"],
  summary: "List id tokens",
  description: "A driver sees its own.",
  request: { query: Query },
  responses: {
    200: { description: "In order of the token", content: json(pageOf(IdToken)) },
    ...problemResponses(400, 401, 403),
  },
});

idTokens.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectIdTokens(database(c.env), query, ownerId(c.get("principal")));
  return c.json(page(rows, query.limit, { key: ({ key }) => [key], present: presentIdToken }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectIdTokens(
  db: Database,
  { status, groupId, userId, idToken, cursor, limit }: z.infer<typeof Query>,
  owner: string | undefined,
) {
  return db
    .select()
    .from(table)
    .where(
      and(
        owner === undefined ? undefined : eq(table.userId, owner),
        status === undefined ? undefined : eq(table.status, status),
        groupId === undefined ? undefined : eq(table.groupId, groupId),
        userId === undefined ? undefined : eq(table.userId, userId),
        idToken === undefined ? undefined : eq(table.key, caseKey(idToken)),
        after([table.key], cursor),
      ),
    )
    .orderBy(asc(table.key))
    .limit(limit + 1);
}

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["id-tokens"],
  summary: "Register an id token",
  request: {
    body: { required: true, content: json(z.strictObject({ idToken: TokenText, ...fields }).openapi("NewIdToken")) },
  },
  responses: {
    201: { description: "Registered", content: json(IdToken) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

idTokens.openapi(create, async (c) => {
  const {
    idToken,
    status = "accepted",
    expiresAt = null,
    groupId = null,
    type = null,
    personalMessage = null,
    language = null,
    language2 = null,
    userId = null,
    note = null,
  } = c.req.valid("json");
  const db = database(c.env);
  const failure = await unknownOwner(db, userId);
  if (failure) return problem(c, failure);
  const now = new Date();
  const row = {
    key: caseKey(idToken),
    idToken,
    status,
    expiresAt,
    groupId,
    type,
    personalMessage,
    language,
    language2,
    userId,
    driverWish: null,
    note,
    createdAt: now,
    updatedAt: now,
  };
  try {
    await db.insert(table).values(row);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return problem(c, { reason: "conflict", detail: `${idToken} is registered already.` });
  }
  return c.json(presentIdToken(row), 201, { location: `/api/id-tokens/${encodeURIComponent(idToken)}` });
});

const Id = z.object({ idToken: z.string() });

const read = createRoute({
  method: "get",
  path: "/{idToken}",
  tags: ["id-tokens"],
  summary: "Read an id token",
  request: { params: Id },
  responses: { 200: { description: "The id token", content: json(IdToken) }, ...problemResponses(401, 403, 404) },
});

idTokens.openapi(read, async (c) => {
  const { idToken } = c.req.valid("param");
  const row = await database(c.env).query.idTokens.findFirst({ where: eq(table.key, caseKey(idToken)) });
  const owner = ownerId(c.get("principal"));
  // To a driver, another's token does not exist.
  if (!row || (owner !== undefined && row.userId !== owner)) return problem(c, unknown(idToken));
  return c.json(presentIdToken(row), 200);
});

const patch = createRoute({
  method: "patch",
  path: "/{idToken}",
  tags: ["id-tokens"],
  summary: "Change an id token",
  request: { params: Id, body: { required: true, content: json(z.strictObject(fields).openapi("IdTokenPatch")) } },
  responses: {
    200: { description: "The id token", content: json(IdToken) },
    ...problemResponses(400, 401, 403, 404, 422),
  },
});

idTokens.openapi(patch, async (c) => {
  const { idToken } = c.req.valid("param");
  const change = c.req.valid("json");
  const db = database(c.env);
  const failure = await unknownOwner(db, change.userId);
  if (failure) return problem(c, failure);
  const [row] = await db
    .update(table)
    // With a status the operator has decided about what the driver wished.
    .set({ ...change, ...(change.status === undefined ? {} : { driverWish: null }), updatedAt: new Date() })
    .where(eq(table.key, caseKey(idToken)))
    .returning();
  return row ? c.json(presentIdToken(row), 200) : problem(c, unknown(idToken));
});

const remove = createRoute({
  method: "delete",
  path: "/{idToken}",
  tags: ["id-tokens"],
  summary: "Delete an id token",
  request: { params: Id },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404) },
});

idTokens.openapi(remove, async (c) => {
  const { idToken } = c.req.valid("param");
  const gone = await database(c.env)
    .delete(table)
    .where(eq(table.key, caseKey(idToken)))
    .returning({ key: table.key });
  return gone.length > 0 ? c.body(null, 204) : problem(c, unknown(idToken));
});

async function unknownOwner(db: Database, userId: string | null | undefined): Promise<Failure<"invalid"> | undefined> {
  if (!userId || (await db.query.users.findFirst({ where: eq(users.id, userId) }))) return undefined;
  return {
    reason: "invalid",
    detail: "There is no such user.",
    errors: [{ pointer: "/userId", detail: "is no user's id" }],
  };
}

const unknown = (idToken: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no id token ${idToken}.`,
});
