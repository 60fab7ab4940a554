// Proving an address that an account was given.
import { and, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { users } from "../../db/schema.ts";
import { issueOneTimeToken, type OneTimeToken, VALID_MS } from "../auth/one-time-tokens.ts";
import { canMail, post } from "../mail/post.ts";

type UserRow = typeof users.$inferSelect;

/** Mails the link to the present address. False: there is no mail, or nothing to prove. */
export async function requestProof(env: Env, user: UserRow, origin: string): Promise<boolean> {
  const { id: userId, email, emailVerifiedAt, username, language } = user;
  if (!canMail(env) || email === null || emailVerifiedAt !== null) return false;
  const { token } = await issueOneTimeToken(database(env), { purpose: "verifyEmail", email, userId });
  const secret = { token, validMs: VALID_MS.verifyEmail };
  await post(env, { kind: "verifyEmail", to: email, language, username, secret, origin });
  return true;
}

/** Undefined: the account has another address by now, or is no more. */
export async function prove(db: Database, { userId, email }: OneTimeToken): Promise<UserRow | undefined> {
  if (userId === null) return undefined;
  const [row] = await db
    .update(users)
    .set({ emailVerifiedAt: new Date(), updatedAt: new Date() })
    .where(and(eq(users.id, userId), eq(users.email, email)))
    .returning();
  return row;
}

/** Tells the old address and the new one. */
export async function announceChange(env: Env, before: UserRow, after: UserRow, origin: string): Promise<void> {
  const { email: to, emailVerifiedAt, username, language } = before;
  if (canMail(env) && to !== null && emailVerifiedAt !== null)
    await post(env, { kind: "emailChanged", to, language, username, origin });
  await requestProof(env, after, origin);
}
