// Hourly: log entries that D1 refused are told once more. A deploy may have mended what was wrong with them.
import { chargePointOf } from "../durable-objects/stubs.ts";
import { logWarning } from "../log.ts";

/** Far below the platform's limit of calls an invocation may make. */
const PER_RUN = 200;

/** Chargers whose entries all arrived lose the finding that says otherwise. */
export async function shipParked(env: Env): Promise<{ asked: number; arrived: number }> {
  const { results } = await env.DB.prepare("SELECT charge_point FROM findings WHERE code = 'history_parked' LIMIT ?")
    .bind(PER_RUN)
    .all<{ charge_point: string }>();
  let arrived = 0;
  for (const { charge_point } of results) {
    if ((await refusedStill(env, charge_point)) > 0) continue;
    arrived += 1;
    await env.DB.prepare("DELETE FROM findings WHERE charge_point = ? AND code = 'history_parked'")
      .bind(charge_point)
      .run();
  }
  return { asked: results.length, arrived };
}

async function refusedStill(env: Env, key: string): Promise<number> {
  try {
    return await chargePointOf(env, key).shipParked();
  } catch (error) {
    logWarning({ event: "ship_parked_failed", chargePoint: key, detail: String(error) });
    return Number.POSITIVE_INFINITY;
  }
}
