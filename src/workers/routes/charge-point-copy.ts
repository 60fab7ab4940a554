// The copy of its row in D1 that a charge point's actor decides by.
import type { SettingsChange } from "../../durable-objects/charge-point/security-desk.ts";
import { splitHashes } from "../../durable-objects/charge-point/settings.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { readTuning } from "../../ocpp/tuning.ts";
import { hashPassword } from "../credentials.ts";
import type { ChargePointRow } from "./charge-point.ts";

/** As the row keeps a password: the digests of its accepted spellings. */
export const storedHash = async (env: Env, key: string, password: string): Promise<string> =>
  (await hashPassword(env.CREDENTIALS_KEY, key, password)).join(" ");

/** The actor's copy. If this fails the request fails, and repeating it puts both right. */
export async function configure(
  env: Env,
  row: ChargePointRow,
  change: SettingsChange = { password: true, securityProfile: true },
): Promise<void> {
  const settings = {
    identity: row.id,
    registration: row.registration,
    securityProfile: row.securityProfile,
    credentialHashes: splitHashes(row.credentialHash),
    credentialUsername: row.credentialUsername,
    pinnedVersion: row.pinnedVersion,
    policy: row.policy,
    heartbeatInterval: row.heartbeatInterval,
    tuning: readTuning(row.tuning),
  };
  await chargePointOf(env, row.key).configure(settings, change);
}
