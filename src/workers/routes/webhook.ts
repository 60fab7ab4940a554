// A webhook and its deliveries as clients see them.
import { z } from "@hono/zod-openapi";
import type { DeliveryRow } from "../../durable-objects/webhook/queue.ts";
import type { WebhookState } from "../../durable-objects/webhook.ts";
import { chargePointIdsOf, typesOf, type WebhookRow } from "../webhooks.ts";
import { Timestamp, timestamp } from "./fields.ts";

export const Webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string().nullable(),
    types: z
      .array(z.string())
      .nullable()
      .openapi({
        description: "null: all events but `meter.values`, which has to be named",
        example: ["transaction.*"],
      }),
    chargePointIds: z.array(z.string()).nullable().openapi({ description: "null: all charge points" }),
    active: z.boolean().openapi({ description: "false: nothing is delivered, and nothing new is queued" }),
    createdBy: z.string(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi("Webhook");

export const WebhookNow = Webhook.extend({
  delivery: z.object({
    queued: z.int(),
    parked: z.int().openapi({ description: "Given up after a day: see /resend" }),
    dropped: z.int().openapi({ description: "Events that the queue had no room for, ever" }),
    droppedAt: Timestamp.nullable(),
    failures: z.int().openapi({ description: "Of the receiver, in a row" }),
    retryAt: Timestamp.nullable(),
    lastDeliveredAt: Timestamp.nullable(),
    lastError: z.string().nullable(),
  }),
}).openapi("WebhookNow");

export const DELIVERY_STATUSES = ["queued", "delivered", "parked"] as const;

export const Delivery = z
  .object({
    id: z.string().openapi({ description: "The event's: `webhook-id` of the request" }),
    chargePointId: z.string(),
    type: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    queuedAt: Timestamp,
    triedAt: Timestamp.nullable(),
    nextAttemptAt: Timestamp.nullable(),
    statusCode: z.int().nullable(),
    response: z.string().nullable().openapi({ description: "The beginning of it" }),
    error: z.string().nullable(),
    event: z.record(z.string(), z.unknown()),
  })
  .openapi("WebhookDelivery");

export const Attempt = z
  .object({
    outcome: z.enum(["delivered", "away", "refused"]),
    statusCode: z.int().nullable(),
    response: z.string().nullable(),
    error: z.string().nullable(),
    durationMs: z.number(),
  })
  .openapi("WebhookAttempt");

export function presentWebhook(row: WebhookRow): z.infer<typeof Webhook> {
  const { secrets: _secrets, createdAt, updatedAt, ...rest } = row;
  return {
    ...rest,
    types: typesOf(row),
    chargePointIds: chargePointIdsOf(row),
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}

const at = (epoch: number | null): string | null => (epoch === null ? null : new Date(epoch).toISOString());

export function presentWebhookNow(row: WebhookRow, state: WebhookState): z.infer<typeof WebhookNow> {
  const { retryAt, lastDeliveredAt, droppedAt, ...rest } = state;
  const delivery = {
    ...rest,
    ...{ droppedAt: at(droppedAt), lastDeliveredAt: at(lastDeliveredAt), retryAt: retryAt === 0 ? null : at(retryAt) },
  };
  return { ...presentWebhook(row), delivery };
}

export function presentDelivery(row: DeliveryRow): z.infer<typeof Delivery> {
  const event: { chargePointId: string } & Record<string, unknown> = JSON.parse(row.event);
  return {
    ...{ id: row.id, chargePointId: event.chargePointId, type: row.type, status: row.status, attempts: row.attempts },
    ...{ queuedAt: new Date(row.queued_at).toISOString(), triedAt: at(row.tried_at), nextAttemptAt: at(row.next_at) },
    ...{ statusCode: row.status_code, response: row.response, error: row.error, event },
  };
}
