// Who did what, with what outcome. Never what was in it: bodies carry passwords.
import type { Context, MiddlewareHandler } from "hono";
import { caseKey } from "../db/case-key.ts";
import type { auditLog } from "../db/schema.ts";
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

type Entry = Omit<typeof auditLog.$inferInsert, "id" | "at"> & { at: number; requestId: string };

/** Of this isolate: many changes at once cost one statement and not one each. */
const waiting: Entry[] = [];
const GATHER_MS = 50;
/** Epoch milliseconds until which somebody writes for all; one that was cut off is not waited for any longer. */
let writtenBy = 0;
const LONGEST_MS = 2_000;

function record(c: Context<AppEnv>, subject: string, status: number): void {
  const { method, path } = c.req;
  const ip = clientAddress(c.req.raw.headers);
  const now = Date.now();
  const requestId = c.get("requestId");
  waiting.push({ at: now, subject, method, path: path.slice(0, MAX_PATH_LENGTH), status, ip, requestId });
  if (now < writtenBy) return;
  writtenBy = now + LONGEST_MS;
  c.executionCtx.waitUntil(write(c.env));
}

async function write({ DB }: Env): Promise<void> {
  await scheduler.wait(GATHER_MS);
  writtenBy = 0;
  const entries = waiting.splice(0);
  try {
    await DB.prepare(
      `INSERT INTO audit_log (at, subject, method, path, status, ip)
       SELECT value ->> 'at', value ->> 'subject', value ->> 'method', value ->> 'path', value ->> 'status', value ->> 'ip'
       FROM json_each(?)`,
    )
      .bind(JSON.stringify(entries))
      .run();
  } catch (error) {
    for (const entry of entries) logError("audit_not_recorded", error, { ...entry });
  }
}
