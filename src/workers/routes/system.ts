// /api/system: the deployment itself, for whoever keeps it running.
import { createRoute, z } from "@hono/zod-openapi";
import { logError } from "../log.ts";
import { problemResponses } from "../problems.ts";
import { Remembered } from "../remembered.ts";
import { createRouter } from "../router.ts";
import * as parts from "../system/parts.ts";
import { json, Timestamp } from "./fields.ts";
import { ScheduledWork, scheduledWorkNow } from "./scheduled-work.ts";

/** A part that needs longer is ill. */
const PATIENCE_MS = 5_000;

const Quantiles = z.object({ p50: z.number().nullable(), p99: z.number().nullable() }).openapi({
  description: "Below which bound half and 99 % of them lie; null: none were counted, or above every bound",
});

const Shard = z.object({
  shard: z.int(),
  since: Timestamp.openapi({ description: "When its writer woke: it counts from then on" }),
  waiting: z.int().openapi({ description: "Shipments that wait for a batch" }),
  batches: z.int(),
  failures: z.int(),
  entries: z.int(),
  rowsWritten: z.int(),
  lagSeconds: Quantiles,
  answerMs: Quantiles,
  framesPerSecond: z.number(),
  refusedPerSecond: z.number(),
  entriesPerSecond: z.number(),
});

const Outbox = z.object({ waiting: z.int(), parked: z.int() });

const System = z
  .object({
    at: Timestamp,
    status: z.enum(["ok", "degraded"]).openapi({ description: "degraded: a part is in `ill`" }),
    ill: z.array(z.string()).openapi({ description: "Parts that could not be asked; they are null" }),
    build: z
      .object({
        version: z.string(),
        commit: z.string().nullable(),
        builtAt: z.string().nullable(),
        isolateSince: Timestamp.openapi({ description: "Since when the isolate that answers is known to run" }),
      })
      .nullable(),
    database: z.object({ answerMs: z.number(), bytes: z.number().nullable() }).nullable(),
    files: z
      .object({
        answerMs: z.number(),
        kinds: z.array(z.object({ kind: z.string(), files: z.int(), bytes: z.number() })),
      })
      .nullable(),
    history: z.array(Shard).nullable().openapi({ description: "Frames are counted when their charger ships history" }),
    outbox: Outbox.extend({
      asked: z.int().openapi({ description: "How many connected chargers were asked" }),
      longest: z.array(Outbox.extend({ chargePointId: z.string() })),
    })
      .nullable()
      .openapi({ description: "Log entries that history lacks, and those that the database refuses" }),
    feed: z
      .object({
        since: Timestamp,
        watchers: z.int(),
        webhooksBehind: z.int(),
        batches: z.int(),
        bytes: z.number(),
        events: z.int(),
      })
      .nullable(),
    webhooks: z
      .array(
        z.object({
          id: z.string(),
          description: z.string().nullable(),
          active: z.boolean(),
          queued: z.int(),
          parked: z.int(),
          failures: z.int(),
          lastError: z.string().nullable(),
        }),
      )
      .nullable(),
    scheduledWork: z.array(ScheduledWork).nullable(),
    settings: z.record(z.string(), z.string()).nullable().openapi({ description: "In force; secrets are left out" }),
  })
  .openapi("System");

export const system = createRouter();

const read = createRoute({
  method: "get",
  path: "/",
  tags: ["system"],
  summary: "How the deployment is doing",
  responses: { 200: { description: "As of `at`", content: json(System) }, ...problemResponses(401, 403) },
});

const remembered = new Remembered<z.infer<typeof System>>();

system.openapi(read, async (c) =>
  c.json(await remembered.get("system", () => look(c.env)), 200, { "cache-control": "no-store" }),
);

async function look(env: Env): Promise<z.infer<typeof System>> {
  const ill: string[] = [];
  const ask = async <T>(name: string, part: (env: Env) => Promise<T>): Promise<T | null> => {
    const answer = await patiently(name, () => part(env));
    if (answer === undefined) ill.push(name);
    return answer ?? null;
  };
  const [build, database, files, history, outbox, feed, webhooks, scheduledWork, settings] = await Promise.all([
    ask("build", parts.build),
    ask("database", parts.databaseNow),
    ask("files", parts.files),
    ask("history", parts.history),
    ask("outbox", parts.outbox),
    ask("feed", parts.feed),
    ask("webhooks", parts.webhookQueues),
    ask("scheduledWork", scheduledWorkNow),
    ask("settings", parts.settings),
  ]);
  return {
    ...{ at: new Date().toISOString(), status: ill.length === 0 ? "ok" : "degraded", ill },
    ...{ build, database, files, history, outbox, feed, webhooks, scheduledWork, settings },
  };
}

/** Undefined: it failed, or took too long. */
async function patiently<T>(part: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await Promise.race([ask(), late()]);
  } catch (error) {
    logError("system_part_failed", error, { part });
    return undefined;
  }
}

async function late(): Promise<never> {
  await scheduler.wait(PATIENCE_MS);
  throw new Error(`no answer within ${PATIENCE_MS} ms`);
}
