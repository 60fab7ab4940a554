// /api/users/me: what users see and change of themselves.
import { createRoute, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { users as table } from "../../db/schema.ts";
import { changeUser, type UserChange } from "../../db/users.ts";
import { hashPassword, verifyPassword } from "../auth/passwords.ts";
import { clientAddress, SignInLimit } from "../auth/sign-in-limit.ts";
import type { Failure } from "../problems.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { Password, presentUser, profileFields, User } from "./user.ts";

export const usersMe = createRouter();

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
    password: Password.optional(),
    currentPassword: z.string().max(200).optional().openapi({ format: "password" }),
  })
  .refine(({ password, currentPassword }) => password === undefined || currentPassword !== undefined, {
    path: ["currentPassword"],
    error: "is needed for a new password",
  })
  .openapi("OwnPatch");

const patch = createRoute({
  method: "patch",
  path: "/",
  tags: ["users"],
  summary: "Change my name, e-mail address or password",
  description: "A new password needs the present one, and signs out everywhere.",
  request: { body: { required: true, content: json(OwnPatch) } },
  responses: { 200: { description: "The user", content: json(User) }, ...problemResponses(400, 401, 404, 422, 429) },
});

usersMe.openapi(patch, async (c) => {
  const { password, currentPassword, ...profile } = c.req.valid("json");
  const db = database(c.env);
  const user = await db.query.users.findFirst({ where: eq(table.id, c.get("principal").id) });
  if (!user) return problem(c, noUser);
  const change: UserChange = profile;
  if (password !== undefined) {
    // The same limit as for signing in: a stolen access token must not serve to guess the password.
    const limit = new SignInLimit(db, user.username, clientAddress(c.req.raw.headers));
    const wait = await limit.secondsToWait();
    if (wait > 0)
      return problem(c, { reason: "too_many_requests", detail: "Too many wrong passwords.", retryAfter: wait });
    if (!(await verifyPassword(currentPassword ?? "", user.passwordHash))) {
      await limit.failed();
      const errors = [{ pointer: "/currentPassword", detail: "is wrong" }];
      return problem(c, { reason: "invalid", detail: "The current password is wrong.", errors });
    }
    change.passwordHash = await hashPassword(password);
  }
  const row = await changeUser(db, user.id, change);
  return row ? c.json(presentUser(row), 200) : problem(c, noUser);
});

const noUser: Failure<"not_found"> = { reason: "not_found", detail: "An API key is not a user." };
