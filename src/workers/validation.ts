// Input that breaks its schema -> a problem with JSON pointers: 422 for a body, 400 for anything else.
import type { Hook } from "@hono/zod-openapi";
import type { ZodError } from "zod";
import type { AppEnv } from "./context.ts";
import { type FieldError, problem } from "./problems.ts";

/** The default hook of every router. */
export const refuseInvalid: Hook<unknown, AppEnv, string, Response | undefined> = (result, c) => {
  if (result.success) return undefined;
  const errors = fieldErrors(result.error);
  const detail = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  const isBody = result.target === "json" || result.target === "form";
  return problem(c, { reason: isBody ? "invalid" : "bad_request", detail, errors });
};

/** What zod found, one entry per place in the input. */
export function fieldErrors(error: ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    // zod reports unknown members at their parent; the pointer shall name the member itself.
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ pointer: jsonPointer([...issue.path, key]), detail: "is not known here" }));
    }
    return [{ pointer: jsonPointer(issue.path), detail: issue.message }];
  });
}

/** RFC 6901; the empty pointer is the whole input. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
