// A forgotten password: a link to each proven account of an address, good once and for half an hour.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { users } from "../../db/schema.ts";
import { changeUser, usersAt } from "../../db/users.ts";
import { fail, ok, type Result } from "../../result.ts";
import { findOneTimeToken, issueOneTimeToken, redeem, VALID_MS } from "../auth/one-time-tokens.ts";
import { refuseWeak } from "../auth/password-rules.ts";
import { hashPassword } from "../auth/passwords.ts";
import { post } from "../mail/post.ts";
import type { Failure } from "../problems.ts";

type UserRow = typeof users.$inferSelect;

export async function requestReset(env: Env, email: string, origin: string): Promise<void> {
  const db = database(env);
  for (const { id: userId, email: to, username, language } of await usersAt(db, email)) {
    if (to === null) continue;
    const { token } = await issueOneTimeToken(db, { purpose: "resetPassword", email: to, userId });
    const secret = { token, validMs: VALID_MS.resetPassword };
    await post(env, { kind: "resetPassword", to, language, username, secret, origin });
  }
}

/** Signs the user out everywhere, and makes every other link of it void. */
export async function resetPassword(
  env: Env,
  token: string,
  password: string,
): Promise<Result<UserRow, Failure<"invalid">>> {
  const db = database(env);
  const found = await findOneTimeToken(db, token, "resetPassword");
  if (found === undefined || found.userId === null) return fail(badToken);
  const user = await db.query.users.findFirst({ where: eq(users.id, found.userId) });
  if (!user?.active) return fail(badToken);
  const weak = refuseWeak(password, user);
  if (weak) return fail(weak);
  const passwordHash = await hashPassword(password);
  if ((await redeem(db, token, "resetPassword")) === undefined) return fail(badToken);
  const changed = await changeUser(db, user.id, { passwordHash });
  return changed ? ok(changed) : fail(badToken);
}

export const badToken: Failure<"invalid"> = {
  reason: "invalid",
  detail: "The link is not valid, or no longer.",
  errors: [{ pointer: "/token", detail: "is unknown, used or expired" }],
};
