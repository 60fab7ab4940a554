// One-time tokens: what is sent by mail and proves that its reader has that address. Random, stored as digests, and
// gone with the first use.
import { and, eq, gt, inArray } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { type ONE_TIME_PURPOSES, oneTimeTokens as table } from "../../db/schema.ts";
import { randomSecret, sha256 } from "./digest.ts";

export type Purpose = (typeof ONE_TIME_PURPOSES)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const VALID_MS: Readonly<Record<Purpose, number>> = {
  signUp: 24 * HOUR_MS,
  verifyEmail: 24 * HOUR_MS,
  // Whoever gets hold of it has the account.
  resetPassword: 30 * MINUTE_MS,
  invitation: 7 * 24 * HOUR_MS,
};

export interface NewOneTimeToken {
  purpose: Purpose;
  email: string;
  userId?: string;
  /** Kept as JSON. */
  data?: object;
  createdBy?: string;
}

export type OneTimeToken = typeof table.$inferSelect;

/** The token itself is nowhere but in what this resolves with. */
export async function issueOneTimeToken(
  db: Database,
  { purpose, email, userId, data = {}, createdBy }: NewOneTimeToken,
): Promise<{ token: string; row: OneTimeToken }> {
  const token = randomSecret();
  const createdAt = new Date();
  const row: OneTimeToken = {
    ...{ digest: sha256(token), id: crypto.randomUUID(), purpose, email, createdAt },
    userId: userId ?? null,
    data: JSON.stringify(data),
    createdBy: createdBy ?? null,
    expiresAt: new Date(createdAt.getTime() + VALID_MS[purpose]),
  };
  await db.insert(table).values(row);
  return { token, row };
}

/** Uses a token up. Undefined: unknown, used, expired, or meant for something else. */
export async function redeem(
  db: Database,
  token: string,
  ...purposes: [Purpose, ...Purpose[]]
): Promise<OneTimeToken | undefined> {
  // One statement: of two who come with the same token, one gets in.
  const [row] = await db.delete(table).where(usable(token, purposes)).returning();
  return row;
}

/** The same without using it up: what is asked may still turn out to be impossible. */
export const findOneTimeToken = (db: Database, token: string, purpose: Purpose): Promise<OneTimeToken | undefined> =>
  db.query.oneTimeTokens.findFirst({ where: usable(token, [purpose]) });

const usable = (token: string, purposes: Purpose[]) =>
  and(eq(table.digest, sha256(token)), inArray(table.purpose, purposes), gt(table.expiresAt, new Date()));
