// /api/scheduled-work: what is done every hour, and how it went the last time.
import { createRoute, z } from "@hono/zod-openapi";
import { database } from "../../db/client.ts";
import { scheduledWork as table } from "../../db/schema.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { SCHEDULED_WORK, type Work } from "../scheduled-work.ts";
import { json, Timestamp, timestampOrNull } from "./fields.ts";

export const ScheduledWork = z
  .object({
    name: z.string().openapi({ example: "file-retention" }),
    summary: z.string(),
    startedAt: Timestamp.nullable().openapi({ description: "null: it has not run yet" }),
    finishedAt: Timestamp.nullable().openapi({ description: "null: it is running, or was cut off" }),
    result: z
      .record(z.string(), z.number())
      .nullable()
      .openapi({ description: "What it counted; null: it failed, or has not run yet" }),
    error: z.string().nullable(),
  })
  .openapi("ScheduledWork");

export const scheduledWork = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["scheduled-work"],
  summary: "What is done every hour, and how it went",
  responses: {
    200: {
      description: "In the order in which it is done",
      content: json(z.object({ items: z.array(ScheduledWork) })),
    },
    ...problemResponses(401, 403),
  },
});

scheduledWork.openapi(list, async (c) => c.json({ items: await scheduledWorkNow(c.env) }, 200));

export async function scheduledWorkNow(env: Env): Promise<z.infer<typeof ScheduledWork>[]> {
  const rows = await database(env).select().from(table);
  const byName = new Map(rows.map((row) => [row.name, row]));
  return SCHEDULED_WORK.map((work) => present(work, byName.get(work.name)));
}

const present = (
  { name, summary }: Work,
  row: typeof table.$inferSelect | undefined,
): z.infer<typeof ScheduledWork> => ({
  name,
  summary,
  startedAt: timestampOrNull(row?.startedAt ?? null),
  finishedAt: timestampOrNull(row?.finishedAt ?? null),
  result: row?.result ? z.record(z.string(), z.number()).parse(JSON.parse(row.result)) : null,
  error: row?.error ?? null,
});
