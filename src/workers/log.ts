// One JSON object per line of log. Never logs bodies, headers or query parameters: they carry secrets.
import { DrizzleQueryError } from "drizzle-orm";
import { logFailure } from "../log.ts";

/** Reports what should not have happened. */
export function logError(event: string, error: unknown, fields: Record<string, unknown> = {}): void {
  logFailure({ level: "error", event, ...fields, ...describe(error) });
}

function describe(error: unknown): Record<string, unknown> {
  // Its own message quotes the parameters of the query: password hashes, digests of tokens.
  if (error instanceof DrizzleQueryError) return { query: error.query, ...describe(error.cause) };
  if (error instanceof Error) return { error: error.name, message: error.message, stack: error.stack };
  return { error: String(error) };
}
