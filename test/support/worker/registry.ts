// Registered chargers and id tokens for tests, put straight into D1 as the REST routes would.
import { env } from "cloudflare:workers";
import type { Tuning } from "../../../src/ocpp/tuning.ts";
import { hashPassword } from "../../../src/workers/credentials.ts";
import { newIdentity } from "./charger.ts";

export interface Registration {
  registration?: "accepted" | "pending" | "rejected";
  securityProfile?: number;
  password?: string;
  username?: string;
  pinnedVersion?: string;
  policy?: "tolerant" | "strict";
  heartbeatInterval?: number;
  tuning?: Partial<Tuning>;
}

export async function registerCharger(options: Registration = {}, id = newIdentity()): Promise<string> {
  const {
    registration = "accepted",
    securityProfile = 0,
    password,
    username,
    pinnedVersion,
    policy = "tolerant",
    heartbeatInterval,
    tuning,
  } = options;
  const hashes = password === undefined ? null : (await hashPassword(env.CREDENTIALS_KEY, id, password)).join(" ");
  await env.DB.prepare(
    `INSERT INTO charge_points (key, id, registration, security_profile, credential_hash, credential_username, pinned_version,
       policy, heartbeat_interval, tuning, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
    .bind(
      ...[id.toLowerCase(), id, registration, securityProfile, hashes, username ?? null, pinnedVersion ?? null, policy],
      ...[heartbeatInterval ?? null, tuning === undefined ? null : JSON.stringify(tuning), Date.now(), Date.now()],
    )
    .run();
  return id;
}

export interface Token {
  status?: "accepted" | "blocked";
  expiresAt?: number;
  groupId?: string;
}

export async function addIdToken(
  idToken: string,
  { status = "accepted", expiresAt, groupId }: Token = {},
): Promise<string> {
  await env.DB.prepare(
    `INSERT OR REPLACE INTO id_tokens (key, id_token, status, expires_at, group_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
    .bind(idToken.toLowerCase(), idToken, status, expiresAt ?? null, groupId ?? null, Date.now(), Date.now())
    .run();
  return idToken;
}
