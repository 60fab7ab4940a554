// A webhook's three copies: the operator's word in D1, what its actor delivers by, and what the fleet's feed offers it.
import { z } from "@hono/zod-openapi";
import { caseKey } from "../db/case-key.ts";
import type { webhooks } from "../db/schema.ts";
import { fleetFeedOf, webhookOf } from "../durable-objects/stubs.ts";
import { sealSecret } from "../webhooks/secrets.ts";
import { newSecret } from "../webhooks/signature.ts";

export type WebhookRow = typeof webhooks.$inferSelect;

const Texts = z.array(z.string()).nullable();
const Secrets = z.array(z.object({ sealed: z.string(), expiresAt: z.number().nullable() }));

export const typesOf = ({ types }: Pick<WebhookRow, "types">) => Texts.parse(JSON.parse(types ?? "null"));
export const chargePointIdsOf = ({ chargePointIds }: Pick<WebhookRow, "chargePointIds">) =>
  Texts.parse(JSON.parse(chargePointIds ?? "null"));

/** Tells the actors. If this fails the request fails, and repeating it puts all three right. */
export async function spread(env: Env, row: WebhookRow): Promise<void> {
  const { id, url, active } = row;
  await webhookOf(env, id).configure({ url, active, secrets: Secrets.parse(JSON.parse(row.secrets)) });
  const filter = {
    types: typesOf(row) ?? undefined,
    chargePoints: chargePointIdsOf(row)?.map(caseKey),
  };
  if (active) await fleetFeedOf(env).subscribe(id, filter);
  else await fleetFeedOf(env).unsubscribe(id);
}

export async function withdraw(env: Env, id: string): Promise<void> {
  await fleetFeedOf(env).unsubscribe(id);
  await webhookOf(env, id).erase();
}

/** A new secret, and the column that holds it beside the old one for a while. */
export async function renewSecret(
  env: Env,
  old: string,
  overlapMs: number,
): Promise<{ secret: string; secrets: string }> {
  const secret = newSecret();
  const now = Date.now();
  const kept = Secrets.parse(JSON.parse(old))
    .map(({ sealed, expiresAt }) => ({ sealed, expiresAt: Math.min(expiresAt ?? Infinity, now + overlapMs) }))
    .filter(({ expiresAt }) => expiresAt > now);
  return { secret, secrets: JSON.stringify([{ sealed: await sealSecret(env, secret), expiresAt: null }, ...kept]) };
}
