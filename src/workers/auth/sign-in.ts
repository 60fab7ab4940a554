// A user name and password -> the user, or the reason why not. Tells nobody whether a name exists.
import { eq, sql } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { users } from "../../db/schema.ts";
import type { Failure } from "../problems.ts";
import { sameText } from "./digest.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { SignInLimit } from "./sign-in-limit.ts";

type SignInEnv = Pick<Env, "DB" | "ADMIN_USERNAME" | "ADMIN_PASSWORD">;

interface Attempt {
  username: string;
  password: string;
  /** As from `clientAddress`. */
  address: string;
}

type SignIn =
  | { ok: true; userId: string }
  | { ok: false; failure: Failure<"unauthenticated"> | Failure<"too_many_requests"> };

export async function signIn(env: SignInEnv, { username, password, address }: Attempt): Promise<SignIn> {
  const db = database(env);
  const name = caseKey(username);
  const limit = new SignInLimit(db, name, address);
  const wait = await limit.secondsToWait();
  if (wait > 0) return tooMany(wait);

  const userId = await userWith(env, db, name, password);
  // Asked again after the check: of a burst that began below the limit, only the first few get a verdict.
  const late = userId === undefined ? await limit.failed() : await limit.secondsToWait();
  if (late > 0) return tooMany(late);
  if (userId === undefined) {
    return { ok: false, failure: { reason: "unauthenticated", detail: "User name or password is wrong." } };
  }
  await limit.succeeded();
  return { ok: true, userId };
}

const tooMany = (retryAfter: number): SignIn => ({
  ok: false,
  failure: { reason: "too_many_requests", detail: "Too many failed attempts to sign in.", retryAfter },
});

async function userWith(env: SignInEnv, db: Database, name: string, password: string): Promise<string | undefined> {
  let user = await userNamed(db, name);
  if (!user && (await createFirstAdmin(env, db, name, password))) user = await userNamed(db, name);
  const right = await verifyPassword(password, user?.active ? user.passwordHash : undefined);
  return right ? user?.id : undefined;
}

const userNamed = (db: Database, name: string) => db.query.users.findFirst({ where: eq(users.username, name) });

/**
 * In a house without an administrator the configured one is let in: from then on the database decides. Drivers may have
 * signed up before.
 */
async function createFirstAdmin(env: SignInEnv, db: Database, name: string, password: string): Promise<boolean> {
  // An unset password must never be a password.
  if (!env.ADMIN_PASSWORD || !env.ADMIN_USERNAME) return false;
  if (name !== caseKey(env.ADMIN_USERNAME) || !sameText(password, env.ADMIN_PASSWORD)) return false;
  const now = Date.now();
  const passwordHash = await hashPassword(password);
  // The condition is part of the statement: of two first sign-ins at once, one creates the user and both find it.
  await db.run(sql`
    insert into ${users} (id, username, password_hash, role, active, created_at, updated_at)
    select ${crypto.randomUUID()}, ${name}, ${passwordHash}, 'admin', 1, ${now}, ${now}
    where not exists (select 1 from ${users} where ${users.role} = 'admin') on conflict do nothing`);
  return true;
}
