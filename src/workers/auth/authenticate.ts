// Who asks: a person with an access token or a machine with an API key.
// Costs one read by key per request, and for that a deactivated user, a changed role or a revoked key counts at once.
import { eq } from "drizzle-orm";
import type { MiddlewareHandler } from "hono";
import { type Database, database } from "../../db/client.ts";
import { users } from "../../db/schema.ts";
import type { AppEnv, Principal } from "../context.ts";
import { problem } from "../problems.ts";
import { verifyAccessToken } from "./access-tokens.ts";
import { holderOfApiKey, looksLikeApiKey } from "./api-keys.ts";
import { holderOfTicket, takesTicket } from "./tickets.ts";

/** Lets only known principals pass, and tells the handlers who it is. */
export function authenticate(): MiddlewareHandler<AppEnv> {
  return async function authenticate(c, next) {
    const credential = bearer(c.req.header("authorization")) ?? c.req.header("x-api-key");
    const ticket = credential === undefined && takesTicket(c.req.path) ? c.req.query("ticket") : undefined;
    if (!credential && !ticket) {
      return problem(c, { reason: "unauthenticated", detail: "Send an access token (POST /api/token) or an API key." });
    }
    const principal = credential ? await identify(c.env, credential) : await holderOfTicket(c.env, ticket ?? "");
    if (!principal) {
      return problem(c, { reason: "unauthenticated", detail: "The token, key or ticket is not valid, or no longer." });
    }
    c.set("principal", principal);
    return next();
  };
}

/** The principal behind an access token or API key; also for callers that get it elsewhere than in a header. */
export async function identify(
  env: Pick<Env, "DB" | "JWT_SECRET">,
  credential: string,
): Promise<Principal | undefined> {
  if (looksLikeApiKey(credential)) return holderOfApiKey(database(env), credential);
  const bearer = await verifyAccessToken(env, credential);
  return bearer && activeUser(database(env), bearer.userId, bearer.sessionId);
}

export async function activeUser(db: Database, id: string, sessionId?: string): Promise<Principal | undefined> {
  const { username, role, active } = users;
  const [user] = await db.select({ id: users.id, username, role, active }).from(users).where(eq(users.id, id));
  return user?.active ? { kind: "user", id: user.id, name: user.username, role: user.role, sessionId } : undefined;
}

function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^bearer +(\S+)$/i.exec(header)?.[1];
}
