// The id tokens of one driver: which may charge, and what the driver itself may do about them.

import { randomBytes } from "node:crypto";
import { and, asc, count, eq, sql } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { idTokens as table, transactions } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Failure } from "../problems.ts";

export type TokenRow = typeof table.$inferSelect;

export const DRIVER_TOKEN_POLICIES = ["closed", "approval", "open"] as const;
type Policy = (typeof DRIVER_TOKEN_POLICIES)[number];

const MAX_OWN = 10;

/** Anything that is not spelt right is closed. */
export const tokenPolicy = ({ DRIVER_ID_TOKENS }: Pick<Env, "DRIVER_ID_TOKENS">): Policy =>
  DRIVER_TOKEN_POLICIES.find((policy) => policy === DRIVER_ID_TOKENS) ?? "closed";

export const tokensOf = (db: Database, userId: string): Promise<TokenRow[]> =>
  db.select().from(table).where(eq(table.userId, userId)).orderBy(asc(table.key)).limit(500);

/** The token to charge with: the one that is asked for, or else the first that may. */
export async function chargingToken(
  env: Env,
  userId: string,
  asked: string | undefined,
): Promise<Result<TokenRow, Failure<"not_found"> | Failure<"conflict">>> {
  const own = await tokensOf(database(env), userId);
  const meant = asked === undefined ? own : own.filter(({ key }) => key === caseKey(asked));
  // Another's token does not exist to a driver.
  if (asked !== undefined && meant.length === 0) return fail(unknownToken(asked));
  const good = meant.find(
    ({ status, expiresAt }) => status === "accepted" && (expiresAt?.getTime() ?? Infinity) > Date.now(),
  );
  return good ? ok(good) : fail({ reason: "conflict", detail: "There is no id token of yours that may charge." });
}

/** @param idToken undefined: one of ours, for starting from afar */
export async function addOwnToken(
  env: Env,
  userId: string,
  { idToken = newToken(), note = null }: { idToken?: string | undefined; note?: string | null | undefined },
): Promise<Result<TokenRow, Failure<"forbidden"> | Failure<"conflict">>> {
  const policy = tokenPolicy(env);
  if (policy === "closed")
    return fail({ reason: "forbidden", detail: "Id tokens are handed out by the operator here." });
  const db = database(env);
  const [own] = await db.select({ count: count() }).from(table).where(eq(table.userId, userId));
  if ((own?.count ?? 0) >= MAX_OWN)
    return fail({ reason: "conflict", detail: `You have ${MAX_OWN} id tokens already.` });
  // Sessions belong to whoever has their token: a card that has charged before may be somebody else's.
  const isFree = policy === "open" && !(await hasCharged(db, idToken));
  const now = new Date();
  const row = {
    ...{ key: caseKey(idToken), idToken, userId, note, createdAt: now, updatedAt: now },
    status: isFree ? ("accepted" as const) : ("blocked" as const),
    driverWish: isFree ? null : ("add" as const),
  };
  try {
    const [made] = await db.insert(table).values(row).returning();
    if (made === undefined) throw new Error("the insert returned no row");
    return ok(made);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return fail({ reason: "conflict", detail: `${idToken} cannot be yours. Is it registered already?` });
  }
}

/** Blocked, not deleted: its sessions stay the driver's, and nobody else's. One that was never accepted goes. */
export async function giveUpToken(env: Env, userId: string, idToken: string): Promise<boolean> {
  const db = database(env);
  const own = and(eq(table.key, caseKey(idToken)), eq(table.userId, userId));
  const [gone, blocked] = await db.batch([
    db
      .delete(table)
      .where(and(own, eq(table.driverWish, "add")))
      .returning({ key: table.key }),
    db
      .update(table)
      .set({ status: "blocked", driverWish: "remove", updatedAt: new Date() })
      .where(own)
      .returning({ key: table.key }),
  ]);
  return gone.length + blocked.length > 0;
}

export const unknownToken = (idToken: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no id token ${idToken}.`,
});

async function hasCharged(db: Database, idToken: string): Promise<boolean> {
  const [row] = await db
    .select({ one: sql<number>`1` })
    .from(transactions)
    .where(eq(transactions.idToken, idToken))
    .limit(1);
  return row !== undefined;
}

/** As long as OCPP 1.6 lets one be (20), and not to be guessed. */
const newToken = (): string => `OVX${randomBytes(8).toString("hex").toUpperCase()}`;
