// Shapes that both the API and what is kept as a document are made of.
import { z } from "@hono/zod-openapi";

/** A point in time in an answer. */
export const Timestamp = z.iso.datetime().openapi({ format: "date-time", example: "2026-03-01T12:00:00.000Z" });
