// /api/webhooks/{id}/...: what was delivered and what was not, another try, a test, a new secret.
import { createRoute, z } from "@hono/zod-openapi";
import { and, eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { webhooks as table } from "../../db/schema.ts";
import { webhookOf } from "../../durable-objects/stubs.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { renewSecret, spread } from "../webhooks.ts";
import { json } from "./fields.ts";
import { Attempt, DELIVERY_STATUSES, Delivery, presentDelivery, presentWebhook, Webhook } from "./webhook.ts";
import { findWebhook, unknownWebhook, WebhookId } from "./webhooks.ts";

/** Below /api/webhooks. */
export const webhookDeliveries = createRouter();

const HOUR_MS = 3_600_000;

const list = createRoute({
  method: "get",
  path: "/{id}/deliveries",
  tags: ["webhooks"],
  summary: "What was delivered, what waits, and what was given up",
  description: "Of what was delivered, the last 1,000; of what was given up, the last 5,000.",
  request: {
    params: WebhookId,
    query: z.strictObject({ status: z.enum(DELIVERY_STATUSES).optional(), ...pageQuery(z.tuple([z.int()])) }),
  },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Delivery)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

webhookDeliveries.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const { status, cursor, limit } = c.req.valid("query");
  if ((await findWebhook(c.env, id)) === undefined) return problem(c, unknownWebhook(id));
  const rows = await webhookOf(c.env, id).deliveries(status, cursor?.[0], limit + 1);
  return c.json(page(rows, limit, { key: ({ position }) => [position], present: presentDelivery }), 200);
});

const resend = createRoute({
  method: "post",
  path: "/{id}/resend",
  tags: ["webhooks"],
  summary: "Try again what was given up, or send again what was delivered",
  description: "Behind what waits. Also knocks at once at a receiver that was away.",
  request: {
    params: WebhookId,
    body: {
      required: true,
      content: json(
        z
          .strictObject({
            ids: z
              .array(z.string().max(3000))
              .min(1)
              .max(1000)
              .optional()
              .openapi({ description: "Left out: all that were given up" }),
          })
          .openapi("WebhookResend"),
      ),
    },
  },
  responses: {
    202: { description: "How many are queued again", content: json(z.object({ queued: z.int() })) },
    ...problemResponses(400, 401, 403, 404, 422),
  },
});

webhookDeliveries.openapi(resend, async (c) => {
  const { id } = c.req.valid("param");
  if ((await findWebhook(c.env, id)) === undefined) return problem(c, unknownWebhook(id));
  return c.json({ queued: await webhookOf(c.env, id).resend(c.req.valid("json").ids) }, 202);
});

const test = createRoute({
  method: "post",
  path: "/{id}/test",
  tags: ["webhooks"],
  summary: "Send a test event now",
  description: "Of type `webhook.test`, once, also while the webhook is not active. Its answer is the answer.",
  request: { params: WebhookId },
  responses: {
    200: { description: "What the receiver said", content: json(Attempt) },
    ...problemResponses(401, 403, 404),
  },
});

webhookDeliveries.openapi(test, async (c) => {
  const { id } = c.req.valid("param");
  if ((await findWebhook(c.env, id)) === undefined) return problem(c, unknownWebhook(id));
  const { retryAfterMs: _retryAfterMs, ...attempt } = await webhookOf(c.env, id).sendTest({
    ...{ id: `test-${crypto.randomUUID()}`, type: "webhook.test", at: new Date().toISOString(), chargePointId: "" },
    data: { webhookId: id },
  });
  return c.json(attempt, 200);
});

const rotate = createRoute({
  method: "post",
  path: "/{id}/rotate-secret",
  tags: ["webhooks"],
  summary: "Make a new secret",
  description: "Until the overlap is over, requests are signed with both secrets.",
  request: {
    params: WebhookId,
    body: {
      required: true,
      content: json(z.strictObject({ overlapHours: z.number().min(0).max(720).default(24) }).openapi("RotateSecret")),
    },
  },
  responses: {
    200: { description: "`secret` is not shown again", content: json(Webhook.extend({ secret: z.string() })) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

webhookDeliveries.openapi(rotate, async (c) => {
  const { id } = c.req.valid("param");
  const { overlapHours } = c.req.valid("json");
  const row = await findWebhook(c.env, id);
  if (row === undefined) return problem(c, unknownWebhook(id));
  const { secret, secrets } = await renewSecret(c.env, row.secrets, overlapHours * HOUR_MS);
  // Of two who do this at once, one gets its way: a secret that is shown is one that signs.
  const [changed] = await database(c.env)
    .update(table)
    .set({ secrets, updatedAt: new Date() })
    .where(and(eq(table.id, id), eq(table.secrets, row.secrets)))
    .returning();
  if (changed === undefined) {
    return problem(c, { reason: "conflict", detail: "Its secret was just replaced by somebody else." });
  }
  await spread(c.env, changed);
  return c.json({ ...presentWebhook(changed), secret }, 200, { "cache-control": "no-store" });
});
