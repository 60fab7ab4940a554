// Who did what, with what outcome. Never what was in it: bodies carry passwords.
import type { Context, MiddlewareHandler } from "hono";
import { caseKey } from "../db/case-key.ts";
import { database } from "../db/client.ts";
import { auditLog } from "../db/schema.ts";
import { clientAddress } from "./auth/sign-in-limit.ts";
import type { AppEnv, Principal } from "./context.ts";
import { logError } from "./log.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);
/** A pass to listen changes nothing, and every page of the console asks for one. */
const CHANGES_NOTHING = new Set(["/api/tickets"]);
const MAX_PATH_LENGTH = 500;

/** Records every request that changes something, refused ones included, after its answer is known. */
export function audit(): MiddlewareHandler<AppEnv> {
  return async function audit(c, next) {
    await next();
    // The open routes have no principal, and strangers must not be able to fill the table.
    const principal: Principal | undefined = c.get("principal");
    if (principal && !READS.has(c.req.method) && !CHANGES_NOTHING.has(c.req.path))
      record(c, subjectOf(principal), c.res.status);
  };
}

/** Records a sign-in or the attempt of one, under the name that was tried. */
export function auditSignIn(c: Context<AppEnv>, username: string, status: number): void {
  record(c, caseKey(username), status);
}

/** How a principal is named where its deeds are kept: the user name, or "api-key:<name>". */
export const subjectOf = ({ kind, name }: Principal): string => (kind === "user" ? name : `api-key:${name}`);

function record(c: Context<AppEnv>, subject: string, status: number): void {
  const { method, path } = c.req;
  const row = { at: new Date(), subject, method, path: path.slice(0, MAX_PATH_LENGTH), status };
  const ip = clientAddress(c.req.raw.headers);
  const written = database(c.env)
    .insert(auditLog)
    .values({ ...row, ip });
  c.executionCtx.waitUntil(
    written
      .run()
      .catch((error: unknown) => logError("audit_not_recorded", error, { ...row, requestId: c.get("requestId") })),
  );
}
