// /api/charge-points/{id}/notices: what the charger told that has no list of its own, as it came.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { notices as table } from "../../db/schema.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { answerList } from "./charge-point-list.ts";
import { Id } from "./charge-point-lookup.ts";
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
  return answerList(c, id, {
    limit: query.limit,
    select: (db, key) => selectNotices(db, key, query),
    key: ({ seq }) => [seq],
    present,
  });
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
