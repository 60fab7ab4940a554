// /api/charge-points/{id}/live: one charger as it is, and everything that passes, straight from its actor.
import { createRoute, z } from "@hono/zod-openapi";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { EVENT_TYPES } from "../../events/table.ts";
import { openFeed, unknownTypes } from "../feed.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";

const Query = z.strictObject({
  types: z
    .string()
    .transform((text) => text.split(",").filter((item) => item !== ""))
    .optional()
    .openapi({ type: "string", example: "message,meter.values", description: "`message` stands for OCPP frames" }),
  ticket: z.string().optional().openapi({ description: "From POST /api/tickets, instead of a header" }),
});

/** Below /api/charge-points. */
export const live = createRouter();

const watch = createRoute({
  method: "get",
  path: "/{id}/live",
  tags: ["live"],
  summary: "Watch a charge point",
  description:
    "By WebSocket, or as server-sent events with `Accept: text/event-stream`. Messages: `snapshot` first, then " +
    "`message` for each entry of the message log, `events` for what follows from it, at once and meter values " +
    "included, and `ping` that any word answers. After 15 minutes the socket closes with 4401: come back with a new ticket.",
  request: { params: Id, query: Query },
  responses: {
    101: { description: "The socket" },
    200: { description: "Server-sent events", content: { "text/event-stream": { schema: z.string() } } },
    ...problemResponses(400, 401, 403, 404, 426, 429),
  },
});

live.openapi(watch, async (c) => {
  const { id } = c.req.valid("param");
  const { types } = c.req.valid("query");
  const errors = unknownTypes(types ?? [], [...EVENT_TYPES, "message"]);
  if (errors.length > 0) return problem(c, { reason: "bad_request", detail: "There is no such type.", errors });
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return openFeed(c, chargePointOf(c.env, row.key), "/live", { types });
});
