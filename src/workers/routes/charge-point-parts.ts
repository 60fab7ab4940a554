// /api/charge-points/{id}/...: what is known about one charger: connectors, their history, messages, configuration, findings.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, desc, eq, lt } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { availabilities, connectorStatuses, connectors, findings } from "../../db/schema.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { encodeCursor, page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findUpToDate } from "./charge-point-list.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json, Timestamp, timestamp } from "./fields.ts";
import { logFilter, Message, messageQuery, presentMessage } from "./message.ts";
import { explain } from "./status-explanations.ts";

export const chargePointParts = createRouter();

const status = {
  status: z.string(),
  errorCode: z.string().nullable(),
  info: z.string().nullable(),
  vendorId: z.string().nullable(),
  vendorErrorCode: z.string().nullable(),
  statusAt: Timestamp.openapi({ description: "The charger's time; the receipt where that is missing or insane" }),
};

const Connector = z
  .object({
    evseId: z.int(),
    connectorId: z.int(),
    ...status,
    explanation: z.string().nullable().openapi({ description: "What the status means; null: a vendor's own" }),
    stale: z.boolean().openapi({ description: "The charger is away: `status` is what it told last" }),
    availability: z
      .object({
        operative: z.boolean(),
        scheduled: z.boolean().openapi({ description: "It waits for a transaction to end" }),
        at: Timestamp,
      })
      .nullable()
      .openapi({ description: "What ChangeAvailability set it to last; null: nothing yet" }),
  })
  .openapi("Connector");
const ConnectorStatus = z.object({ ...status, receivedAt: Timestamp }).openapi("ConnectorStatus");
const Finding = z
  .object({ code: z.string(), detail: z.string(), count: z.int(), firstAt: Timestamp, lastAt: Timestamp })
  .openapi("Finding", { description: "What the charger does against the specification" });

const listConnectors = createRoute({
  method: "get",
  path: "/{id}/connectors",
  tags: ["charge-points"],
  summary: "Its connectors and their last status",
  request: { params: Id },
  responses: {
    200: { description: "All of them", content: json(pageOf(Connector)) },
    ...problemResponses(401, 403, 404),
  },
});

chargePointParts.openapi(listConnectors, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const rows = await database(c.env)
    .select()
    .from(connectors)
    .where(eq(connectors.chargePoint, row.key))
    .orderBy(asc(connectors.evseId), asc(connectors.connectorId));
  const settings = await database(c.env).select().from(availabilities).where(eq(availabilities.chargePoint, row.key));
  const live = await chargePointOf(c.env, row.key).live();
  const items = rows.map(({ chargePoint: _key, historySeq: _seq, ...connector }) => ({
    ...connector,
    statusAt: timestamp(connector.statusAt),
    explanation: explain(connector.status),
    stale: live?.connected !== true,
    availability: availabilityOf(connector, settings),
  }));
  return c.json({ items, nextCursor: null }, 200);
});

type Setting = typeof availabilities.$inferSelect;
type ConnectorPlace = Pick<typeof connectors.$inferSelect, "evseId" | "connectorId" | "status">;

/** The latest word that holds for a connector: about itself, its EVSE or the whole charger. */
function availabilityOf({ evseId, connectorId, status }: ConnectorPlace, settings: readonly Setting[]) {
  const holds = (setting: Setting) =>
    setting.evseId === 0 || (setting.evseId === evseId && [0, connectorId].includes(setting.connectorId));
  const latest = settings.filter(holds).toSorted((a, b) => b.historySeq - a.historySeq)[0];
  if (latest === undefined) return null;
  const { operative, scheduled, at } = latest;
  // What was scheduled has come about when the connector says so.
  const isDone = operative === (status !== "Unavailable");
  return { operative, scheduled: scheduled && !isDone, at: timestamp(at) };
}

const ConnectorPath = Id.extend({ evseId: z.coerce.number().int(), connectorId: z.coerce.number().int() });

const listStatuses = createRoute({
  method: "get",
  path: "/{id}/connectors/{evseId}/{connectorId}/statuses",
  tags: ["charge-points"],
  summary: "The status history of a connector",
  description: "OCPP 1.6 has no evses: there evseId equals connectorId.",
  request: { params: ConnectorPath, query: z.strictObject(pageQuery(z.tuple([z.int()]))) },
  responses: {
    200: { description: "Newest first", content: json(pageOf(ConnectorStatus)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

chargePointParts.openapi(listStatuses, async (c) => {
  const { id, evseId, connectorId } = c.req.valid("param");
  const { cursor, limit } = c.req.valid("query");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const t = connectorStatuses;
  const rows = await database(c.env)
    .select()
    .from(t)
    .where(
      and(
        eq(t.chargePoint, row.key),
        eq(t.evseId, evseId),
        eq(t.connectorId, connectorId),
        cursor === undefined ? undefined : lt(t.seq, cursor[0]),
      ),
    )
    .orderBy(desc(t.seq))
    .limit(limit + 1);
  const present = (one: (typeof rows)[number]) => ({
    status: one.status,
    errorCode: one.errorCode,
    info: one.info,
    vendorId: one.vendorId,
    vendorErrorCode: one.vendorErrorCode,
    statusAt: timestamp(one.statusAt),
    receivedAt: timestamp(one.receivedAt),
  });
  return c.json(page(rows, limit, { key: ({ seq }) => [seq], present }), 200);
});

const listMessages = createRoute({
  method: "get",
  path: "/{id}/messages",
  tags: ["charge-points"],
  summary: "The OCPP messages, both directions",
  description: "From the charger's own log, which keeps the last 16,000 entries or more. Heartbeats are not kept.",
  request: { params: Id, query: z.strictObject({ ...messageQuery, ...pageQuery(z.tuple([z.int()])) }) },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Message)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

chargePointParts.openapi(listMessages, async (c) => {
  const { id } = c.req.valid("param");
  const { cursor, limit, ...query } = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const found = await chargePointOf(c.env, row.key).findMessages(logFilter(query), cursor?.[0] ?? null, limit);
  const last = found.rows.at(-1);
  const nextCursor = found.isAll || last === undefined ? null : encodeCursor([last.seq]);
  return c.json({ items: found.rows.map(presentMessage), nextCursor }, 200);
});

const Configuration = z
  .object({
    items: z.array(z.object({ key: z.string(), value: z.string().optional(), readonly: z.boolean(), at: Timestamp })),
    unknownKeys: z.array(z.string()),
  })
  .openapi("Configuration");

const readConfiguration = createRoute({
  method: "get",
  path: "/{id}/configuration",
  tags: ["charge-points"],
  summary: "The configuration as far as it is known (OCPP 1.6)",
  description:
    "From the charger's answers to GetConfiguration and ChangeConfiguration. Send GetConfiguration to read it anew. " +
    "OCPP 2.x has variables instead: see /variables.",
  request: { params: Id },
  responses: { 200: { description: "Known keys", content: json(Configuration) }, ...problemResponses(401, 403, 404) },
});

chargePointParts.openapi(readConfiguration, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const { items, unknownKeys } = await chargePointOf(c.env, row.key).configuration();
  return c.json({ items: items.map((item) => ({ ...item, at: new Date(item.at).toISOString() })), unknownKeys }, 200);
});

const listFindings = createRoute({
  method: "get",
  path: "/{id}/findings",
  tags: ["charge-points"],
  summary: "What it does against the specification",
  request: { params: Id },
  responses: {
    200: { description: "In order of the code", content: json(pageOf(Finding)) },
    ...problemResponses(401, 403, 404),
  },
});

chargePointParts.openapi(listFindings, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const rows = await database(c.env)
    .select()
    .from(findings)
    .where(eq(findings.chargePoint, row.key))
    .orderBy(asc(findings.code));
  const items = rows.map(({ code, detail, count, firstAt, lastAt }) => ({
    code,
    detail,
    count,
    firstAt: timestamp(firstAt),
    lastAt: timestamp(lastAt),
  }));
  return c.json({ items, nextCursor: null }, 200);
});
