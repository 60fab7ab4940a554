// Failure reason -> HTTP status and RFC 9457 problem body. The one place that knows both.
// Never tells a client more than the failure's own words: causes and stacks belong in the log.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";

/** Each reason that a request can fail for: exhaustive, so that a new one cannot lack a status. */
const REASONS = {
  bad_request: { status: 400, title: "Malformed request" },
  unauthenticated: { status: 401, title: "Not signed in" },
  no_credit: { status: 402, title: "No credit left" },
  forbidden: { status: 403, title: "Not allowed" },
  not_found: { status: 404, title: "Not found" },
  conflict: { status: 409, title: "In conflict with the present state" },
  not_connected: { status: 409, title: "The charger is not connected" },
  precondition_failed: { status: 412, title: "Changed meanwhile" },
  too_large: { status: 413, title: "Body too large" },
  unsupported_media_type: { status: 415, title: "Unsupported media type" },
  range_not_satisfiable: { status: 416, title: "No such range" },
  invalid: { status: 422, title: "The body breaks its schema" },
  upgrade_required: { status: 426, title: "This is a live feed" },
  too_many_requests: { status: 429, title: "Too many requests" },
  charger_error: { status: 502, title: "The charger answered with an error" },
  no_answer: { status: 504, title: "The charger did not answer in time" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
  internal: { status: 500, title: "Internal error" },
  quota_exceeded: { status: 507, title: "No room left" },
} as const satisfies Record<string, { status: number; title: string }>;

type Reasons = typeof REASONS;
export type FailureReason = keyof Reasons;
export type ProblemStatus = Reasons[FailureReason]["status"];

/** One thing that is wrong with the input; the pointer is a JSON pointer (RFC 6901) into it. */
export const FieldErrorSchema = z.object({
  pointer: z.string().openapi({ example: "/payload/connectorId" }),
  detail: z.string(),
});
export type FieldError = z.infer<typeof FieldErrorSchema>;

export const ProblemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:ov2x-edge:problem:not_found" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "The path of the request" }),
    errors: z.array(FieldErrorSchema).optional(),
  })
  .openapi("Problem", { description: "RFC 9457; some problems carry more members, e.g. `commandId`" });
export type Problem = z.infer<typeof ProblemSchema>;

interface FailureBody {
  detail: string;
  errors?: FieldError[];
  /** Seconds, sent as Retry-After. */
  retryAfter?: number;
}

/** Why a request fails, as a value. Members beyond these become members of the problem. */
export type Failure<R extends FailureReason = FailureReason> = FailureBody & { reason: R };

/**
 * Answers with the problem that a failure stands for.
 *
 * @example return problem(c, { reason: "no_answer", detail: "No answer within 30 s.", commandId });
 */
export function problem<R extends FailureReason, Extensions extends object = object>(
  c: Context<AppEnv>,
  failure: Failure<R> & Extensions,
) {
  const { reason, detail, retryAfter, ...members } = failure;
  const { status, title }: Reasons[R] = REASONS[reason];
  const type = `urn:ov2x-edge:problem:${reason}`;
  // The fixed members come last: an extension must not shadow them.
  const body: Problem = { ...members, type, title, status, detail, instance: c.req.path };
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="ov2x-edge"';
  if (retryAfter !== undefined) headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfter)));
  return c.json<Problem, Reasons[R]["status"]>(body, status, headers);
}

interface ProblemResponse {
  description: string;
  content: { "application/problem+json": { schema: typeof ProblemSchema } };
}

/**
 * Declares the problems that a route answers with.
 *
 * @example responses: { 200: ..., ...problemResponses(401, 403, 404) }
 */
export function problemResponses<S extends ProblemStatus>(...statuses: S[]): Record<S, ProblemResponse>;
export function problemResponses(...statuses: ProblemStatus[]): Record<number, ProblemResponse> {
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(status)]));
}

function problemResponse(status: ProblemStatus): ProblemResponse {
  const titles = Object.values(REASONS).filter((reason) => reason.status === status);
  return {
    description: titles.map(({ title }) => title).join(", or: "),
    content: { "application/problem+json": { schema: ProblemSchema } },
  };
}
