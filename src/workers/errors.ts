// What was thrown and not caught -> a problem. Clients learn the kind of it and an id; the log gets the rest.
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { isDatabaseUnavailable } from "../db/unavailable.ts";
import type { AppEnv } from "./context.ts";
import { logError } from "./log.ts";
import { type FailureReason, problem } from "./problems.ts";

/** What hono itself throws, by status. */
const REASON_OF_STATUS: Readonly<Record<number, FailureReason>> = {
  400: "bad_request",
  413: "too_large",
  415: "unsupported_media_type",
};

const RETRY_AFTER_SECONDS = 5;

export function answerError(error: Error, c: Context<AppEnv>): Response {
  const reason = error instanceof HTTPException ? REASON_OF_STATUS[error.status] : undefined;
  if (reason) return problem(c, { reason, detail: `${error.message}.` });
  const requestId = c.get("requestId");
  const { method } = c.req;
  // A token in the path is as good as a password.
  const path = c.req.path.replace(/^(\/http\/(?:upload\/t|files\/s)\/)[^/]+/, "$1…");
  if (isDatabaseUnavailable(error)) {
    logError("database_unavailable", error, { method, path, requestId });
    const detail = "The database cannot be reached.";
    return problem(c, { reason: "unavailable", detail, retryAfter: RETRY_AFTER_SECONDS, requestId });
  }
  logError("request_failed", error, { method, path, requestId });
  return problem(c, { reason: "internal", detail: "Something went wrong; the log has it under this id.", requestId });
}
