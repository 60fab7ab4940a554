// Fields that many resources have.
import { z } from "@hono/zod-openapi";

export { Timestamp } from "../../shapes.ts";

/** A point in time in a request: the offset is required, for local times are nobody's. */
export const TimestampInput = z.iso
  .datetime({ offset: true, error: "is not an ISO 8601 time with an offset" })
  .openapi({ type: "string", format: "date-time", example: "2026-03-01T12:00:00Z" })
  .transform((text) => new Date(text));

/** A Boolean in a query. */
export const Flag = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .openapi({ type: "boolean" });

/** A row's timestamp in an answer. */
export const timestamp = (at: Date): string => at.toISOString();

export const timestampOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;

/** The `content` of a JSON body. */
export function json<S extends z.ZodType>(schema: S) {
  return { "application/json": { schema } };
}
