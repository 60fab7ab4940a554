// /api/webhooks: who is told of events by HTTP, and how that goes.
import { createRoute, z } from "@hono/zod-openapi";
import { desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { webhooks as table } from "../../db/schema.ts";
import { webhookOf } from "../../durable-objects/stubs.ts";
import { EVENT_TYPES } from "../../events/table.ts";
import { policyOf, readTarget } from "../../webhooks/target.ts";
import { subjectOf } from "../audit.ts";
import { unknownTypes } from "../feed.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, type FieldError, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { renewSecret, spread, type WebhookRow, withdraw } from "../webhooks.ts";
import { json } from "./fields.ts";
import { presentWebhook, presentWebhookNow, Webhook, WebhookNow } from "./webhook.ts";

export const webhooks = createRouter();

const Query = z.strictObject(pageQuery(z.tuple([z.int(), z.string()])));
export const WebhookId = z.object({ id: z.string() });

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["webhooks"],
  summary: "List webhooks",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Webhook)) },
    ...problemResponses(400, 401, 403),
  },
});

webhooks.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectWebhooks(database(c.env), query);
  return c.json(
    page(rows, query.limit, { key: ({ createdAt, id }) => [createdAt.getTime(), id], present: presentWebhook }),
    200,
  );
});

/** One row more than the page, in the order of the index. */
export function selectWebhooks(db: Database, { cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(before([table.createdAt, table.id], cursor))
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const fields = {
  url: z.string().max(2000),
  description: z.string().max(500).nullable(),
  types: z.array(z.string().max(100)).min(1).max(100).nullable(),
  chargePointIds: z.array(z.string().min(1).max(255)).min(1).max(1000).nullable(),
  active: z.boolean(),
};

const NewWebhook = z
  .strictObject({
    url: fields.url,
    description: fields.description.default(null),
    types: fields.types.default(null),
    chargePointIds: fields.chargePointIds.default(null),
    active: fields.active.default(true),
  })
  .openapi("NewWebhook");

const WithSecret = Webhook.extend({
  secret: z.string().openapi({ description: "Shown this once", example: "whsec_…" }),
}).openapi("WebhookWithSecret");

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["webhooks"],
  summary: "Make a webhook",
  description:
    "Events are delivered by POST and signed by Standard Webhooks 1.0 (webhook-id, webhook-timestamp, webhook-signature): " +
    "at least once, of each charge point in order, tried for a day. The types are in docs/events.md.",
  request: { body: { required: true, content: json(NewWebhook) } },
  responses: {
    201: { description: "Made; `secret` is not shown again", content: json(WithSecret) },
    ...problemResponses(400, 401, 403, 422),
  },
});

webhooks.openapi(create, async (c) => {
  const { types, chargePointIds, ...rest } = c.req.valid("json");
  const errors = faults(c.env, { url: rest.url, types });
  if (errors.length > 0) return problem(c, invalid(errors));
  const { secret, secrets } = await renewSecret(c.env, "[]", 0);
  const now = new Date();
  const row: WebhookRow = {
    ...rest,
    ...{ id: crypto.randomUUID(), secrets, createdBy: subjectOf(c.get("principal")), createdAt: now, updatedAt: now },
    ...{ types: column(types), chargePointIds: column(chargePointIds) },
  };
  await database(c.env).insert(table).values(row);
  await spread(c.env, row);
  const location = `/api/webhooks/${row.id}`;
  return c.json({ ...presentWebhook(row), secret }, 201, { location, "cache-control": "no-store" });
});

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["webhooks"],
  summary: "Read a webhook and how its delivery goes",
  request: { params: WebhookId },
  responses: { 200: { description: "The webhook", content: json(WebhookNow) }, ...problemResponses(401, 403, 404) },
});

webhooks.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findWebhook(c.env, id);
  if (row === undefined) return problem(c, unknownWebhook(id));
  return c.json(presentWebhookNow(row, await webhookOf(c.env, id).state()), 200);
});

const patch = createRoute({
  method: "patch",
  path: "/{id}",
  tags: ["webhooks"],
  summary: "Change a webhook",
  description: "What is queued goes to the new address. A filter counts for events from now on.",
  request: {
    params: WebhookId,
    body: { required: true, content: json(z.strictObject(fields).partial().openapi("WebhookPatch")) },
  },
  responses: {
    200: { description: "The webhook", content: json(Webhook) },
    ...problemResponses(400, 401, 403, 404, 422),
  },
});

webhooks.openapi(patch, async (c) => {
  const { id } = c.req.valid("param");
  const { types, chargePointIds, ...rest } = c.req.valid("json");
  const errors = faults(c.env, { url: rest.url, types });
  if (errors.length > 0) return problem(c, invalid(errors));
  const change = {
    ...rest,
    ...(types === undefined ? {} : { types: column(types) }),
    ...(chargePointIds === undefined ? {} : { chargePointIds: column(chargePointIds) }),
    updatedAt: new Date(),
  };
  const [row] = await database(c.env).update(table).set(change).where(eq(table.id, id)).returning();
  if (row === undefined) return problem(c, unknownWebhook(id));
  await spread(c.env, row);
  return c.json(presentWebhook(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["webhooks"],
  summary: "Remove a webhook",
  description: "And all that it still had to deliver.",
  request: { params: WebhookId },
  responses: { 204: { description: "Removed" }, ...problemResponses(401, 403, 404) },
});

webhooks.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  if ((await findWebhook(c.env, id)) === undefined) return problem(c, unknownWebhook(id));
  // The row goes last: as long as it is there, the removal can be repeated.
  await withdraw(c.env, id);
  await database(c.env).delete(table).where(eq(table.id, id));
  return c.body(null, 204);
});

export const findWebhook = (env: Env, id: string): Promise<WebhookRow | undefined> =>
  database(env).query.webhooks.findFirst({ where: eq(table.id, id) });

export const unknownWebhook = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no webhook ${id}.`,
});

const column = (texts: readonly string[] | null): string | null => (texts === null ? null : JSON.stringify(texts));

const invalid = (errors: FieldError[]): Failure<"invalid"> => ({
  reason: "invalid",
  detail: "The webhook cannot be like this.",
  errors,
});

function faults(
  env: Env,
  { url, types }: { url?: string | undefined; types?: string[] | null | undefined },
): FieldError[] {
  const target = url === undefined ? undefined : readTarget(url, policyOf(env));
  return [
    ...(target?.ok === false ? [{ pointer: "/url", detail: target.error }] : []),
    ...unknownTypes(types ?? [], EVENT_TYPES),
  ];
}
