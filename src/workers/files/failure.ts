// What can be wrong with a request for a file.
import type { Failure } from "../problems.ts";

type Reason =
  | "bad_request"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "too_large"
  | "invalid"
  | "too_many_requests"
  | "quota_exceeded"
  | "unavailable";

export type FileFailure<R extends Reason = Reason> = Failure<R>;

/** Their statuses, for the documentation of routes. */
export const FILE_PROBLEMS = [400, 401, 403, 404, 409, 413, 422, 429, 503, 507] as const;
