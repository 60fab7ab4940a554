// A router of one resource: every one of them refuses invalid input in the same way.
import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./context.ts";
import { refuseInvalid } from "./validation.ts";

export type Router = OpenAPIHono<AppEnv>;

/**
 * `strict: false`, for the outermost router: a trailing slash makes no difference.
 *
 * @example export const things = createRouter(); things.openapi(route, handler);
 */
export function createRouter({ strict = true } = {}): Router {
  return new OpenAPIHono<AppEnv>({ strict, defaultHook: refuseInvalid });
}
