// /api/invitations: letting somebody in whom an admin knows by address. The link goes by mail alone.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, gt } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { ROLES, oneTimeTokens as table } from "../../db/schema.ts";
import { userKnownAs } from "../../db/users.ts";
import { Invitation as Invited, signUpPolicy } from "../account/sign-up.ts";
import { subjectOf } from "../audit.ts";
import { issueOneTimeToken, VALID_MS } from "../auth/one-time-tokens.ts";
import { requireRole } from "../auth/roles.ts";
import { originOf, post } from "../mail/post.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";
import { Language } from "./id-token.ts";
import { Email } from "./user.ts";

const Invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    createdBy: z.string().nullable(),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  })
  .openapi("Invitation");

export const invitations = createRouter();
invitations.use(requireRole("admin"));

const Query = z.strictObject(pageQuery(z.tuple([z.int(), z.string()])));

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["users"],
  summary: "List the invitations that nobody has accepted yet",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Invitation)) },
    ...problemResponses(400, 401, 403),
  },
});

invitations.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectInvitations(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ createdAt, id }) => [createdAt.getTime(), id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectInvitations(db: Database, { cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(
      and(
        eq(table.purpose, "invitation"),
        gt(table.expiresAt, new Date()),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["users"],
  summary: "Invite somebody",
  description:
    "Where SIGN_UP is `invite` or `open`. A mail with a link goes to the address; it is good for seven days.",
  request: {
    body: {
      required: true,
      content: json(
        z
          .strictObject({ email: Email, role: z.enum(ROLES).default("driver"), language: Language.optional() })
          .openapi("NewInvitation"),
      ),
    },
  },
  responses: {
    201: { description: "Invited", content: json(Invitation) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

invitations.openapi(create, async (c) => {
  const { email, role, language } = c.req.valid("json");
  if (signUpPolicy(c.env) === "closed") {
    return problem(c, { reason: "conflict", detail: "SIGN_UP is closed, or this deployment sends no mail." });
  }
  const db = database(c.env);
  if (await userKnownAs(db, email)) {
    return problem(c, { reason: "conflict", detail: `There is an account with the address ${email} already.` });
  }
  const { token, row } = await issueOneTimeToken(db, {
    ...{ purpose: "invitation", email, data: { role, language }, createdBy: subjectOf(c.get("principal")) },
  });
  const secret = { token, validMs: VALID_MS.invitation };
  const origin = originOf(c.env, c.req.url);
  await post(c.env, { kind: "invitation", to: email, language: language ?? null, secret, origin });
  return c.json(present(row), 201);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["users"],
  summary: "Take an invitation back",
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: "It leads nowhere any more" }, ...problemResponses(401, 403, 404) },
});

invitations.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const gone = await database(c.env)
    .delete(table)
    .where(and(eq(table.purpose, "invitation"), eq(table.id, id)))
    .returning({ id: table.id });
  if (gone.length > 0) return c.body(null, 204);
  return problem(c, { reason: "not_found", detail: `There is no invitation ${id}.` });
});

function present({ id, email, data, createdBy, createdAt, expiresAt }: typeof table.$inferSelect) {
  const { role } = Invited.parse(JSON.parse(data));
  return { id, email, role, createdBy, createdAt: timestamp(createdAt), expiresAt: timestamp(expiresAt) };
}
