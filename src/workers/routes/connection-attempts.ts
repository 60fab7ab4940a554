// /api/connection-attempts: handshakes of chargers that were refused, last seen first.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { connectionAttempts as table } from "../../db/schema.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const ConnectionAttempt = z
  .object({
    id: z.string(),
    identity: z.string().openapi({ description: "As the charger spelt it" }),
    reason: z.string(),
    detail: z.string(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    subprotocols: z.string().nullable(),
    count: z.int(),
    firstAt: Timestamp,
    lastAt: Timestamp,
  })
  .openapi("ConnectionAttempt");

const Query = z.strictObject({
  chargePointId: z.string().optional(),
  identity: z.string().optional().openapi({ description: "The same as `chargePointId`" }),
  reason: z.string().optional(),
  ...pageQuery(z.tuple([z.int(), z.string()])),
});

export const connectionAttempts = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["connection-attempts"],
  summary: "List refused handshakes",
  request: { query: Query },
  responses: {
    200: { description: "Last seen first", content: json(pageOf(ConnectionAttempt)) },
    ...problemResponses(400, 401, 403),
  },
});

connectionAttempts.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectConnectionAttempts(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ lastAt, id }) => [lastAt.getTime(), id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectConnectionAttempts(db: Database, query: z.infer<typeof Query>) {
  const { chargePointId, identity, reason, cursor, limit } = query;
  const [first, second] = [chargePointId, identity].filter((name) => name !== undefined).map(caseKey);
  return db
    .select()
    .from(table)
    .where(
      and(
        first === undefined ? undefined : eq(table.chargePoint, first),
        second === undefined ? undefined : eq(table.chargePoint, second),
        reason === undefined ? undefined : eq(table.reason, reason),
        before([table.lastAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.lastAt), desc(table.id))
    .limit(limit + 1);
}

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["connection-attempts"],
  summary: "Forget a refused handshake",
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: "Forgotten" }, ...problemResponses(401, 403, 404) },
});

connectionAttempts.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const gone = await database(c.env).delete(table).where(eq(table.id, id)).returning({ id: table.id });
  return gone.length > 0
    ? c.body(null, 204)
    : problem(c, { reason: "not_found", detail: `There is no attempt ${id}.` });
});

function present({
  chargePoint: _,
  firstAt,
  lastAt,
  ...row
}: typeof table.$inferSelect): z.infer<typeof ConnectionAttempt> {
  return { ...row, firstAt: timestamp(firstAt), lastAt: timestamp(lastAt) };
}
