// /api/tickets: a pass into the live feeds for browsers, whose sockets cannot send a header.
import { createRoute, z } from "@hono/zod-openapi";
import { issueTicket } from "../auth/tickets.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Ticket = z.object({ ticket: z.string(), expiresAt: Timestamp }).openapi("Ticket");

export const tickets = createRouter();

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["live"],
  summary: "Get a ticket for a live feed",
  description:
    "Good for one connection within 30 seconds: send it as `?ticket=` to /api/events or " +
    "/api/charge-points/{id}/live. Whoever can send headers needs none.",
  responses: { 201: { description: "The ticket", content: json(Ticket) }, ...problemResponses(401) },
});

tickets.openapi(create, async (c) => {
  const { ticket, expiresAt } = await issueTicket(c.env, c.get("principal"));
  return c.json({ ticket, expiresAt: timestamp(expiresAt) }, 201, { "cache-control": "no-store" });
});
