// Refresh tokens: random, stored as digests, exchanged once. A family is one sign-in and what came of it;
// a token that comes a second time was copied by someone, so it ends the whole family, without any grace.
import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { refreshTokens } from "../../db/schema.ts";
import { randomSecret, sha256 } from "./digest.ts";

/** A sign-in that is not used for this long ends. */
const REFRESH_TOKEN_TTL_MS = 14 * 24 * 3600 * 1000;

/** Who gets a token, as far as it shows. */
export interface Device {
  userAgent: string | null;
  address: string;
}

export interface Issued {
  token: string;
  userId: string;
  family: string;
}

/** Begins a family. */
export async function issueRefreshToken(db: Database, userId: string, device: Device): Promise<Issued> {
  const token = randomSecret();
  const family = crypto.randomUUID();
  const createdAt = new Date();
  await db.insert(refreshTokens).values({
    digest: sha256(token),
    family,
    userId,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + REFRESH_TOKEN_TTL_MS),
    ...device,
  });
  return { token, userId, family };
}

/** The next token of the family; undefined: the token is no longer, or never was, worth anything. */
export async function rotateRefreshToken(db: Database, token: string, device: Device): Promise<Issued | undefined> {
  const digest = sha256(token);
  const next = randomSecret();
  const now = Date.now();
  const usable = and(
    eq(refreshTokens.digest, digest),
    isNull(refreshTokens.usedAt),
    isNull(refreshTokens.revokedAt),
    gt(refreshTokens.expiresAt, new Date(now)),
  );
  // One transaction, and both statements under one condition: two exchanges at once cannot both win, and a
  // revocation cannot slip in between and miss the new token.
  const [, exchanged] = await db.batch([
    db.insert(refreshTokens).select(
      db
        .select({
          digest: sql<string>`${sha256(next)}`.as("digest"),
          family: refreshTokens.family,
          userId: refreshTokens.userId,
          createdAt: sql<number>`${now}`.as("created_at"),
          expiresAt: sql<number>`${now + REFRESH_TOKEN_TTL_MS}`.as("expires_at"),
          usedAt: sql<null>`null`.as("used_at"),
          revokedAt: sql<null>`null`.as("revoked_at"),
          userAgent: sql<string | null>`${device.userAgent}`.as("user_agent"),
          address: sql<string>`${device.address}`.as("address"),
        })
        .from(refreshTokens)
        .where(usable),
    ),
    db
      .update(refreshTokens)
      .set({ usedAt: new Date(now) })
      .where(usable)
      .returning({ userId: refreshTokens.userId, family: refreshTokens.family }),
  ]);
  const [row] = exchanged;
  if (row) return { token: next, ...row };
  await revokeIfUsed(db, digest);
  return undefined;
}

/** Signs out: ends the family that the token belongs to, whatever became of the token itself. */
export async function revokeFamily(db: Database, token: string): Promise<void> {
  await db
    .update(refreshTokens)
    .set({ revokedAt: new Date() })
    .where(inFamilyOf(db, eq(refreshTokens.digest, sha256(token))));
}

async function revokeIfUsed(db: Database, digest: string): Promise<void> {
  const used = and(eq(refreshTokens.digest, digest), sql`${refreshTokens.usedAt} is not null`);
  await db.update(refreshTokens).set({ revokedAt: new Date() }).where(inFamilyOf(db, used));
}

function inFamilyOf(db: Database, condition: SQL | undefined): SQL | undefined {
  const family = db.select({ family: refreshTokens.family }).from(refreshTokens).where(condition);
  return and(sql`${refreshTokens.family} in ${family}`, isNull(refreshTokens.revokedAt));
}
