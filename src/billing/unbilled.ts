// Sessions that have ended and have no bill: what billing at the end missed, because something was away just then.
import { logFailure } from "../log.ts";
import { settle } from "./settle.ts";

const LOOK_BACK_MS = 14 * 86_400_000;
/** Below the platform's limit of calls an invocation may make. */
const PER_RUN = 100;

/** @returns how many were billed */
export async function billUnbilled(env: Env): Promise<number> {
  const { results } = await env.DB.prepare(
    `SELECT t.id FROM transactions t
     JOIN location_evses e ON e.charge_point = t.charge_point AND e.evse_id = t.evse_id
     WHERE t.status = 'completed' AND t.started_at > ? AND NOT EXISTS (SELECT 1 FROM cdrs c WHERE c.transaction_id = t.id)
     ORDER BY t.started_at LIMIT ?`,
  )
    .bind(Date.now() - LOOK_BACK_MS, PER_RUN)
    .all<{ id: string }>();
  for (const { id } of results) await trySettle(env, id);
  return results.length;
}

/** Which of these sessions are at a location: one read for many. Never throws. */
export async function billable(env: Env, transactionIds: readonly string[]): Promise<string[]> {
  if (transactionIds.length === 0) return [];
  try {
    const { results } = await env.DB.prepare(
      `SELECT t.id FROM transactions t
       JOIN location_evses e ON e.charge_point = t.charge_point AND e.evse_id = t.evse_id
       WHERE t.id IN (SELECT value FROM json_each(?))`,
    )
      .bind(JSON.stringify(transactionIds))
      .all<{ id: string }>();
    return results.map(({ id }) => id);
  } catch (error) {
    logFailure({ event: "billable_failed", detail: String(error) });
    return [];
  }
}

/** Failing, it leaves the session to the next run. */
export async function trySettle(env: Env, transactionId: string): Promise<void> {
  try {
    await settle(env, transactionId);
  } catch (error) {
    logFailure({ event: "settle_failed", transactionId, detail: String(error) });
  }
}
