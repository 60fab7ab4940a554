// What became of something that was asked of sites: the commands that their chargers got, and what was measured there.
import { z } from "@hono/zod-openapi";
import { and, gt, inArray, isNull, lt, ne, or } from "drizzle-orm";
import { sessionIntervals } from "../../billing/session.ts";
import { database } from "../../db/client.ts";
import { transactions } from "../../db/schema.ts";
import { loadSteps, meanLoad } from "../../energy/measured.ts";
import { record } from "../../ocpp/read.ts";
import type { Interval } from "../../pricing/slices.ts";
import { Timestamp } from "../../shapes.ts";
import { flushHistory } from "../history.ts";

/** Their meter values are all read. */
const MAX_SESSIONS = 300;
/** Setting free what was limited goes on for a moment after the end. */
const AFTERWARDS_MS = 30_000;
const MAX_STEPS = 96;
const MIN_STEP_MS = 1_000;

const Order = z.object({
  chargePointId: z.string(),
  siteId: z.string(),
  sent: z.int().openapi({ description: "Commands that its site sent it in this time" }),
  accepted: z.int(),
  refused: z.int(),
  unanswered: z.int(),
  firstAt: Timestamp,
  lastAt: Timestamp,
});

export const Measured = z.object({
  before: z.number().nullable().openapi({ description: "W on average over as long before it began; null: too early" }),
  mean: z.number().nullable().openapi({ description: "W on average so far, below zero: given back" }),
  steps: z.array(z.object({ from: Timestamp, to: Timestamp, watts: z.number() })),
  sessions: z.int(),
  truncated: z.boolean().openapi({ description: `More than ${MAX_SESSIONS} sessions: the others are not counted` }),
});

export const OrderList = z.array(Order);

export interface Window {
  siteIds: readonly string[];
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

/** By charger: what its site sent it. */
export async function ordersIn(env: Env, { siteIds, from, to }: Window): Promise<z.infer<typeof OrderList>> {
  const { results } = await env.DB.prepare(
    `SELECT coalesce(p.id, c.charge_point) AS id, c.requested_by, c.status, c.response, c.created_at
     FROM (SELECT DISTINCT e.charge_point FROM location_evses e WHERE e.location_id IN (SELECT value FROM json_each(?1))) b
     JOIN commands c ON c.charge_point = b.charge_point
     LEFT JOIN charge_points p ON p.key = c.charge_point
     WHERE c.created_at BETWEEN ?2 AND ?3 AND c.requested_by LIKE 'site:%' ORDER BY c.created_at`,
  )
    .bind(JSON.stringify(siteIds), from, to + AFTERWARDS_MS)
    .all<{ id: string; requested_by: string; status: string; response: string | null; created_at: number }>();
  return [...Map.groupBy(results, ({ id }) => id)].map(([chargePointId, commands]) => {
    const accepted = commands.filter(
      ({ status, response }) => status === "accepted" && record(JSON.parse(response ?? "{}")).status === "Accepted",
    ).length;
    const unanswered = commands.filter(({ status }) => ["queued", "sent", "unknown"].includes(status)).length;
    const times = commands.map(({ created_at }) => created_at);
    return {
      chargePointId,
      siteId: commands[0]?.requested_by.slice("site:".length) ?? "",
      ...{ sent: commands.length, accepted, refused: commands.length - accepted - unanswered, unanswered },
      firstAt: new Date(Math.min(...times)).toISOString(),
      lastAt: new Date(Math.max(...times)).toISOString(),
    };
  });
}

export interface Load {
  sessions: Interval[][];
  truncated: boolean;
}

/** What the sessions of these sites did around this time. */
export async function loadIn(env: Env, { siteIds, from, to }: Window): Promise<Load> {
  const { results } = await env.DB.prepare(
    "SELECT DISTINCT charge_point FROM location_evses WHERE location_id IN (SELECT value FROM json_each(?))",
  )
    .bind(JSON.stringify(siteIds))
    .all<{ charge_point: string }>();
  const chargePoints = results.map(({ charge_point }) => charge_point);
  if (chargePoints.length === 0) return { sessions: [], truncated: false };
  await Promise.all(chargePoints.map((chargePoint) => flushHistory(env, chargePoint)));
  const earlier = new Date(2 * from - to);
  const rows = await database(env)
    .select()
    .from(transactions)
    .where(
      and(
        inArray(transactions.chargePoint, chargePoints.slice(0, 90)),
        ...[ne(transactions.status, "orphan"), lt(transactions.startedAt, new Date(to))],
        or(isNull(transactions.stoppedAt), gt(transactions.stoppedAt, earlier)),
      ),
    )
    .limit(MAX_SESSIONS + 1);
  const truncated = rows.length > MAX_SESSIONS || chargePoints.length > 90;
  const sessions = await Promise.all(rows.slice(0, MAX_SESSIONS).map((row) => sessionIntervals(env, row)));
  return { sessions, truncated };
}

export function measuredIn({ sessions, truncated }: Load, { from, to }: Window, now: number): z.infer<typeof Measured> {
  const end = Math.min(to, now);
  const hasBegun = end > from;
  const step = Math.max(MIN_STEP_MS, Math.ceil((to - from) / MAX_STEPS));
  return {
    before: hasBegun ? meanLoad(sessions, 2 * from - end, from) : null,
    mean: hasBegun ? meanLoad(sessions, from, end) : null,
    steps: loadSteps(sessions, { from, to: end, step }).map(({ from, to, watts }) => ({
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString(), watts },
    })),
    ...{ sessions: sessions.length, truncated },
  };
}
