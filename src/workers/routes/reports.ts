// /api/charge-points/{id}/reports and what they brought that has no list elsewhere: display messages, customer
// information, boots.
import { createRoute, z } from "@hono/zod-openapi";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { isComplete, isEmpty, missingOf, type Report as ReportState } from "../../ocpp/reports.ts";
import { pageOf } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json, Timestamp } from "./fields.ts";

const KINDS = ["variables", "monitors", "displayMessages", "customerInformation"] as const;

const Report = z
  .object({
    report: z.enum(KINDS),
    requestId: z.int(),
    commandId: z.string().nullable(),
    full: z.boolean().openapi({ description: "Whether what it does not name does not exist" }),
    complete: z.boolean(),
    parts: z.int().openapi({ description: "Parts received" }),
    missing: z.array(z.int()).openapi({ description: "Sequence numbers that are known to be missing" }),
    requestedAt: Timestamp.nullable(),
    firstPartAt: Timestamp.nullable(),
    lastPartAt: Timestamp.nullable(),
  })
  .openapi("Report");

export const reports = createRouter();

const list = createRoute({
  method: "get",
  path: "/{id}/reports",
  tags: ["charge-points"],
  summary: "Reports that come in parts, and whether all of them came (OCPP 2.x)",
  request: { params: Id, query: z.strictObject({ report: z.enum(KINDS).optional() }) },
  responses: {
    200: { description: "The last 50, newest first", content: json(pageOf(Report)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

reports.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const { report } = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const all = await chargePointOf(c.env, row.key).reports();
  const items = all.filter((one) => report === undefined || one.report === report).map(present);
  return c.json({ items, nextCursor: null }, 200);
});

const isoOrNull = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

const present = (report: ReportState): z.infer<typeof Report> => ({
  report: report.report,
  requestId: report.requestId,
  commandId: report.commandId ?? null,
  full: report.full,
  complete: isComplete(report) || isEmpty(report),
  parts: report.received.reduce((sum, { from, to }) => sum + to - from + 1, 0),
  missing: missingOf(report),
  requestedAt: isoOrNull(report.requestedAt),
  firstPartAt: isoOrNull(report.firstPartAt),
  lastPartAt: isoOrNull(report.lastPartAt),
});

const Content = z.record(z.string(), z.unknown());
const DisplayMessage = z
  .object({
    id: z.int(),
    message: Content.openapi({ description: "OCPP's MessageInfo" }),
    at: Timestamp,
  })
  .openapi("DisplayMessage");

const listMessages = createRoute({
  method: "get",
  path: "/{id}/display-messages",
  tags: ["charge-points"],
  summary: "What it shows on its display (OCPP 2.x)",
  description:
    "From NotifyDisplayMessages and the answers to SetDisplayMessage and ClearDisplayMessage. Messages whose time or " +
    "transaction is over are left out.",
  request: { params: Id },
  responses: {
    200: { description: "In order of their ids", content: json(pageOf(DisplayMessage)) },
    ...problemResponses(401, 403, 404),
  },
});

reports.openapi(listMessages, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const isOver = (end: unknown) => typeof end === "string" && Date.parse(end) <= Date.now();
  const known = await chargePointOf(c.env, row.key).displayMessages();
  const items = known
    .map(({ id, message, at }) => ({ id, message: Content.parse(JSON.parse(message)), at: new Date(at).toISOString() }))
    .filter(({ message }) => !isOver(message.endDateTime));
  return c.json({ items, nextCursor: null }, 200);
});

const CustomerInformation = z.object({ requestId: z.int(), data: z.string() }).openapi("CustomerInformation");

const take = createRoute({
  method: "post",
  path: "/{id}/customer-information/{requestId}/take",
  tags: ["charge-points"],
  summary: "What a CustomerInformation request brought, once (OCPP 2.x)",
  description:
    "The answer is the only copy: with it, the data is erased here. Before that, the message log shows everything but it. " +
    "Which requests have brought something is told by /reports?report=customerInformation.",
  request: { params: Id.extend({ requestId: z.coerce.number().int() }) },
  responses: {
    200: { description: "The data, all parts joined", content: json(CustomerInformation) },
    ...problemResponses(400, 401, 403, 404, 409),
  },
});

reports.openapi(take, async (c) => {
  const { id, requestId } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const result = await chargePointOf(c.env, row.key).takeCustomerInformation(requestId);
  if (result.ok) return c.json({ requestId, data: result.value }, 200, { "cache-control": "no-store" });
  return result.error === "gone"
    ? problem(c, {
        reason: "not_found",
        detail: `Nothing is here for request ${requestId}: it was taken, or never came.`,
      })
    : problem(c, { reason: "conflict", detail: `Parts of request ${requestId} are still missing.` });
});

const Boot = z.object({ at: Timestamp, reason: z.string().nullable() }).openapi("Boot");

const listBoots = createRoute({
  method: "get",
  path: "/{id}/boots",
  tags: ["charge-points"],
  summary: "When it booted, and why",
  description: "OCPP 1.6 tells no reason.",
  request: { params: Id },
  responses: {
    200: { description: "The last ten, newest first", content: json(pageOf(Boot)) },
    ...problemResponses(401, 403, 404),
  },
});

reports.openapi(listBoots, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const boots = await chargePointOf(c.env, row.key).boots();
  const items = boots.toReversed().map(({ at, reason }) => ({ at: new Date(at).toISOString(), reason }));
  return c.json({ items, nextCursor: null }, 200);
});
