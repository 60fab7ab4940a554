// /api/users/me/sessions: where I am signed in, and signing out there.
import { createRoute, z } from "@hono/zod-openapi";
import { database } from "../../db/client.ts";
import { endSessions, readSessions } from "../auth/sessions.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Session = z
  .object({
    id: z.string(),
    current: z.boolean().openapi({ description: "The one that asks" }),
    createdAt: Timestamp.openapi({ description: "When it was signed in" }),
    lastUsedAt: Timestamp.openapi({ description: "When its tokens were last renewed" }),
    expiresAt: Timestamp.openapi({ description: "When it ends if it is not used until then" }),
    userAgent: z.string().nullable(),
    address: z.string().nullable(),
  })
  .openapi("Session");

export const sessions = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["users"],
  summary: "Where am I signed in?",
  responses: {
    200: { description: "The last used first", content: json(z.object({ items: z.array(Session) })) },
    ...problemResponses(401),
  },
});

sessions.openapi(list, async (c) => {
  const principal = c.get("principal");
  const current = principal.kind === "user" ? principal.sessionId : undefined;
  const rows = await readSessions(database(c.env), principal.id);
  const items = rows.map(({ createdAt, lastUsedAt, expiresAt, ...row }) => ({
    ...row,
    current: row.id === current,
    ...{ createdAt: timestamp(createdAt), lastUsedAt: timestamp(lastUsedAt), expiresAt: timestamp(expiresAt) },
  }));
  return c.json({ items }, 200);
});

const end = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["users"],
  summary: "Sign out somewhere",
  description: "Its access token goes on for a quarter of an hour at most.",
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: "Signed out" }, ...problemResponses(401, 404) },
});

sessions.openapi(end, async (c) => {
  const { id } = c.req.valid("param");
  const ended = await endSessions(database(c.env), c.get("principal").id, { only: id });
  if (ended > 0) return c.body(null, 204);
  return problem(c, { reason: "not_found", detail: `There is no session ${id}.` });
});

const endOthers = createRoute({
  method: "delete",
  path: "/",
  tags: ["users"],
  summary: "Sign out everywhere else",
  responses: { 204: { description: "Signed out" }, ...problemResponses(401) },
});

sessions.openapi(endOthers, async (c) => {
  const principal = c.get("principal");
  const except = principal.kind === "user" ? principal.sessionId : undefined;
  await endSessions(database(c.env), principal.id, { except });
  return c.body(null, 204);
});
