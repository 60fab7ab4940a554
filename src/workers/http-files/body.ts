// Doors for files take bodies of any size, but not for what is JSON.
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { AppEnv } from "../context.ts";
import { problem } from "../problems.ts";

const MAX_JSON_BYTES = 64 * 1024;

export const limitBody = (): MiddlewareHandler<AppEnv> =>
  bodyLimit({
    maxSize: MAX_JSON_BYTES,
    onError: (c) => problem(c, { reason: "too_large", detail: `A body may have ${MAX_JSON_BYTES} bytes here.` }),
  });
