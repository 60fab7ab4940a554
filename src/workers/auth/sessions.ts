// A user's sign-ins: each is a family of refresh tokens, of which the newest is good.
import { and, desc, eq, gt, inArray, isNull, min, ne } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { refreshTokens as table } from "../../db/schema.ts";

export interface SessionRow {
  id: string;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  userAgent: string | null;
  address: string | null;
}

const MAX_SHOWN = 100;

/** The last used first. */
export async function readSessions(db: Database, userId: string): Promise<SessionRow[]> {
  const usable = and(isNull(table.usedAt), isNull(table.revokedAt), gt(table.expiresAt, new Date()));
  const newest = await db
    .select()
    .from(table)
    .where(and(eq(table.userId, userId), usable))
    .orderBy(desc(table.createdAt))
    .limit(MAX_SHOWN);
  if (newest.length === 0) return [];
  const families = newest.map(({ family }) => family);
  const begun = new Map(await beginnings(db, families));
  return newest.map(({ family: id, createdAt: lastUsedAt, expiresAt, userAgent, address }) => ({
    ...{ id, createdAt: begun.get(id) ?? lastUsedAt, lastUsedAt, expiresAt, userAgent, address },
  }));
}

/** D1 binds 100 values at once, which MAX_SHOWN heeds. */
async function beginnings(db: Database, families: string[]): Promise<[string, Date | null][]> {
  const rows = await db
    .select({ family: table.family, at: min(table.createdAt) })
    .from(table)
    .where(inArray(table.family, families))
    .groupBy(table.family);
  return rows.map(({ family, at }) => [family, at]);
}

/** @returns how many tokens it made void */
export async function endSessions(
  db: Database,
  userId: string,
  { only, except }: { only?: string; except?: string | undefined } = {},
): Promise<number> {
  const ended = await db
    .update(table)
    .set({ revokedAt: new Date() })
    .where(
      and(
        eq(table.userId, userId),
        isNull(table.revokedAt),
        only === undefined ? undefined : eq(table.family, only),
        except === undefined ? undefined : ne(table.family, except),
      ),
    )
    .returning({ digest: table.digest });
  return ended.length;
}
