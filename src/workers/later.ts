// Work that goes on after the answer: so that it does not wait, or so that how long it takes tells nobody anything.
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { logError } from "./log.ts";

/** @param event what the log says if it fails */
export function later(c: Context<AppEnv>, event: string, work: () => Promise<unknown>): void {
  const requestId = c.get("requestId");
  c.executionCtx.waitUntil(work().catch((error: unknown) => logError(event, error, { requestId })));
}
