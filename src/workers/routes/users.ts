// /api/users: who may sign in. For admins; what users do about themselves is in users-me.ts.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { ROLES, users as table } from "../../db/schema.ts";
import { changeUser, deleteUser, insertUser } from "../../db/users.ts";
import { refuseWeak } from "../auth/password-rules.ts";
import { hashPassword } from "../auth/passwords.ts";
import { requireRole } from "../auth/roles.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import type { Failure } from "../problems.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Flag, json } from "./fields.ts";
import { emailField, Password, presentUser, profileFields, User, Username } from "./user.ts";
import { usersMe } from "./users-me.ts";

export const users = createRouter();
// Before the rule for admins: everyone has a self.
users.route("/me", usersMe);
users.use(requireRole("admin"));

const Query = z.strictObject({
  role: z.enum(ROLES).optional(),
  active: Flag.optional(),
  username: z.string().optional(),
  ...pageQuery(z.tuple([z.string()])),
});

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["users"],
  summary: "List users",
  request: { query: Query },
  responses: { 200: { description: "Users by name", content: json(pageOf(User)) }, ...problemResponses(400, 401, 403) },
});

users.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectUsers(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ username }) => [username], present: presentUser }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectUsers(db: Database, { role, active, username, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(
      and(
        role === undefined ? undefined : eq(table.role, role),
        active === undefined ? undefined : eq(table.active, active),
        username === undefined ? undefined : eq(table.username, caseKey(username)),
        after([table.username], cursor),
      ),
    )
    .orderBy(asc(table.username))
    .limit(limit + 1);
}

const NewUser = z
  .strictObject({
    username: Username,
    password: Password,
    role: z.enum(ROLES),
    active: z.boolean().default(true),
    ...emailField,
    ...profileFields,
  })
  .openapi("NewUser");

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["users"],
  summary: "Create a user",
  request: { body: { required: true, content: json(NewUser) } },
  responses: { 201: { description: "Created", content: json(User) }, ...problemResponses(400, 401, 403, 409, 422) },
});

users.openapi(create, async (c) => {
  const { password, ...user } = c.req.valid("json");
  const weak = refuseWeak(password, user);
  if (weak) return problem(c, weak);
  const passwordHash = await hashPassword(password);
  const row = await insertUser(database(c.env), { ...user, passwordHash, ...vouched(user.email) });
  if (row) return c.json(presentUser(row), 201, { location: `/api/users/${row.id}` });
  return problem(c, { reason: "conflict", detail: `There is a user ${caseKey(user.username)} already.` });
});

/** An address that an admin enters needs no mail to be believed. */
const vouched = (email: string | null | undefined) =>
  email === undefined ? {} : { emailVerifiedAt: email === null ? null : new Date() };

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["users"],
  summary: "Read a user",
  request: { params: Id },
  responses: { 200: { description: "The user", content: json(User) }, ...problemResponses(401, 403, 404) },
});

users.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.users.findFirst({ where: eq(table.id, id) });
  return row ? c.json(presentUser(row), 200) : problem(c, unknownUser(id));
});

const UserPatch = z
  .strictObject({
    password: Password.optional(),
    role: z.enum(ROLES).optional(),
    active: z.boolean().optional(),
    ...emailField,
    ...profileFields,
  })
  .openapi("UserPatch");

const patch = createRoute({
  method: "patch",
  path: "/{id}",
  tags: ["users"],
  summary: "Change a user",
  description: "A new password, a new role or deactivation signs the user out everywhere.",
  request: { params: Id, body: { required: true, content: json(UserPatch) } },
  responses: {
    200: { description: "The user", content: json(User) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

users.openapi(patch, async (c) => {
  const { id } = c.req.valid("param");
  const { password, ...change } = c.req.valid("json");
  const db = database(c.env);
  const before = await db.query.users.findFirst({ where: eq(table.id, id) });
  if (before === undefined) return problem(c, unknownUser(id));
  const weak = password === undefined ? undefined : refuseWeak(password, { ...before, ...change });
  if (weak) return problem(c, weak);
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  const row = await changeUser(db, id, { ...change, passwordHash, ...vouched(change.email) });
  return row ? c.json(presentUser(row), 200) : problem(c, await whyNot(db, id));
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["users"],
  summary: "Delete a user",
  description: "The id tokens of a driver stay, without an owner.",
  request: { params: Id },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404, 409) },
});

users.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  return (await deleteUser(db, id)) ? c.body(null, 204) : problem(c, await whyNot(db, id));
});

async function whyNot(db: Database, id: string): Promise<Failure<"not_found" | "conflict">> {
  const exists = await db.query.users.findFirst({ where: eq(table.id, id) });
  return exists ? { reason: "conflict", detail: "This is the last active admin." } : unknownUser(id);
}

const unknownUser = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no user ${id}.` });
