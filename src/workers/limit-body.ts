// A bound on bodies that are read as a whole.
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "./context.ts";
import { problem } from "./problems.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export const limitBody = (maxSize = MAX_BODY_BYTES): MiddlewareHandler<AppEnv> =>
  bodyLimit({
    maxSize,
    onError: (c) => problem(c, { reason: "too_large", detail: `A body may have ${maxSize} bytes here.` }),
  });
