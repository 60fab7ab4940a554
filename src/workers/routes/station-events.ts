// /api/charge-points/{id}/events: what its monitors have noticed.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { stationEvents as table } from "../../db/schema.ts";
import type { StationEvent } from "../../ocpp/station-events.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { answerList } from "./charge-point-list.ts";
import { Id } from "./charge-point-lookup.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Event = z
  .object({
    eventId: z.int().nullable().openapi({ description: "The charger's" }),
    at: Timestamp.openapi({ description: "The charger's time; the receipt where that is missing or insane" }),
    component: z.string(),
    componentInstance: z.string().nullable(),
    evseId: z.int().nullable(),
    connectorId: z.int().nullable(),
    variable: z.string(),
    variableInstance: z.string().nullable(),
    trigger: z.string().nullable().openapi({ example: "Alerting" }),
    eventNotificationType: z.string().nullable(),
    actualValue: z.string().nullable(),
    cleared: z.boolean().openapi({ description: "What was wrong is well again" }),
    severity: z.int().nullable().openapi({ description: "0 is the worst; OCPP 2.1 sends it, 2.0.1 does not" }),
    cause: z.int().nullable().openapi({ description: "The eventId of what caused it" }),
    techCode: z.string().nullable(),
    techInfo: z.string().nullable(),
    ocppTransactionId: z.string().nullable(),
    variableMonitoringId: z.int().nullable(),
    receivedAt: Timestamp,
  })
  .openapi("StationEvent");

const Query = z
  .strictObject({
    component: z.string().optional(),
    variable: z.string().optional().openapi({ description: "Of that component: not without it" }),
    ...pageQuery(z.tuple([z.int(), z.int()])),
  })
  .refine(({ component, variable }) => variable === undefined || component !== undefined, {
    path: ["variable"],
    message: "needs a component",
  });

export const stationEvents = createRouter();

const list = createRoute({
  method: "get",
  path: "/{id}/events",
  tags: ["charge-points"],
  summary: "What its monitors have noticed (OCPP 2.x)",
  description: "Every event of every NotifyEvent.",
  request: { params: Id, query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Event)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

stationEvents.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const query = c.req.valid("query");
  return answerList(c, id, {
    limit: query.limit,
    select: (db, key) => selectStationEvents(db, key, query),
    key: ({ seq, item }) => [seq, item],
    present,
  });
});

/** One row more than the page, in the order of the index. */
export function selectStationEvents(
  db: Database,
  chargePoint: string,
  { component, variable, cursor, limit }: z.infer<typeof Query>,
) {
  return db
    .select()
    .from(table)
    .where(
      and(
        eq(table.chargePoint, chargePoint),
        component === undefined ? undefined : eq(table.component, component.toLowerCase()),
        variable === undefined ? undefined : eq(table.variable, variable.toLowerCase()),
        before([table.seq, table.item], cursor),
      ),
    )
    .orderBy(desc(table.seq), desc(table.item))
    .limit(limit + 1);
}

function present({ event: stored, receivedAt }: typeof table.$inferSelect): z.infer<typeof Event> {
  const event: StationEvent = JSON.parse(stored);
  return {
    eventId: event.eventId ?? null,
    at: new Date(event.at).toISOString(),
    component: event.component,
    componentInstance: event.componentInstance ?? null,
    evseId: event.evseId ?? null,
    connectorId: event.connectorId ?? null,
    variable: event.variable,
    variableInstance: event.variableInstance ?? null,
    trigger: event.trigger ?? null,
    eventNotificationType: event.eventNotificationType ?? null,
    actualValue: event.actualValue ?? null,
    cleared: event.cleared,
    severity: event.severity ?? null,
    cause: event.cause ?? null,
    techCode: event.techCode ?? null,
    techInfo: event.techInfo ?? null,
    ocppTransactionId: event.ocppTransactionId ?? null,
    variableMonitoringId: event.variableMonitoringId ?? null,
    receivedAt: timestamp(receivedAt),
  };
}
