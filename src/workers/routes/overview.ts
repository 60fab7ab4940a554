// /api/overview: the whole fleet at a glance.
import { createRoute, z } from "@hono/zod-openapi";
import { readCounts } from "../overview/counts.ts";
import { sessionsNow } from "../overview/power.ts";
import { readTrouble, TROUBLE_KINDS } from "../overview/trouble.ts";
import { problemResponses } from "../problems.ts";
import { Remembered } from "../remembered.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, TimestampInput } from "./fields.ts";

const DAY_MS = 86_400_000;

const ByStatus = z.record(z.string(), z.int()).openapi({ example: { Available: 12, Charging: 3, Faulted: 1 } });

const Trouble = z
  .object({
    kind: z.enum(TROUBLE_KINDS).openapi({
      description:
        "fault: a connector is faulted now; finding: what a charger does against the specification was seen for the first time",
    }),
    at: Timestamp,
    chargePointId: z.string().nullable(),
    code: z
      .string()
      .openapi({ description: "An error code, a finding's code, a reason, a job's kind, a type of event" }),
    detail: z.string().nullable(),
    reference: z.string().nullable().openapi({ description: "The id of the attempt or the job" }),
    evseId: z.int().nullable(),
    connectorId: z.int().nullable(),
    count: z.int().openapi({ description: "How often it has happened" }),
  })
  .openapi("Trouble");

const Overview = z
  .object({
    at: Timestamp.openapi({ description: "When it was counted: a large fleet is counted every few seconds" }),
    chargePoints: z.object({
      total: z.int(),
      connected: z.int(),
      pending: z.int().openapi({ description: "Those that wait for an operator to accept them" }),
      byStatus: ByStatus,
    }),
    connectors: z.object({ total: z.int(), charging: z.int(), faulted: z.int(), byStatus: ByStatus }),
    sessions: z.object({
      active: z.int(),
      power: z.number().openapi({ description: "W that they draw now, as far as they tell; negative: they feed back" }),
      told: z.int().openapi({ description: "Sessions that count in `power`" }),
      source: z.enum(["chargers", "history"]).openapi({
        description: "history: there are too many to ask, and readings are up to ten minutes old",
      }),
      oldestReadingAt: Timestamp.nullable(),
    }),
    today: z.object({
      since: Timestamp,
      transactions: z.int().openapi({ description: "Those that began since then" }),
      energy: z.number().openapi({ description: "Wh that they took until now" }),
      revenue: z
        .array(z.object({ currency: z.string(), total: z.number(), cdrs: z.int() }))
        .openapi({ description: "Of the bills made since then, credits taken off" }),
    }),
    trouble: z.array(Trouble).openapi({ description: "Newest first" }),
  })
  .openapi("Overview");

export const overview = createRouter();

const read = createRoute({
  method: "get",
  path: "/",
  tags: ["overview"],
  summary: "The fleet at a glance",
  request: {
    query: z.strictObject({
      since: TimestampInput.optional().openapi({
        description: "When today began, at most 31 days ago; by default at midnight UTC",
      }),
      trouble: z.coerce.number().int().min(0).max(200).default(20).openapi({ description: "How much of it" }),
    }),
  },
  responses: { 200: { description: "As of `at`", content: json(Overview) }, ...problemResponses(400, 401, 403) },
});

const remembered = new Remembered<z.infer<typeof Overview>>();

overview.openapi(read, async (c) => {
  const { since, trouble } = c.req.valid("query");
  const now = Date.now();
  const begin = Math.max(since?.getTime() ?? now - (now % DAY_MS), now - 31 * DAY_MS);
  // By the minute, so that those who look at the same have one answer.
  const key = JSON.stringify([Math.floor(begin / 60_000), trouble]);
  const body = await remembered.get(key, () => look(c.env, begin, trouble));
  return c.json(body, 200, { "cache-control": "no-store" });
});

async function look(env: Env, since: number, limit: number): Promise<z.infer<typeof Overview>> {
  const [counts, sessions, trouble] = await Promise.all([
    readCounts(env.DB, since),
    sessionsNow(env, since),
    readTrouble(env.DB, limit),
  ]);
  const { chargePoints, connectors, begun, revenue } = counts;
  const { active, power, told, source, oldestAt, energyOfBegun } = sessions;
  return {
    at: iso(Date.now()),
    chargePoints,
    connectors: {
      ...connectors,
      charging: connectors.byStatus.Charging ?? 0,
      faulted: connectors.byStatus.Faulted ?? 0,
    },
    sessions: { active, power, told, source, oldestReadingAt: oldestAt === null ? null : iso(oldestAt) },
    today: {
      since: iso(since),
      transactions: begun.transactions,
      energy: begun.endedEnergy + energyOfBegun,
      revenue,
    },
    trouble: trouble.map((one) => ({ ...one, at: iso(one.at) })),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
