// /api/security-events: what chargers told about their security, over all of them and for one.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, gte, lt } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { chargePoints, securityEvents as table } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findUpToDate } from "./charge-point-list.ts";
import { Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { Flag, json, Timestamp, TimestampInput, timestamp } from "./fields.ts";

const SecurityEvent = z
  .object({
    chargePointId: z.string(),
    type: z.string().openapi({ example: "TamperDetectionActivated" }),
    critical: z.boolean().openapi({ description: "By the specification's list" }),
    techInfo: z.string().nullable(),
    occurredAt: Timestamp.openapi({ description: "The charger's time; the receipt where that is missing or insane" }),
    receivedAt: Timestamp,
  })
  .openapi("SecurityEvent");

const filters = {
  type: z.string().optional(),
  critical: Flag.optional(),
  from: TimestampInput.optional().openapi({ description: "occurredAt, inclusive" }),
  to: TimestampInput.optional().openapi({ description: "occurredAt, exclusive" }),
  ...pageQuery(z.tuple([z.int(), z.string(), z.int()])),
};
const Query = z.strictObject({ chargePointId: z.string().optional(), ...filters });

/** Below /api/security-events. */
export const securityEvents = createRouter();
/** Below /api/charge-points. */
export const chargePointSecurityEvents = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["security"],
  summary: "List the security events of all charge points",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(SecurityEvent)) },
    ...problemResponses(400, 401, 403),
  },
});

securityEvents.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId));
  return c.json(await eventPage(c.env, query), 200);
});

const listOfOne = createRoute({
  method: "get",
  path: "/{id}/security-events",
  tags: ["security"],
  summary: "List the security events of one charge point",
  request: { params: Id, query: z.strictObject(filters) },
  responses: {
    200: { description: "Newest first", content: json(pageOf(SecurityEvent)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

chargePointSecurityEvents.openapi(listOfOne, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return c.json(await eventPage(c.env, { ...c.req.valid("query"), chargePointId: row.key }), 200);
});

async function eventPage(env: Env, query: z.infer<typeof Query>) {
  const rows = await selectSecurityEvents(database(env), query);
  const key = ({ event }: EventRow) => [event.occurredAt.getTime(), event.chargePoint, event.seq] as const;
  return page(rows, query.limit, { key, present });
}

interface EventRow {
  event: typeof table.$inferSelect;
  displayId: string | null;
}

/** One row more than the page, in the order of the index. */
export function selectSecurityEvents(db: Database, query: z.infer<typeof Query>) {
  const { chargePointId, type, critical, from, to, cursor, limit } = query;
  return db
    .select({ event: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(
      and(
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        type === undefined ? undefined : eq(table.type, type),
        critical === undefined ? undefined : eq(table.critical, critical),
        from === undefined ? undefined : gte(table.occurredAt, from),
        to === undefined ? undefined : lt(table.occurredAt, to),
        before([table.occurredAt, table.chargePoint, table.seq], cursor),
      ),
    )
    .orderBy(desc(table.occurredAt), desc(table.chargePoint), desc(table.seq))
    .limit(limit + 1);
}

const present = ({ event, displayId }: EventRow): z.infer<typeof SecurityEvent> => ({
  chargePointId: displayId ?? event.chargePoint,
  type: event.type,
  critical: event.critical,
  techInfo: event.techInfo,
  occurredAt: timestamp(event.occurredAt),
  receivedAt: timestamp(event.receivedAt),
});
