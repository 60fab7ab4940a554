// Changes to users that must hold together: the last active admin stays, and sessions end with what they rest on.
import { and, eq, exists, isNotNull, isNull, ne, not, or, type SQL, sql } from "drizzle-orm";
import { caseKey } from "./case-key.ts";
import type { Database } from "./client.ts";
import { idTokens, oneTimeTokens, refreshTokens, users } from "./schema.ts";
import { isDuplicate } from "./unavailable.ts";

type UserRow = typeof users.$inferSelect;
/** What is undefined stays as it is. */
export type UserChange = {
  [K in Exclude<keyof UserRow, "id" | "username" | "createdAt" | "updatedAt">]?: UserRow[K] | undefined;
};

/** The changed user; undefined: there is none, or it is the last active admin and would be none after this. */
export async function changeUser(db: Database, id: string, change: UserChange): Promise<UserRow | undefined> {
  const updatedAt = new Date();
  const staysAdmin = (change.role ?? "admin") === "admin" && change.active !== false;
  const update = db
    .update(users)
    .set({ ...change, updatedAt })
    .where(and(eq(users.id, id), staysAdmin ? undefined : mayGo(db, id)))
    .returning();
  const endsSessions = change.passwordHash !== undefined || change.role !== undefined || change.active === false;
  if (!endsSessions && change.email === undefined) return (await update)[0];
  // Only where the update took place: a refused change signs nobody out.
  const changed = db
    .select()
    .from(users)
    .where(and(eq(users.id, id), eq(users.updatedAt, updatedAt)));
  const [rows] = await db.batch([
    update,
    // What was mailed rests on the old password and the old address.
    db.delete(oneTimeTokens).where(and(eq(oneTimeTokens.userId, id), exists(changed))),
    ...(endsSessions
      ? [
          db
            .update(refreshTokens)
            .set({ revokedAt: updatedAt })
            .where(and(eq(refreshTokens.userId, id), isNull(refreshTokens.revokedAt), exists(changed))),
        ]
      : []),
  ]);
  return rows[0];
}

type NewUser = Pick<typeof users.$inferInsert, "username" | "passwordHash" | "role"> & UserChange;

/** Undefined: the name is taken. */
export async function insertUser(db: Database, { username, ...user }: NewUser): Promise<UserRow | undefined> {
  const now = new Date();
  try {
    const [row] = await db
      .insert(users)
      .values({ ...user, id: crypto.randomUUID(), username: caseKey(username), createdAt: now, updatedAt: now })
      .returning();
    return row;
  } catch (error) {
    if (isDuplicate(error)) return undefined;
    throw error;
  }
}

/** Those whose address this is, proven, and who may sign in. Few: an address may stand for several accounts. */
export const usersAt = (db: Database, email: string): Promise<UserRow[]> =>
  db
    .select()
    .from(users)
    .where(and(isAt(email), eq(users.active, true), isNotNull(users.emailVerifiedAt)))
    .limit(MAX_USERS_AT_AN_ADDRESS);

/** Somebody who has this address or is named by it. */
export async function userKnownAs(db: Database, email: string): Promise<UserRow | undefined> {
  return (
    (await db.query.users.findFirst({ where: eq(users.username, caseKey(email)) })) ??
    (await db.query.users.findFirst({ where: and(isAt(email), isNotNull(users.emailVerifiedAt)) }))
  );
}

const MAX_USERS_AT_AN_ADDRESS = 5;

const isAt = (email: string): SQL => sql`lower(${users.email}) = ${caseKey(email)}`;

/** False: there is no such user, or it is the last active admin. */
export async function deleteUser(db: Database, id: string): Promise<boolean> {
  const gone = not(exists(db.select().from(users).where(eq(users.id, id))));
  const [rows] = await db.batch([
    db
      .delete(users)
      .where(and(eq(users.id, id), mayGo(db, id)))
      .returning({ id: users.id }),
    db.delete(refreshTokens).where(and(eq(refreshTokens.userId, id), gone)),
    db.delete(oneTimeTokens).where(and(eq(oneTimeTokens.userId, id), gone)),
    db
      .update(idTokens)
      .set({ userId: null, updatedAt: new Date() })
      .where(and(eq(idTokens.userId, id), gone)),
  ]);
  return rows.length > 0;
}

/** Part of the statement that it guards, so that two admins cannot remove each other at once. */
function mayGo(db: Database, id: string): SQL | undefined {
  const others = db
    .select({ one: sql`1` })
    .from(sql`${users} as others`)
    .where(sql`others.role = 'admin' and others.active = 1 and others.id <> ${id}`);
  return or(ne(users.role, "admin"), eq(users.active, false), exists(others));
}
