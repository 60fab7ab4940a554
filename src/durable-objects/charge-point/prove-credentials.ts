// The charger's Basic credentials where there is no socket: the same passwords as at its socket, those on their way
// to it included. Unlike there, a password is always demanded, because what is guarded outlives the connection.
import type { PendingPassword } from "../../ocpp/facts/credentials.ts";
import { fail, ok, type Result } from "../../result.ts";
import { checkPasswords, type RefusalReason } from "./admit.ts";
import type { Settings } from "./settings.ts";

export interface ProvenCharger {
  /** As first spelt. */
  identity: string;
  /** OCPP security profile: from 2 on it may not come in clear text. */
  securityProfile: number;
}

interface Proof {
  key: string;
  /** The decoded Basic header: user name, colon, password. */
  credentials: Uint8Array;
  credentialsKey: string;
  pending: readonly PendingPassword[];
}

export async function proveCredentials(
  settings: Settings | undefined,
  { key, credentials, credentialsKey, pending }: Proof,
): Promise<Result<ProvenCharger, RefusalReason>> {
  if (settings === undefined || settings.registration === "rejected") return fail("unknown_charge_point");
  const { identity, securityProfile } = settings;
  const verdict = await checkPasswords({ identity, key, credentials }, settings, credentialsKey, pending);
  return verdict.ok ? ok({ identity, securityProfile }) : verdict;
}
