// Hourly: makes what D1 says about connections agree with the chargers' actors. After a crash or a deploy, sockets are
// gone without a close event, and a charger that never returns would look online for ever.

import { chargePointOf } from "../durable-objects/stubs.ts";
import { logWarning } from "../log.ts";

/** Below the platform's limit of calls an invocation may make. */
const PER_RUN = 900;
const AT_ONCE = 50;
const STALE_MS = 45 * 60_000;

/** @param olderThanMs only chargers whose last fact in D1 is at least this old */
export async function reconcileConnections(env: Env, olderThanMs = STALE_MS): Promise<number> {
  const { results } = await env.DB.prepare(
    "SELECT key FROM charge_points WHERE connected = 1 AND last_seen_at <= ? ORDER BY key LIMIT ?",
  )
    .bind(Date.now() - olderThanMs, PER_RUN)
    .all<{ key: string }>();
  for (let index = 0; index < results.length; index += AT_ONCE) {
    await Promise.all(results.slice(index, index + AT_ONCE).map(({ key }) => reconcile(env, key)));
  }
  return results.length;
}

async function reconcile(env: Env, key: string): Promise<void> {
  try {
    await chargePointOf(env, key).reconcile();
  } catch (error) {
    logWarning({ event: "reconcile_failed", chargePoint: key, detail: String(error) });
  }
}
