// API keys: for machines. Random, so that a plain digest in the database is enough; shown once.
import { eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { apiKeys } from "../../db/schema.ts";
import type { Principal } from "../context.ts";
import { randomSecret, sha256 } from "./digest.ts";

const MARK = "ovx_";
const SHOWN_CHARACTERS = 12;

export interface NewApiKey {
  key: string;
  digest: string;
  /** What tells one key from another in lists. */
  prefix: string;
}

export function newApiKey(): NewApiKey {
  const key = MARK + randomSecret();
  return { key, digest: sha256(key), prefix: key.slice(0, SHOWN_CHARACTERS) };
}

export const looksLikeApiKey = (text: string): boolean => text.startsWith(MARK);

/** Who holds the key; undefined: unknown, revoked or expired. */
export async function holderOfApiKey(db: Database, key: string): Promise<Principal | undefined> {
  return holderOf(await db.query.apiKeys.findFirst({ where: eq(apiKeys.digest, sha256(key)) }));
}

export async function apiKeyById(db: Database, id: string): Promise<Principal | undefined> {
  return holderOf(await db.query.apiKeys.findFirst({ where: eq(apiKeys.id, id) }));
}

function holderOf(row: typeof apiKeys.$inferSelect | undefined): Principal | undefined {
  if (!row || row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= Date.now())) return undefined;
  // A key belongs to no driver, so it has no data of its own to see.
  if (row.role === "driver") return undefined;
  return { kind: "api-key", id: row.id, name: row.name, role: row.role };
}
