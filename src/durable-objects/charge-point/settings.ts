// What the operator decided about a charger, as the actor keeps it: a copy of the D1 row, so that a reconnect wave
// or an absent database never stands between a charger and its socket.
import type { Registration } from "../../ocpp/facts/fact.ts";
import { DEFAULT_TUNING, readTuning, type Tuning } from "../../ocpp/tuning.ts";
import { isVersion, type Version } from "../../ocpp/versions.ts";

export interface Settings {
  /** As first spelt. */
  identity: string;
  registration: Registration;
  securityProfile: number;
  /** Digests of the accepted spellings of the Basic password; empty: none was set. */
  credentialHashes: string[];
  credentialUsername: string | null;
  pinnedVersion: Version | null;
  policy: "tolerant" | "strict";
  /** Seconds; null: the deployment's default. */
  heartbeatInterval: number | null;
  /** Absent in what was stored before it existed. */
  tuning?: Tuning;
}

export const storedSettings = (value: unknown): Settings | undefined => (isSettings(value) ? value : undefined);

const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && "identity" in value && "registration" in value;

export const tuningOf = (settings: Settings | undefined): Tuning => settings?.tuning ?? DEFAULT_TUNING;

type SettingsRow = {
  key: string;
  id: string;
  registration: Registration;
  security_profile: number;
  credential_hash: string | null;
  credential_username: string | null;
  pinned_version: string | null;
  policy: Settings["policy"];
  heartbeat_interval: number | null;
  tuning: string | null;
};

/** Those that are registered, by key. Throws while D1 is away. */
export async function readSettings(db: D1Database, keys: readonly string[]): Promise<ReadonlyMap<string, Settings>> {
  const { results } = await db
    .prepare(
      `SELECT key, id, registration, security_profile, credential_hash, credential_username, pinned_version, policy, heartbeat_interval, tuning
       FROM charge_points WHERE key IN (SELECT value FROM json_each(?))`,
    )
    .bind(JSON.stringify(keys))
    .all<SettingsRow>();
  return new Map(results.map((row) => [row.key, settingsOf(row)]));
}

function settingsOf(row: SettingsRow): Settings {
  return {
    identity: row.id,
    registration: row.registration,
    securityProfile: row.security_profile,
    credentialHashes: splitHashes(row.credential_hash),
    credentialUsername: row.credential_username,
    pinnedVersion: isVersion(row.pinned_version) ? row.pinned_version : null,
    policy: row.policy,
    heartbeatInterval: row.heartbeat_interval,
    tuning: readTuning(row.tuning),
  };
}

export const splitHashes = (column: string | null): string[] => (column === null ? [] : column.split(" "));

/** A charger that introduced itself, where the deployment lets it. */
export const newcomer = (identity: string, registration: Registration): Settings => ({
  identity,
  registration,
  securityProfile: 0,
  credentialHashes: [],
  credentialUsername: null,
  pinnedVersion: null,
  policy: "tolerant",
  heartbeatInterval: null,
});
