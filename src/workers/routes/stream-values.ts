// /api/charge-points/{id}/event-streams/{streamId}/values: what a periodic event stream brought, oldest first.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { after, type Key } from "../../db/keyset.ts";
import { streamChunks } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json, Timestamp } from "./fields.ts";

/** Read at once: a chunk is one shipment of one stream, some dozens of values or more. */
const CHUNKS_PER_READ = 8;

const StreamValue = z.object({ at: Timestamp, value: z.string() }).openapi("StreamValue");
const Chunk = z.array(StreamValue);

const Params = Id.extend({ streamId: z.coerce.number().int() });

export const streamValues = createRouter();

const list = createRoute({
  method: "get",
  path: "/{id}/event-streams/{streamId}/values",
  tags: ["charge-points"],
  summary: "The values of a periodic event stream",
  description: "In order of receipt. A page ends where a stored chunk ends, so it may hold more than `limit` items.",
  request: { params: Params, query: z.strictObject(pageQuery(z.tuple([z.int()]))) },
  responses: {
    200: { description: "Oldest first", content: json(pageOf(StreamValue)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

streamValues.openapi(list, async (c) => {
  const { id, streamId } = c.req.valid("param");
  const { limit, cursor } = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  if (cursor === undefined) await flushHistory(c.env, row.key);
  const items: z.infer<typeof Chunk> = [];
  for (let last: Key | undefined = cursor; ; ) {
    const chunks = await selectStreamChunks(database(c.env), row.key, streamId, last);
    for (const [i, chunk] of chunks.slice(0, CHUNKS_PER_READ).entries()) {
      items.push(...Chunk.parse(JSON.parse(chunk.streamValues)));
      last = [chunk.firstSeq];
      if (items.length >= limit && i + 1 < chunks.length) return c.json({ items, nextCursor: encodeCursor(last) }, 200);
    }
    if (chunks.length <= CHUNKS_PER_READ) return c.json({ items, nextCursor: null }, 200);
  }
});

/** One chunk more than are read at once, in the order of the primary key. */
export function selectStreamChunks(db: Database, chargePoint: string, streamId: number, cursor: Key | undefined) {
  return db
    .select()
    .from(streamChunks)
    .where(
      and(
        eq(streamChunks.chargePoint, chargePoint),
        eq(streamChunks.streamId, streamId),
        after([streamChunks.firstSeq], cursor),
      ),
    )
    .orderBy(asc(streamChunks.firstSeq))
    .limit(CHUNKS_PER_READ + 1);
}
