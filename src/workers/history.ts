// The newest facts of one charger, for reads that must not lag behind it.

import { chargePointOf } from "../durable-objects/stubs.ts";
import { logWarning } from "../log.ts";
import type { MeterValue } from "../ocpp/metering.ts";

/**
 * Ships what the charger's actor still holds; resolves after the commit. Never throws: D1 then shows what it has.
 * @param isPatientToo false: meter values and the like may stay where they are
 */
export async function flushHistory(env: Env, chargePointKey: string, isPatientToo = true): Promise<void> {
  try {
    await chargePointOf(env, chargePointKey).flush(isPatientToo);
  } catch (error) {
    logWarning({ event: "flush_failed", chargePoint: chargePointKey, detail: String(error) });
  }
}

/** The meter values of a transaction that are not shipped yet. */
export async function liveMeterValues(env: Env, chargePointKey: string, transactionId: string): Promise<MeterValue[]> {
  try {
    return await chargePointOf(env, chargePointKey).unshippedMeterValues(transactionId);
  } catch (error) {
    logWarning({ event: "live_values_failed", chargePoint: chargePointKey, detail: String(error) });
    return [];
  }
}
