// /api/charge-points/{id}/notices: what the charger told that has no list of its own, as it came.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { notices as table } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Notice = z
  .object({
    seq: z.int(),
    action: z.string().openapi({ example: "SecurityEventNotification" }),
    payload: z.unknown(),
    receivedAt: Timestamp,
  })
  .openapi("Notice");

const Query = z.strictObject({ action: z.string().optional(), ...pageQuery(z.tuple([z.int()])) });

export const notices = createRouter();

const list = createRoute({
  method: "get",
  path: "/{id}/notices",
  tags: ["charge-points"],
  summary: "Security events, reports, limits and other things it told",
  request: { params: Id, query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Notice)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

notices.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const query = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  await flushHistory(c.env, row.key);
  const rows = await selectNotices(database(c.env), row.key, query);
  return c.json(page(rows, query.limit, { key: ({ seq }) => [seq], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectNotices(db: Database, chargePoint: string, { action, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(
      and(
        eq(table.chargePoint, chargePoint),
        action === undefined ? undefined : eq(table.action, action),
        before([table.seq], cursor),
      ),
    )
    .orderBy(desc(table.seq))
    .limit(limit + 1);
}

const present = ({ seq, action, payload, receivedAt }: typeof table.$inferSelect): z.infer<typeof Notice> => ({
  seq,
  action,
  payload: JSON.parse(payload),
  receivedAt: timestamp(receivedAt),
});
