// /api/token: sign in, renew, check, sign out. Open, so everything here must bear strangers.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { database } from "../../db/client.ts";
import { auditSignIn } from "../audit.ts";
import { ACCESS_TOKEN_TTL_SECONDS, issueAccessToken } from "../auth/access-tokens.ts";
import { activeUser, identify } from "../auth/authenticate.ts";
import {
  type Device,
  type Issued,
  issueRefreshToken,
  revokeFamily,
  rotateRefreshToken,
} from "../auth/refresh-tokens.ts";
import { signIn } from "../auth/sign-in.ts";
import { clientAddress } from "../auth/sign-in-limit.ts";
import type { AppEnv } from "../context.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";

const Credentials = z
  .strictObject({ username: z.string().min(1).max(100), password: z.string().max(200) })
  .openapi("Credentials");

const TokenPair = z
  .object({
    access: z.string().openapi({ description: "Send it as `Authorization: Bearer ...`" }),
    refresh: z.string().openapi({ description: "Good for one exchange" }),
    expiresIn: z.int().openapi({ description: "Seconds until `access` runs out" }),
  })
  .openapi("TokenPair");

const Refresh = z.strictObject({ refresh: z.string().min(1).max(500) });

export const token = createRouter();

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "token_create",
  tags: ["token"],
  summary: "Sign in",
  security: [],
  request: { body: { required: true, content: json(Credentials) } },
  responses: {
    200: { description: "Signed in", content: json(TokenPair) },
    ...problemResponses(400, 401, 422, 429),
  },
});

token.openapi(create, async (c) => {
  const { username, password } = c.req.valid("json");
  const result = await signIn(c.env, { username, password, address: clientAddress(c.req.raw.headers) });
  if (!result.ok) {
    // Attempts over the limit leave no row: the ones that led there have.
    if (result.failure.reason === "unauthenticated") auditSignIn(c, username, 401);
    return problem(c, result.failure);
  }
  const issued = await issueRefreshToken(database(c.env), result.userId, deviceOf(c.req.raw.headers));
  auditSignIn(c, username, 200);
  return answer(c, issued);
});

const renew = createRoute({
  method: "post",
  path: "/refresh",
  operationId: "token_refresh",
  tags: ["token"],
  summary: "Exchange a refresh token for a new pair",
  description: "A refresh token that comes a second time ends the whole sign-in.",
  security: [],
  request: { body: { required: true, content: json(Refresh) } },
  responses: { 200: { description: "The new pair", content: json(TokenPair) }, ...problemResponses(400, 401, 422) },
});

token.openapi(renew, async (c) => {
  const db = database(c.env);
  const next = await rotateRefreshToken(db, c.req.valid("json").refresh, deviceOf(c.req.raw.headers));
  if (next && (await activeUser(db, next.userId))) return answer(c, next);
  if (next) await revokeFamily(db, next.token);
  return problem(c, { reason: "unauthenticated", detail: "The refresh token is not valid, or no longer." });
});

const verify = createRoute({
  method: "post",
  path: "/verify",
  operationId: "token_verify",
  tags: ["token"],
  summary: "Is this access token good now?",
  security: [],
  request: { body: { required: true, content: json(z.strictObject({ token: z.string().min(1).max(5000) })) } },
  responses: { 200: { description: "It is", content: json(z.object({})) }, ...problemResponses(400, 401, 422) },
});

token.openapi(verify, async (c) => {
  if (await identify(c.env, c.req.valid("json").token)) return c.json({}, 200);
  return problem(c, { reason: "unauthenticated", detail: "The token is not valid, or no longer." });
});

const revoke = createRoute({
  method: "post",
  path: "/revoke",
  operationId: "token_revoke",
  tags: ["token"],
  summary: "Sign out",
  description: "Ends the sign-in that the refresh token belongs to. A token that nobody knows is no error.",
  security: [],
  request: { body: { required: true, content: json(Refresh) } },
  responses: { 204: { description: "Signed out" }, ...problemResponses(400, 422) },
});

token.openapi(revoke, async (c) => {
  await revokeFamily(database(c.env), c.req.valid("json").refresh);
  return c.body(null, 204);
});

const MAX_USER_AGENT_CHARS = 200;

const deviceOf = (headers: Headers): Device => ({
  userAgent: headers.get("user-agent")?.slice(0, MAX_USER_AGENT_CHARS) ?? null,
  address: clientAddress(headers),
});

async function answer(c: Context<AppEnv>, { userId, family, token: refresh }: Issued) {
  const access = await issueAccessToken(c.env, userId, family);
  return c.json({ access, refresh, expiresIn: ACCESS_TOKEN_TTL_SECONDS }, 200, { "cache-control": "no-store" });
}
