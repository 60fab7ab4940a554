// /api/users/me: what users see and change of themselves.
import { createRoute, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import type { Context } from "hono";
import { database } from "../../db/client.ts";
import { users as table } from "../../db/schema.ts";
import { changeUser, type UserChange } from "../../db/users.ts";
import { announceChange, requestProof } from "../account/address.ts";
import { refuseWeak } from "../auth/password-rules.ts";
import { hashPassword, verifyPassword } from "../auth/passwords.ts";
import { clientAddress, SignInLimit } from "../auth/sign-in-limit.ts";
import { useUp } from "../auth/windows.ts";
import type { AppEnv } from "../context.ts";
import { later } from "../later.ts";
import { originOf } from "../mail/post.ts";
import type { Failure } from "../problems.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { sessions } from "./sessions.ts";
import { emailField, Password, presentUser, profileFields, User } from "./user.ts";

export const usersMe = createRouter();
usersMe.route("/sessions", sessions);

const read = createRoute({
  method: "get",
  path: "/",
  tags: ["users"],
  summary: "Who am I?",
  responses: { 200: { description: "The signed-in user", content: json(User) }, ...problemResponses(401, 404) },
});

usersMe.openapi(read, async (c) => {
  const row = await database(c.env).query.users.findFirst({ where: eq(table.id, c.get("principal").id) });
  return row ? c.json(presentUser(row), 200) : problem(c, noUser);
});

const OwnPatch = z
  .strictObject({
    ...profileFields,
    ...emailField,
    password: Password.optional(),
    currentPassword: z.string().max(200).optional().openapi({ format: "password" }),
  })
  .refine(
    ({ password, email, currentPassword }) => (password ?? email) === undefined || currentPassword !== undefined,
    {
      path: ["currentPassword"],
      error: "is needed for a new password or e-mail address",
    },
  )
  .openapi("OwnPatch");

const patch = createRoute({
  method: "patch",
  path: "/",
  tags: ["users"],
  summary: "Change my profile, e-mail address or password",
  description:
    "A new password or address needs the present password. A new password signs out everywhere; a new address is " +
    "unproven until the link that is mailed to it was opened.",
  request: { body: { required: true, content: json(OwnPatch) } },
  responses: { 200: { description: "The user", content: json(User) }, ...problemResponses(400, 401, 404, 422, 429) },
});

usersMe.openapi(patch, async (c) => {
  const { password, currentPassword, email, ...profile } = c.req.valid("json");
  const db = database(c.env);
  const user = await db.query.users.findFirst({ where: eq(table.id, c.get("principal").id) });
  if (!user) return problem(c, noUser);
  const change: UserChange = profile;
  if (currentPassword !== undefined) {
    const failure = await refuseWrong(c, user, currentPassword);
    if (failure) return problem(c, failure);
  }
  if (password !== undefined) {
    const weak = refuseWeak(password, { ...user, ...profile });
    if (weak) return problem(c, weak);
    change.passwordHash = await hashPassword(password);
  }
  // Nobody vouches for it: whoever has the password once must not own the account for good by another's address.
  if (email !== undefined && email !== user.email) Object.assign(change, { email, emailVerifiedAt: null });
  const row = await changeUser(db, user.id, change);
  if (!row) return problem(c, noUser);
  if (change.email !== undefined)
    later(c, "notice_failed", () => announceChange(c.env, user, row, originOf(c.env, c.req.url)));
  return c.json(presentUser(row), 200);
});

/** The same limit as for signing in: a stolen access token must not serve to guess the password. */
async function refuseWrong(
  c: Context<AppEnv>,
  { username, passwordHash }: typeof table.$inferSelect,
  password: string,
): Promise<Failure<"too_many_requests"> | Failure<"invalid"> | undefined> {
  const limit = new SignInLimit(database(c.env), username, clientAddress(c.req.raw.headers));
  const retryAfter = await limit.secondsToWait();
  if (retryAfter > 0) return { reason: "too_many_requests", detail: "Too many wrong passwords.", retryAfter };
  if (await verifyPassword(password, passwordHash)) return undefined;
  await limit.failed();
  const errors = [{ pointer: "/currentPassword", detail: "is wrong" }];
  return { reason: "invalid", detail: "The current password is wrong.", errors };
}

const proof = createRoute({
  method: "post",
  path: "/verify-email",
  tags: ["users"],
  summary: "Have the link to prove my e-mail address mailed again",
  responses: { 202: { description: "Look into your mail" }, ...problemResponses(401, 404, 409, 429) },
});

usersMe.openapi(proof, async (c) => {
  const db = database(c.env);
  const user = await db.query.users.findFirst({ where: eq(table.id, c.get("principal").id) });
  if (!user) return problem(c, noUser);
  const retryAfter = await useUp(db, [{ subject: `proof:${user.id}`, limit: PROOFS_PER_HOUR }], 3_600_000);
  if (retryAfter > 0)
    return problem(c, { reason: "too_many_requests", detail: "Too many mails were asked for.", retryAfter });
  if (await requestProof(c.env, user, originOf(c.env, c.req.url))) return c.body(null, 202);
  const detail = "There is no address that needs to be proven, or this deployment sends no mail.";
  return problem(c, { reason: "conflict", detail });
});

const PROOFS_PER_HOUR = 5;

const noUser: Failure<"not_found"> = { reason: "not_found", detail: "An API key is not a user." };
