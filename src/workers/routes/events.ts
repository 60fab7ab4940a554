// /api/events: what happens in the whole fleet, as it happens.
import { createRoute, z } from "@hono/zod-openapi";
import { caseKey } from "../../db/case-key.ts";
import { fleetFeedOf } from "../../durable-objects/stubs.ts";
import { DRIVER_TYPES } from "../../events/driver-share.ts";
import { driverView } from "../driver/view.ts";
import { FLEET_TYPES, openFeed, unknownTypes } from "../feed.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";

/** A comma-separated list. */
const List = z.string().transform((text) => text.split(",").filter((item) => item !== ""));

const Query = z.strictObject({
  types: List.optional().openapi({ type: "string", example: "transaction.*,connector.status" }),
  chargePointId: List.optional().openapi({ type: "string", description: "OCPP identities, separated by commas" }),
  after: z.string().max(3000).optional().openapi({ description: "Resume after this cursor, or the id of an event" }),
  ticket: z.string().optional().openapi({ description: "From POST /api/tickets, instead of a header" }),
});

export const events = createRouter();

const listen = createRoute({
  method: "get",
  path: "/",
  tags: ["live"],
  summary: "Listen to the events of the fleet",
  description:
    "By WebSocket, or as server-sent events with `Accept: text/event-stream`. Messages: `hello`, `events` with a " +
    "`cursor` to resume after, `gap` when what was missed is no longer kept, `ping` that any word answers. " +
    "Server-sent events resume by Last-Event-ID. The types are in docs/events.md. After 15 minutes the socket closes with 4401: " +
    "come back with a new ticket. A driver hears of its own sessions and reservations, and of the chargers that it names in " +
    "`chargePointId`, if they are open to drivers, whether they are free.",
  request: { query: Query, headers: z.object({ "last-event-id": z.string().max(3000).optional() }) },
  responses: {
    101: { description: "The socket" },
    200: { description: "Server-sent events", content: { "text/event-stream": { schema: z.string() } } },
    ...problemResponses(400, 401, 403, 426, 429),
  },
});

events.openapi(listen, async (c) => {
  const { types, chargePointId, after } = c.req.valid("query");
  const chargePoints = chargePointId?.map(caseKey);
  const isDriver = c.get("principal").role === "driver";
  const errors = unknownTypes(types ?? [], isDriver ? DRIVER_TYPES : FLEET_TYPES);
  if (errors.length > 0) return problem(c, { reason: "bad_request", detail: "There is no such type.", errors });
  const since = c.req.header("last-event-id") ?? after;
  const path = since === undefined ? "/events" : `/events?after=${encodeURIComponent(since)}`;
  if (!isDriver) return openFeed(c, fleetFeedOf(c.env), path, { types, chargePoints });
  const driver = await driverView(c.env, c.get("principal").id, chargePoints ?? []);
  return openFeed(c, fleetFeedOf(c.env), path, { types, driver });
});
