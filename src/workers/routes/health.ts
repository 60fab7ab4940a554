// /api/health: can this deployment serve? Open, so it says which part is ill and nothing about how.
import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { version } from "../../../package.json";
import { database } from "../../db/client.ts";
import { users } from "../../db/schema.ts";
import { logError } from "../log.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";

const PATIENCE_MS = 3000;

const Health = z
  .object({
    status: z.enum(["ok", "error"]),
    version: z.string(),
    database: z.enum(["ok", "unavailable"]).openapi({ description: "unavailable: away, or not migrated" }),
  })
  .openapi("Health");

export const health = createRouter();

const read = createRoute({
  method: "get",
  path: "/",
  tags: ["health"],
  summary: "Is everything up?",
  security: [],
  responses: {
    200: { description: "Yes", content: json(Health) },
    503: { description: "No: something is ill", content: json(Health) },
  },
});

health.openapi(read, async (c) => {
  const headers = { "cache-control": "no-store" };
  if (await databaseAnswers(c.env))
    return c.json({ status: "ok" as const, version, database: "ok" as const }, 200, headers);
  return c.json({ status: "error" as const, version, database: "unavailable" as const }, 503, headers);
});

async function databaseAnswers(env: Env): Promise<boolean> {
  try {
    const answer = database(env).select({ one: sql`1` }).from(users).limit(1).execute();
    return await Promise.race([answer.then(() => true), scheduler.wait(PATIENCE_MS).then(() => false)]);
  } catch (error) {
    logError("database_unavailable", error);
    return false;
  }
}
